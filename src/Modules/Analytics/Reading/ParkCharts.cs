using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>A park over a period: one value of each list per label, null where nothing is known.</summary>
/// <param name="Data">Shame score.</param>
/// <param name="Average">Of the whole period, not of the values.</param>
/// <param name="Current">Shame score now; live only.</param>
/// <param name="Granularity">hourly or daily.</param>
internal sealed record ParkChart(
    IReadOnlyList<string> Labels,
    IReadOnlyList<double?> Data,
    IReadOnlyList<double?> DowntimeHours,
    IReadOnlyList<int?> RidesDown,
    IReadOnlyList<double?> AvgWait,
    double? Average,
    double? Current,
    double? ShameScore,
    string Granularity);

/// <summary>Draws the chart of one park: hours of a day, days of more.</summary>
internal sealed class ParkCharts(MySqlDatabase database)
{
    /// <param name="sum">Of the same days.</param>
    public async Task<ParkChart> ReadAsync(ParkInfo park, DayRange range, ParkSum sum, double? current, CancellationToken cancellationToken)
    {
        var daily = range.Days > 1;
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Point>(new CommandDefinition(
            daily ? SelectDays : SelectHours, new { park.ParkId, range.First, range.Last }, cancellationToken: cancellationToken))).ToDictionary(p => p.At);
        var (axis, labels) = HourAxis.Of(range, rows.Keys, park.Zone);
        var points = axis.Select(a => rows.GetValueOrDefault(a)).ToList();
        return new ParkChart(
            labels,
            [.. points.Select(p => Figures.Shame(p?.WeightedDowntimeS, p?.WeightedKnownS))],
            [.. points.Select(p => p?.WeightedKnownS > 0 ? Figures.Hours(p.DowntimeS) : null)],
            [.. points.Select(p => p?.WeightedKnownS > 0 ? p.RidesDown : (int?)null)],
            [.. points.Select(p => Figures.AverageWait(p?.WaitSum, p?.WaitS))],
            sum.Shame,
            current,
            sum.Shame,
            daily ? "daily" : "hourly");
    }

    private sealed class Point
    {
        public DateTime At { get; init; }
        public int RidesDown { get; init; }
        public long DowntimeS { get; init; }
        public long WeightedDowntimeS { get; init; }
        public long WeightedKnownS { get; init; }
        public long WaitS { get; init; }
        public long WaitSum { get; init; }
    }

    private const string SelectHours =
        """
        SELECT
            hour_start AS At,
            rides_down AS RidesDown,
            downtime_s AS DowntimeS,
            weighted_downtime_s AS WeightedDowntimeS,
            weighted_known_s AS WeightedKnownS,
            wait_s AS WaitS,
            wait_sum AS WaitSum
        FROM park_hourly_stats
        WHERE park_id = @ParkId
          AND stat_date BETWEEN @First AND @Last
          AND open_s > 0
        """;

    private const string SelectDays =
        """
        SELECT
            stat_date AS At,
            rides_with_downtime AS RidesDown,
            downtime_s AS DowntimeS,
            weighted_downtime_s AS WeightedDowntimeS,
            weighted_known_s AS WeightedKnownS,
            wait_s AS WaitS,
            wait_sum AS WaitSum
        FROM park_daily_stats
        WHERE park_id = @ParkId
          AND stat_date BETWEEN @First AND @Last
        """;
}
