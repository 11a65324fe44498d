using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Sums of counted rides: the first of a ranking, given ones, and how they changed.</summary>
internal sealed class RideRanking(MySqlDatabase database)
{
    /// <summary>
    /// The first rides; ties by id. A day needs no adding up; of many days only what decides is added up for all rides.
    /// </summary>
    public async Task<IReadOnlyList<RideTotals>> TopAsync(Scope scope, RideOrder order, int limit, CancellationToken cancellationToken)
    {
        var parameters = DayGroups.Parameters(scope.Groups);
        parameters.Add("Limit", limit);
        var sql = (scope.IsOneDay ? SelectDay + DayTail(order) : SelectFirst + Tail(order))
            .Replace(Days, DayGroups.Where(scope.Groups, "park_id"), StringComparison.Ordinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        var first = (await connection.QueryAsync<RideTotals>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).ToList();
        if (scope.IsOneDay)
        {
            return first;
        }

        var totals = await OfAsync(scope, first.Select(r => (r.RideId, r.ParkId)), cancellationToken);
        return [.. first.Select(r => totals.GetValueOrDefault(r.RideId)).OfType<RideTotals>()];
    }

    /// <summary>By ride id; a ride without days is absent.</summary>
    public Task<IReadOnlyDictionary<int, RideTotals>> OfAsync(Scope scope, IEnumerable<(int RideId, int ParkId)> rides, CancellationToken cancellationToken) =>
        SumAsync(scope.GroupsOf(rides), cancellationToken);

    /// <summary>
    /// By ride id, the change of a figure in percent. Of a day in progress, the hours that are complete are compared with the same hours of the
    /// day before: at noon a whole day would always win.
    /// </summary>
    public async Task<IReadOnlyDictionary<int, double?>> TrendsAsync(
        Scope scope, IReadOnlyCollection<RideTotals> shown, Func<RideTotals, double?> figure, CancellationToken cancellationToken)
    {
        var groups = scope.GroupsOf(shown.Select(r => (r.RideId, r.ParkId)));
        var (now, before) = scope.IsInProgress
            ? await SumHoursAsync(groups, cancellationToken)
            : (shown.ToDictionary(r => r.RideId), await SumAsync(scope.Before(groups), cancellationToken));
        return shown.ToDictionary(
            r => r.RideId,
            r => now.TryGetValue(r.RideId, out var n) && before.TryGetValue(r.RideId, out var b) ? Figures.Trend(figure(n), figure(b)) : null);
    }

    private async Task<IReadOnlyDictionary<int, RideTotals>> SumAsync(IReadOnlyList<DayGroup> groups, CancellationToken cancellationToken)
    {
        if (groups.Count == 0)
        {
            return new Dictionary<int, RideTotals>();
        }

        var sql = SelectSums.Replace(Days, DayGroups.Where(groups, "ride_id"), StringComparison.Ordinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<RideTotals>(new CommandDefinition(sql, DayGroups.Parameters(groups), cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.RideId);
    }

    private async Task<(IReadOnlyDictionary<int, RideTotals> Now, IReadOnlyDictionary<int, RideTotals> Before)> SumHoursAsync(
        IReadOnlyList<DayGroup> groups, CancellationToken cancellationToken)
    {
        var (now, before) = (new Dictionary<int, RideTotals>(), new Dictionary<int, RideTotals>());
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var group in groups)
        {
            var parameters = new { Today = group.Days.Last, Yesterday = group.Days.Last.AddDays(-1), Rides = group.Ids };
            var command = new CommandDefinition(SelectSameHours, parameters, cancellationToken: cancellationToken);
            foreach (var totals in await connection.QueryAsync<RideTotals>(command))
            {
                (totals.StatDate == group.Days.Last ? now : before)[totals.RideId] = totals;
            }
        }

        return (now, before);
    }

    private static string Tail(RideOrder order) => order switch
    {
        RideOrder.Downtime => FirstByDowntime,
        RideOrder.Uptime => FirstByUptime,
        RideOrder.AverageWait => FirstByWait,
        RideOrder.PeakWait => FirstByPeak,
    };

    private static string DayTail(RideOrder order) => order switch
    {
        RideOrder.Downtime => DayByDowntime,
        RideOrder.Uptime => DayByUptime,
        RideOrder.AverageWait => DayByWait,
        RideOrder.PeakWait => DayByPeak,
    };

    private const string Days = "/* days */";

    private const string SelectDay =
        """
        SELECT
            ride_id AS RideId, park_id AS ParkId, uptime_s AS UptimeS, downtime_s AS DowntimeS, downtime_events AS Events, status_changes AS StatusChanges,
            wait_s AS WaitS, wait_sum AS WaitSum, wait_max AS WaitMax, wait_s > 0 AS DaysWithWaits, snapshots AS Snapshots
        FROM ride_daily_stats
        WHERE counted = 1 AND (/* days */)

        """;

    private const string DayByDowntime = "AND downtime_s > 0 ORDER BY downtime_s DESC, ride_id LIMIT @Limit";

    private const string DayByUptime = "AND downtime_s > 0 ORDER BY uptime_s / (uptime_s + downtime_s), downtime_s DESC, ride_id LIMIT @Limit";

    private const string DayByWait = "AND wait_s > 0 ORDER BY wait_sum / wait_s DESC, ride_id LIMIT @Limit";

    private const string DayByPeak = "AND wait_s > 0 ORDER BY wait_max DESC, wait_sum / wait_s DESC, ride_id LIMIT @Limit";

    private const string SelectFirst =
        """
        SELECT ride_id AS RideId, MAX(park_id) AS ParkId
        FROM ride_daily_stats
        WHERE counted = 1 AND (/* days */)
        GROUP BY ride_id

        """;

    private const string FirstByDowntime = "HAVING SUM(downtime_s) > 0 ORDER BY SUM(downtime_s) DESC, ride_id LIMIT @Limit";

    private const string FirstByUptime =
        "HAVING SUM(downtime_s) > 0 ORDER BY SUM(uptime_s) / (SUM(uptime_s) + SUM(downtime_s)), SUM(downtime_s) DESC, ride_id LIMIT @Limit";

    private const string FirstByWait = "HAVING SUM(wait_s) > 0 ORDER BY SUM(wait_sum) / SUM(wait_s) DESC, ride_id LIMIT @Limit";

    private const string FirstByPeak =
        "HAVING SUM(wait_s) > 0 ORDER BY MAX(wait_max) DESC, SUM(wait_sum) / SUM(wait_s) DESC, ride_id LIMIT @Limit";

    private const string SelectSums =
        """
        SELECT
            ride_id AS RideId, MAX(park_id) AS ParkId, SUM(uptime_s) AS UptimeS, SUM(downtime_s) AS DowntimeS, SUM(downtime_events) AS Events,
            SUM(status_changes) AS StatusChanges, SUM(wait_s) AS WaitS, SUM(wait_sum) AS WaitSum, MAX(wait_max) AS WaitMax,
            SUM(wait_s > 0) AS DaysWithWaits, SUM(snapshots) AS Snapshots
        FROM ride_daily_stats FORCE INDEX (ride)
        WHERE /* days */
        GROUP BY ride_id
        """;

    // The last hour there is may not be over.
    private const string SelectSameHours =
        """
        SELECT
            h.stat_date AS StatDate, h.ride_id AS RideId, SUM(h.uptime_s) AS UptimeS, SUM(h.downtime_s) AS DowntimeS, SUM(h.wait_s) AS WaitS,
            SUM(h.wait_sum) AS WaitSum, MAX(h.wait_max) AS WaitMax
        FROM (
            SELECT
                stat_date, ride_id, hour_start, uptime_s, downtime_s, wait_s, wait_sum, wait_max,
                MAX(CASE WHEN stat_date = @Today THEN hour_start END) OVER (PARTITION BY ride_id) AS last_hour
            FROM ride_hourly_stats
            WHERE ride_id IN @Rides
              AND stat_date >= @Yesterday
              AND stat_date <= @Today
        ) AS h
        WHERE h.hour_start < CASE WHEN h.stat_date = @Today THEN h.last_hour ELSE h.last_hour - INTERVAL 1 DAY END
        GROUP BY h.ride_id, h.stat_date
        """;
}
