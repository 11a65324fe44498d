using System.Globalization;
using Dapper;
using NodaTime.Extensions;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>What a chart or a heatmap shows.</summary>
internal enum GridMetric
{
    ParkShame,
    ParkWait,
    RideDowntime,
    RideWait,
}

/// <summary>The first parks or rides of a ranking and their figures by local hour or by date.</summary>
/// <param name="Labels"><c>6:00</c> to <c>23:00</c> of each park's own clock, or <c>Dec 01</c>.</param>
internal sealed record Grid(bool IsHourly, IReadOnlyList<string> Labels, IReadOnlyList<GridRow> Rows);

/// <param name="Ride">Null in a grid of parks, and of a ride the catalogue has lost.</param>
/// <param name="Values">One per label; null where nothing is known.</param>
internal sealed record GridRow(int EntityId, string? Name, ParkInfo Park, bool IsRide, Ride? Ride, IReadOnlyList<double?> Values)
{
    /// <summary>Null without known values.</summary>
    public double? Mean => Values.Any(v => v is not null) ? Figures.Round(Values.OfType<double>().Average(), 1) : null;
}

internal sealed class GridReader(
    Scope.Reader scopes, RideRanking rides, ParkRanking parks, ICatalogue catalogue, MySqlDatabase database, TimeProvider clock)
{
    private const int FirstHour = 6;
    private const int LastHour = 23;

    public async Task<Grid> ReadAsync(GridMetric metric, Period period, string? filter, int limit, CancellationToken cancellationToken)
    {
        var scope = await scopes.OfAsync(period, filter, cancellationToken);
        var source = Source.Of(metric);
        var first = await FirstAsync(scope, metric, limit, cancellationToken);
        var groups = scope.GroupsOf(first.Select(e => (e.Id, e.ParkId)));
        var cells = await CellsAsync(groups, scope.IsOneDay, source, cancellationToken);
        var names = source.IsRides ? await catalogue.GetRidesAsync([.. first.Select(e => e.Id)], cancellationToken) : null;

        var hours = Hours(scope, first.Select(e => e.ParkId));
        var dates = groups.SelectMany(g => Enumerable.Range(0, g.Days.Days).Select(g.Days.First.AddDays)).Distinct().Order().ToList();
        var rows = first.Select(e =>
        {
            var own = cells[e.Id].ToDictionary(c => scope.IsOneDay ? c.Hour : c.Date.DayNumber, c => source.Figure(c.A, c.B));
            var keys = scope.IsOneDay ? hours : dates.Select(d => d.DayNumber);
            var park = scope.Parks[e.ParkId];
            var ride = names?.GetValueOrDefault(e.Id);
            return new GridRow(e.Id, names is null ? park.Name : ride?.Name, park, source.IsRides, ride, [.. keys.Select(k => own.GetValueOrDefault(k))]);
        }).ToList();
        var labels = rows.Count == 0 ? []
            : scope.IsOneDay ? hours.Select(h => string.Create(CultureInfo.InvariantCulture, $"{h}:00"))
            : dates.Select(HourAxis.Label);
        return new Grid(scope.IsOneDay, [.. labels], rows);
    }

    // A day in progress ends with the hour of the park that is furthest.
    private List<int> Hours(Scope scope, IEnumerable<int> shown)
    {
        var last = !scope.IsInProgress ? LastHour : shown.Select(id =>
        {
            var local = clock.GetUtcNow().ToInstant().InZone(scope.Parks[id].Zone);
            return local.Date.ToDateOnly() > scope.Today[id] ? LastHour : local.Hour;
        }).DefaultIfEmpty(LastHour).Max();
        return [.. Enumerable.Range(FirstHour, Math.Max(0, last - FirstHour + 1))];
    }

    private async Task<IReadOnlyList<(int Id, int ParkId)>> FirstAsync(Scope scope, GridMetric metric, int limit, CancellationToken cancellationToken) => metric switch
    {
        GridMetric.ParkShame => [.. (await parks.ByShameAsync(scope, limit, cancellationToken)).Select(p => (p.ParkId, p.ParkId))],
        GridMetric.ParkWait => [.. (await parks.ByWaitAsync(scope, limit, cancellationToken)).Select(p => (p.ParkId, p.ParkId))],
        GridMetric.RideDowntime => [.. (await rides.TopAsync(scope, RideOrder.Downtime, limit, cancellationToken)).Select(r => (r.RideId, r.ParkId))],
        GridMetric.RideWait => [.. (await rides.TopAsync(scope, RideOrder.AverageWait, limit, cancellationToken)).Select(r => (r.RideId, r.ParkId))],
    };

    private async Task<ILookup<int, Cell>> CellsAsync(IReadOnlyList<DayGroup> groups, bool hourly, Source source, CancellationToken cancellationToken)
    {
        var sql = (hourly ? source.Hourly : source.Daily).Replace(Where, DayGroups.Where(groups, source.IsRides ? "ride_id" : "park_id"), StringComparison.Ordinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        var cells = await connection.QueryAsync<Cell>(new CommandDefinition(sql, DayGroups.Parameters(groups), cancellationToken: cancellationToken));
        return cells.ToLookup(c => c.Id);
    }

    private sealed class Cell
    {
        public int Id { get; init; }
        public int Hour { get; init; }
        public DateOnly Date { get; init; }
        public long? A { get; init; }
        public long? B { get; init; }
    }

    private sealed record Source(bool IsRides, string Hourly, string Daily, Func<long?, long?, double?> Figure)
    {
        public static Source Of(GridMetric metric) => metric switch
        {
            GridMetric.ParkShame => new Source(false, ParkShameHours, ParkShameDays, Figures.Shame),
            GridMetric.ParkWait => new Source(false, ParkWaitHours, ParkWaitDays, Figures.AverageWait),
            GridMetric.RideDowntime => new Source(true, RideDowntimeHours, RideDowntimeDays, (down, _) => Figures.Hours(down)),
            GridMetric.RideWait => new Source(true, RideWaitHours, RideWaitDays, Figures.AverageWait),
        };
    }

    private const string Where = "/* days */";

    private const string ParkShameHours =
        """
        SELECT park_id AS Id, local_hour AS Hour, SUM(weighted_downtime_s) AS A, SUM(weighted_known_s) AS B
        FROM park_hourly_stats WHERE /* days */ GROUP BY park_id, local_hour
        """;

    private const string ParkShameDays =
        "SELECT park_id AS Id, stat_date AS Date, weighted_downtime_s AS A, weighted_known_s AS B FROM park_daily_stats WHERE /* days */";

    private const string ParkWaitHours =
        """
        SELECT park_id AS Id, local_hour AS Hour, SUM(wait_sum) AS A, SUM(wait_s) AS B
        FROM park_hourly_stats WHERE /* days */ GROUP BY park_id, local_hour
        """;

    private const string ParkWaitDays = "SELECT park_id AS Id, stat_date AS Date, wait_sum AS A, wait_s AS B FROM park_daily_stats WHERE /* days */";

    private const string RideDowntimeHours =
        """
        SELECT ride_id AS Id, local_hour AS Hour, SUM(downtime_s) AS A
        FROM ride_hourly_stats WHERE /* days */ GROUP BY ride_id, local_hour
        """;

    private const string RideDowntimeDays = "SELECT ride_id AS Id, stat_date AS Date, downtime_s AS A FROM ride_daily_stats WHERE /* days */";

    private const string RideWaitHours =
        """
        SELECT ride_id AS Id, local_hour AS Hour, SUM(wait_sum) AS A, SUM(wait_s) AS B
        FROM ride_hourly_stats WHERE /* days */ GROUP BY ride_id, local_hour
        """;

    private const string RideWaitDays = "SELECT ride_id AS Id, stat_date AS Date, wait_sum AS A, wait_s AS B FROM ride_daily_stats WHERE /* days */";
}
