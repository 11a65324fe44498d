using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>
/// Compares each copied day with the legacy table, row by row, without asking the writer or the ledger what they did: both sides are read again, put in the
/// same order, counted and hashed.
/// </summary>
internal sealed class LegacyVerifier(
    LegacySource source, LegacyDays days, MySqlDatabase database, IJobRun job, TimeProvider clock, ILogger<LegacyVerifier> logger)
{
    private const int RidesPerRead = 1000;

    /// <summary>Verifies days and keeps what was found. Answers the first mismatch, or null.</summary>
    /// <param name="copyId">Of which warehouse.</param>
    /// <param name="table">As it stands.</param>
    /// <param name="rides">Who its rides are.</param>
    /// <param name="all">Also those verified before.</param>
    /// <param name="ct">Ends it between two days.</param>
    public async Task<string?> VerifyAsync(int copyId, LegacyTable table, LegacyRideMap rides, bool all, CancellationToken ct)
    {
        string? first = null;
        var waiting = await days.ToVerifyAsync(copyId, all, ct);
        for (var i = 0; i < waiting.Count; i++)
        {
            var task = waiting[i];
            var (checksum, note) = await CompareAsync(table, rides, task, ct);
            await job.WriteAsync(
                database, (tx, token) => days.SaveVerifiedAsync(copyId, task.UtcDay, checksum, note, tx, token), clock, logger, ct);
            await job.AdvancedAsync(ct);
            job.Progress((double)(i + 1) / waiting.Count, FormattableString.Invariant($"{task.UtcDay:yyyy-MM-dd} verified"));
            first ??= note is null ? null : FormattableString.Invariant($"{task.UtcDay:yyyy-MM-dd}: {note}");
        }

        return first;
    }

    private async Task<(byte[] Checksum, string? Note)> CompareAsync(LegacyTable table, LegacyRideMap rides, DayTask task, CancellationToken ct)
    {
        var (theirs, listed) = await ReadTheirsAsync(table, rides, task, ct);
        var ours = await ReadOursAsync(rides, task.UtcDay, ct);
        var parks = rides.Rides.DistinctBy(r => r.RideId).ToDictionary(r => r.RideId, r => r.ParkId);
        var replaced = await ReplacedParksAsync(task.UtcDay, ct);
        using var comparison = new DayComparison();
        var at = 0;
        foreach (var row in theirs)
        {
            while (at < ours.Count && ours[at].CompareTo(row) < 0)
            {
                comparison.OnlyHere(ours[at++]);
            }

            if (at < ours.Count && ours[at].CompareTo(row) == 0)
            {
                comparison.Both(row, ours[at++]);
            }
            else if (!replaced.Contains(parks[row.RideId]))
            {
                comparison.OnlyThere(row);
            }
        }

        for (; at < ours.Count; at++)
        {
            comparison.OnlyHere(ours[at]);
        }

        var note = listed != task.Planned
            ? string.Create(CultureInfo.InvariantCulture, $"the legacy table has {listed} rows of the day, {task.Planned} were found in it before")
            : comparison.Difference;
        return (comparison.Checksum(), note);
    }

    private async Task<(List<ComparedRow> Rows, long Listed)> ReadTheirsAsync(LegacyTable table, LegacyRideMap rides, DayTask task, CancellationToken ct)
    {
        var rows = new List<ComparedRow>();
        var listed = 0L;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var connection = await source.OpenAsync(ct);
        await foreach (var row in LegacyRows.ReadAsync(connection, table, task.UtcDay, task.MinId, task.MaxId, ct))
        {
            listed++;
            if (LegacyConversion.Convert(in row, now, out var snapshot) is null && rides.TryFind(row.RideId, out var entity, out _))
            {
                rows.Add(new ComparedRow(rides.Rides[entity].RideId, snapshot.Instant, snapshot.Status, snapshot.Wait, snapshot.Flags, DataSource.Legacy));
            }
        }

        // A stable sort: of rows with one ride and instant the last one stays the last.
        var sorted = rows.OrderBy(r => r.RideId).ThenBy(r => r.Instant).ToList();
        return ([.. sorted.Where((r, i) => i + 1 == sorted.Count || sorted[i + 1].CompareTo(r) != 0)], listed);
    }

    private async Task<List<ComparedRow>> ReadOursAsync(LegacyRideMap rides, DateOnly utcDay, CancellationToken ct)
    {
        var rows = new List<ComparedRow>();
        var start = IsoInstant.ToDateTime(IsoInstant.StartOf(utcDay));
        await using var connection = await database.OpenAsync(ct);
        foreach (var chunk in rides.Rides.Select(r => r.RideId).Distinct().Order().Chunk(RidesPerRead))
        {
            await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
                SelectOurs, new { Rides = chunk, From = start, To = start.AddDays(1), SnapshotRow.NoWait }, commandTimeout: 0, cancellationToken: ct));
            while (await reader.ReadAsync(ct))
            {
                rows.Add(new ComparedRow(
                    reader.GetInt32(0),
                    IsoInstant.FromDateTime(reader.GetDateTime(1)),
                    (RideStatus)reader.GetInt32(2),
                    (short)reader.GetInt32(3),
                    (ObservationFlags)reader.GetInt32(4),
                    (DataSource)reader.GetByte(5)));
            }
        }

        return rows;
    }

    // An imported day of the archive may have replaced what was copied: the day is then better known, and the legacy table keeps its rows.
    private async Task<HashSet<int>> ReplacedParksAsync(DateOnly utcDay, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<int>(new CommandDefinition(SelectReplaced, new { utcDay }, cancellationToken: ct))).ToHashSet();
    }

    private const string SelectOurs =
        """
        SELECT
            ride_id, recorded_at, CAST(COALESCE(status, 0) AS SIGNED), CAST(COALESCE(wait_minutes, @NoWait) AS SIGNED), flags, data_source
        FROM v_snapshots
        WHERE ride_id IN @Rides
          AND recorded_at >= @From
          AND recorded_at < @To
        ORDER BY ride_id, recorded_at
        """;

    private const string SelectReplaced =
        """
        SELECT a.park_id
        FROM v_ledger AS a
        INNER JOIN v_ledger AS l ON l.park_id = a.park_id AND l.utc_day = a.utc_day AND l.data_source = 3 AND l.row_count = 0
        WHERE a.utc_day = @utcDay
          AND a.data_source = 2
          AND a.row_count > 0
        """;
}
