using Dapper;
using ThemePark.Jobs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Finds what was added to the legacy table, missing nothing that commits late.</summary>
internal sealed class LegacyWatermarks(LegacySource source, TimeProvider clock)
{
    private const int Attempts = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A snapshot_id up to which every row there will ever be is visible. Ids are handed out before rows commit, so the highest one alone would hide a row of
    /// a transaction still open; a read lock on the table is granted when no writer is inside, and is given back at once.
    /// </summary>
    /// <exception cref="JobFailedException">A transaction has kept the table busy all the time.</exception>
    public async Task<long> TakeAsync(LegacyTable table, CancellationToken ct)
    {
        await using var connection = await source.OpenDedicatedAsync(ct);
        // Frozen: the renaming has waited for every writer.
        if (table.IsFrozen)
        {
            return await HighestAsync(connection, table, ct);
        }

        await LockPatience.LimitAsync(connection, ct);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(table.Sql("LOCK TABLES legacy.ride_status_snapshots READ"), cancellationToken: ct));
                var highest = await HighestAsync(connection, table, ct);
                await connection.ExecuteAsync(new CommandDefinition("UNLOCK TABLES", cancellationToken: ct));
                return highest;
            }
            catch (Exception e) when (MySqlErrors.IsLockTimeout(e))
            {
                if (attempt == Attempts)
                {
                    throw new JobFailedException("A transaction of the old system has kept the legacy table open for too long; end it and try again.", permanent: true, e);
                }
            }

            // Whoever waits behind this request for a lock goes on meanwhile.
            await Task.Delay(Pause, clock, ct);
        }
    }

    /// <summary>The days with rows between two watermarks, and how many rows there have no day.</summary>
    public async Task<(IReadOnlyList<DayGroup> Days, long Undated)> FindAsync(LegacyTable table, long after, long upTo, CancellationToken ct)
    {
        await using var connection = await source.OpenAsync(ct);
        var days = await connection.QueryAsync<(DateOnly Day, long Rows, long MinId, long MaxId)>(new CommandDefinition(
            table.Sql(GroupDays), new { After = after, UpTo = upTo }, commandTimeout: 0, cancellationToken: ct));
        var undated = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            table.Sql(CountUndated), new { After = after, UpTo = upTo }, commandTimeout: 0, cancellationToken: ct));
        return ([.. days.Select(d => new DayGroup(d.Day, d.Rows, d.MinId, d.MaxId))], undated);
    }

    private static Task<long> HighestAsync(SafeMySqlConnection connection, LegacyTable table, CancellationToken ct) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition(
            table.Sql("SELECT CAST(COALESCE(MAX(snapshot_id), 0) AS SIGNED) FROM legacy.ride_status_snapshots"), cancellationToken: ct));

    private const string GroupDays =
        """
        SELECT DATE(s.recorded_at), COUNT(*), CAST(MIN(s.snapshot_id) AS SIGNED), CAST(MAX(s.snapshot_id) AS SIGNED)
        FROM legacy.ride_status_snapshots AS s
        WHERE s.snapshot_id > @After
          AND s.snapshot_id <= @UpTo
          AND s.recorded_at >= '2000-01-01'
        GROUP BY DATE(s.recorded_at)
        """;

    private const string CountUndated =
        """
        SELECT COUNT(*)
        FROM legacy.ride_status_snapshots AS s
        WHERE s.snapshot_id > @After
          AND s.snapshot_id <= @UpTo
          AND (s.recorded_at < '2000-01-01' OR s.recorded_at IS NULL)
        """;
}

/// <summary>How long a statement may wait for a table that others use: whoever comes after it waits behind it.</summary>
internal static class LockPatience
{
    public static Task LimitAsync(SafeMySqlConnection connection, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition("SET SESSION lock_wait_timeout = 2", cancellationToken: ct));
}
