using Dapper;
using ThemePark.Jobs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Takes the legacy table out of service and puts it back. Each statement waits for other users for two seconds at most, then lets them pass.</summary>
internal sealed class LegacyTables(LegacySource source, MySqlDatabase ours, TimeProvider clock)
{
    private const int Attempts = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="table">As it stands.</param>
    /// <param name="beforeAttempt">Runs before each try.</param>
    /// <param name="ct">Ends the waiting between two tries.</param>
    /// <exception cref="JobFailedException">Others have used the table all the time.</exception>
    public Task FreezeAsync(LegacyTable table, Func<CancellationToken, Task> beforeAttempt, CancellationToken ct) =>
        ExecuteAsync(table, "RENAME TABLE legacy.ride_status_snapshots TO legacy.ride_status_snapshots_legacy", beforeAttempt, ct);

    /// <summary>Takes away the view, if there is one, and gives the table its name again.</summary>
    public async Task RestoreAsync(LegacyTable table, CancellationToken ct)
    {
        if (table.HasView)
        {
            await ExecuteAsync(table, "DROP VIEW legacy.ride_status_snapshots", null, ct);
        }

        await ExecuteAsync(table, "RENAME TABLE legacy.ride_status_snapshots_legacy TO legacy.ride_status_snapshots", null, ct);
    }

    /// <summary>
    /// The textbook columns over our rows, under the legacy table's name. <c>recorded_at</c> is the column itself, so that bounds on it leave out partitions:
    /// it is UTC, whatever the reader's time zone is.
    /// </summary>
    public async Task ShowAsync(LegacyTable table, int copyId, CancellationToken ct)
    {
        string database;
        await using (var connection = await ours.OpenAsync(ct))
        {
            database = connection.Database;
        }

        var copy = copyId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await ExecuteAsync(
            table, CreateView.Replace("themepark.", Identifier.Quote(database) + ".", StringComparison.Ordinal).Replace("@CopyId", copy, StringComparison.Ordinal), null, ct);
    }

    private async Task ExecuteAsync(LegacyTable table, string sql, Func<CancellationToken, Task>? beforeAttempt, CancellationToken ct)
    {
        await using var connection = await source.OpenDedicatedAsync(ct);
        await LockPatience.LimitAsync(connection, ct);
        for (var attempt = 1; ; attempt++)
        {
            await (beforeAttempt?.Invoke(ct) ?? Task.CompletedTask);
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(LegacyTable.Of(table.Database, sql), cancellationToken: ct));
                return;
            }
            catch (Exception e) when (MySqlErrors.IsLockTimeout(e))
            {
                if (attempt == Attempts)
                {
                    throw new JobFailedException("Somebody has used the legacy table all the time; end the long statement or transaction and try again.", permanent: true, e);
                }
            }

            await Task.Delay(Pause, clock, ct);
        }
    }

    private const string CreateView =
        """
        CREATE OR REPLACE SQL SECURITY DEFINER VIEW legacy.ride_status_snapshots AS
        SELECT
            (TIMESTAMPDIFF(MICROSECOND, '1970-01-01', s.recorded_at) DIV 1000) * 1000000 + r.legacy_ride_id AS snapshot_id,
            r.legacy_ride_id AS ride_id,
            s.recorded_at AS recorded_at,
            CASE WHEN s.status IS NOT NULL THEN s.status = 1 WHEN s.flags & 8 THEN 0 END AS is_open,
            CASE s.status WHEN 1 THEN 'OPERATING' WHEN 2 THEN 'DOWN' WHEN 3 THEN 'CLOSED' WHEN 4 THEN 'REFURBISHMENT' END AS status,
            s.wait_minutes AS wait_time,
            COALESCE(s.status = 1, s.wait_minutes > 0, 0) AS computed_is_open,
            CAST(NULL AS DATETIME) AS last_updated_api,
            IF(s.data_source = 2 OR s.flags & 4096, 'ARCHIVE', 'LIVE') AS data_source
        FROM themepark.v_legacy_rides AS r
        INNER JOIN themepark.v_snapshots AS s ON s.ride_id = r.ride_id
        WHERE r.copy_id = @CopyId
        """;
}
