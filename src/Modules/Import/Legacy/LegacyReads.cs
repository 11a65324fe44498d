using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Where bringing over a warehouse stands, as operators see it. <c>listed = copied + duplicates + kept + unknown + odd</c>.</summary>
/// <param name="Source">host:port/database of the existing warehouse.</param>
/// <param name="Error">Why the last task could not be done.</param>
/// <param name="Watermark">Rows up to this snapshot_id are looked at.</param>
/// <param name="UndatedRows">Rows without an instant since 2000; they belong to no day.</param>
/// <param name="Job">The task that runs or ran last.</param>
internal sealed record LegacyView(
    int CopyId, string Source, string State, string? Step, string? Error, long? Watermark, long UndatedRows, LegacyTotals Totals, LegacyRidesView Rides, LegacyDowntime? Swap,
    LegacyJob? Job, DateTime UpdatedAt)
{
    /// <summary>Where a task that was accepted is followed.</summary>
    public const string StatusPath = "/api/admin/legacy/status";
}

/// <param name="Unknown">Rides without one of ours, of which there may be rows.</param>
internal sealed record LegacyRidesView(long Known, long Unknown);

/// <param name="FrozenAt">UTC.</param>
/// <param name="WriteDowntimeMs">From the renaming until the swap was done or taken back; null: not yet.</param>
/// <param name="ReadDowntimeMs">Longest silence the probe met; null: nobody watched all of it.</param>
/// <param name="ProbeReads">Answers it got.</param>
/// <param name="WrittenBack">Rows of ours a rollback has given to the legacy table.</param>
internal sealed record LegacyDowntime(DateTime FrozenAt, long? WriteDowntimeMs, long? ReadDowntimeMs, long? ProbeReads, long WrittenBack);

/// <param name="Progress">0 to 1.</param>
internal sealed record LegacyJob(string JobId, string State, double? Progress, string? Note);

/// <summary>A legacy ride nobody can place, with its rows.</summary>
internal sealed record UnknownRideView
{
    public long LegacyRideId { get; init; }
    public string? Name { get; init; }
    public string? ParkName { get; init; }
    public string? WikiId { get; init; }

    /// <summary>NO_WIKI_ID, INVALID_WIKI_ID, UNKNOWN_RIDE or NOT_LISTED.</summary>
    public string Reason { get; init; } = "";
    public long RowCount { get; init; }
    public long Days { get; init; }
    public DateTime? FirstAt { get; init; }
    public DateTime? LastAt { get; init; }
}

/// <summary>A day's account.</summary>
internal sealed record LegacyDayView
{
    public DateOnly Date { get; init; }

    /// <summary>PENDING, COPIED, VERIFIED or MISMATCH.</summary>
    public string State { get; init; } = "";
    public long Planned { get; init; }
    public long Listed { get; init; }
    public long Copied { get; init; }
    public long Duplicates { get; init; }
    public long Kept { get; init; }
    public long Unknown { get; init; }
    public long Odd { get; init; }

    /// <summary>JSON: odd rows by reason.</summary>
    public string? OddReasons { get; init; }

    /// <summary>SHA-256 over the day's rows that were to be copied, in hexadecimal; null: not verified.</summary>
    public string? Checksum { get; init; }

    /// <summary>What differs.</summary>
    public string? Note { get; init; }
}

/// <summary>Reads of the journal.</summary>
internal sealed class LegacyReads(MySqlDatabase database, IJobs jobs, LegacyDays days)
{
    public Task<LegacyTotals> TotalsAsync(int copyId, CancellationToken ct) => days.TotalsAsync(copyId, ct);

    public async Task<LegacyView> ViewAsync(LegacyCopy copy, CancellationToken ct)
    {
        var job = copy.JobId is { } id ? await jobs.GetAsync(JobId.Parse(id), ct) : null;
        await using var connection = await database.OpenAsync(ct);
        var (known, unknown) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(CountRides, new { copy.CopyId }, cancellationToken: ct));
        return new LegacyView(
            copy.CopyId,
            copy.Source,
            copy.State.ToUpperSnake(),
            copy.Step?.ToUpperSnake(),
            copy.Error,
            copy.Watermark,
            copy.UndatedRows,
            await days.TotalsAsync(copy.CopyId, ct),
            new LegacyRidesView(known, unknown),
            copy.FrozenAt is { } at ? new LegacyDowntime(at, copy.WriteDownMs, copy.ReadDownMs, copy.ProbeReads, copy.WrittenBack) : null,
            job is null ? null : new LegacyJob(job.Id.ToString(), job.State.ToUpperSnake(), job.Progress, job.ProgressNote),
            copy.UpdatedAt);
    }

    /// <summary>Those with the most rows first.</summary>
    public async Task<(IReadOnlyList<UnknownRideView> Rides, long Total)> UnknownRidesAsync(int copyId, int limit, int offset, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rides = (await connection.QueryAsync<UnknownRideView>(new CommandDefinition(SelectUnknown, new { copyId, limit, offset }, cancellationToken: ct))).AsList();
        return (rides, await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM legacy_rides WHERE copy_id = @copyId AND ride_id IS NULL", new { copyId }, cancellationToken: ct)));
    }

    /// <summary>Newest first.</summary>
    public async Task<(IReadOnlyList<LegacyDayView> Days, long Total)> DaysAsync(int copyId, string? state, int limit, int offset, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<LegacyDayView>(new CommandDefinition(SelectDays, new { copyId, state, limit, offset }, cancellationToken: ct))).AsList();
        return (rows, await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM legacy_days WHERE copy_id = @copyId AND (@state IS NULL OR state = @state)", new { copyId, state }, cancellationToken: ct)));
    }

    private const string CountRides =
        """
        SELECT CAST(COALESCE(SUM(ride_id IS NOT NULL), 0) AS SIGNED), CAST(COALESCE(SUM(ride_id IS NULL), 0) AS SIGNED)
        FROM legacy_rides
        WHERE copy_id = @CopyId
        """;

    private const string SelectUnknown =
        """
        SELECT
            r.legacy_ride_id AS LegacyRideId,
            MAX(r.name) AS Name,
            MAX(r.park_name) AS ParkName,
            MAX(r.wiki_id) AS WikiId,
            MAX(r.reason) AS Reason,
            CAST(COALESCE(SUM(u.row_count), 0) AS SIGNED) AS RowCount,
            COUNT(u.utc_day) AS Days,
            MIN(u.first_at) AS FirstAt,
            MAX(u.last_at) AS LastAt
        FROM legacy_rides AS r
        LEFT JOIN legacy_unknown_days AS u ON u.copy_id = r.copy_id AND u.legacy_ride_id = r.legacy_ride_id
        WHERE r.copy_id = @copyId
          AND r.ride_id IS NULL
        GROUP BY r.legacy_ride_id
        ORDER BY RowCount DESC, r.legacy_ride_id
        LIMIT @limit OFFSET @offset
        """;

    private const string SelectDays =
        """
        SELECT
            utc_day AS `Date`, state AS State, planned AS Planned, listed AS Listed, copied AS Copied, duplicates AS Duplicates, kept AS Kept,
            unknown_rows AS `Unknown`, odd AS Odd, odd_reasons AS OddReasons, LOWER(HEX(checksum)) AS Checksum, note AS Note
        FROM legacy_days
        WHERE copy_id = @copyId
          AND (@state IS NULL OR state = @state)
        ORDER BY utc_day DESC
        LIMIT @limit OFFSET @offset
        """;
}
