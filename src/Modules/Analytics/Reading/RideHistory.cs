using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>An hour or a day of a ride.</summary>
internal sealed class RideSpan
{
    public DateOnly StatDate { get; init; }

    /// <summary>UTC; null of a day.</summary>
    public DateTime? HourStart { get; init; }

    public int? LocalHour { get; init; }
    public long OperatingS { get; init; }
    public long DownS { get; init; }
    public long ClosedS { get; init; }
    public long RefurbishmentS { get; init; }
    public long? OpenS { get; init; }
    public long? OpenKnownS { get; init; }
    public long? UptimeS { get; init; }
    public long? DowntimeS { get; init; }
    public long? DowntimeEvents { get; init; }
    public long? LongestDowntimeS { get; init; }
    public int StatusChanges { get; init; }
    public long WaitS { get; init; }
    public long WaitSum { get; init; }
    public int? WaitMax { get; init; }
    public long Snapshots { get; init; }

    /// <summary>
    /// What the ride mostly was while the park was open, closed time that is down by the rule being DOWN; outside of open time, or when that is
    /// unknown, what it mostly stated. Ties in the order of the words here.
    /// </summary>
    public string Status
    {
        get
        {
            // The states of a day include the night, when everything is closed; of open time, up and down are known.
            var isOpen = UptimeS + DowntimeS > 0;
            var (up, down) = isOpen ? (UptimeS!.Value, DowntimeS!.Value) : (OperatingS, DownS);
            var rest = isOpen ? Math.Max(0, (OpenKnownS ?? 0) - up - down) : ClosedS + RefurbishmentS;
            var (most, word) = up >= down ? (up, "OPERATING") : (down, "DOWN");
            return most + rest == 0 ? "UNKNOWN" : most >= rest ? word : ClosedS >= RefurbishmentS ? "CLOSED" : "REFURBISHMENT";
        }
    }
}

/// <summary>One stretch of a ride being down, UTC.</summary>
internal sealed record RideDowntime(DateOnly StatDate, DateTime StartedAt, DateTime EndedAt);

/// <summary>A ride's own hours, days and downtimes, in time order.</summary>
internal sealed class RideHistory(MySqlDatabase database)
{
    public async Task<IReadOnlyList<RideSpan>> HoursAsync(int rideId, DateOnly date, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<RideSpan>(new CommandDefinition(SelectHours, new { RideId = rideId, Date = date }, cancellationToken: cancellationToken))];
    }

    public async Task<IReadOnlyList<RideSpan>> DaysAsync(int rideId, DayRange days, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return
        [
            .. await connection.QueryAsync<RideSpan>(
                new CommandDefinition(SelectDays, new { RideId = rideId, days.First, days.Last }, cancellationToken: cancellationToken)),
        ];
    }

    /// <summary>Stretches that touch within a day are one.</summary>
    public async Task<IReadOnlyList<RideDowntime>> DowntimesAsync(int rideId, DayRange days, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(DateOnly Date, DateTime Start, DateTime End)>(
            new CommandDefinition(SelectDowntimes, new { RideId = rideId, days.First, days.Last }, cancellationToken: cancellationToken));
        var merged = new List<RideDowntime>();
        foreach (var (date, start, end) in rows)
        {
            if (merged is [.., var last] && last.StatDate == date && last.EndedAt >= start)
            {
                merged[^1] = last with { EndedAt = end > last.EndedAt ? end : last.EndedAt };
            }
            else
            {
                merged.Add(new RideDowntime(date, start, end));
            }
        }

        return merged;
    }

    private const string SelectHours =
        """
        SELECT
            stat_date AS StatDate, hour_start AS HourStart, local_hour AS LocalHour, operating_s AS OperatingS, down_s AS DownS, closed_s AS ClosedS,
            refurbishment_s AS RefurbishmentS, open_s AS OpenS, open_known_s AS OpenKnownS, uptime_s AS UptimeS, downtime_s AS DowntimeS,
            wait_s AS WaitS, wait_sum AS WaitSum, wait_max AS WaitMax, snapshots AS Snapshots
        FROM ride_hourly_stats
        WHERE ride_id = @RideId AND stat_date = @Date
        ORDER BY hour_start
        """;

    private const string SelectDays =
        """
        SELECT
            stat_date AS StatDate, operating_s AS OperatingS, down_s AS DownS, closed_s AS ClosedS, refurbishment_s AS RefurbishmentS, open_s AS OpenS,
            open_known_s AS OpenKnownS, uptime_s AS UptimeS, downtime_s AS DowntimeS, downtime_events AS DowntimeEvents,
            longest_downtime_s AS LongestDowntimeS, status_changes AS StatusChanges, wait_s AS WaitS, wait_sum AS WaitSum, wait_max AS WaitMax,
            snapshots AS Snapshots
        FROM ride_daily_stats
        WHERE ride_id = @RideId AND stat_date >= @First AND stat_date <= @Last
        ORDER BY stat_date
        """;

    private const string SelectDowntimes =
        """
        SELECT stat_date, started_at, ended_at
        FROM ride_downtimes
        WHERE ride_id = @RideId AND stat_date >= @First AND stat_date <= @Last
        ORDER BY stat_date, started_at
        """;
}
