using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>A park's sums over some days.</summary>
internal sealed class ParkTotals
{
    public int ParkId { get; init; }
    public long? UptimeS { get; init; }
    public long? DowntimeS { get; init; }
    public long? WeightedDowntimeS { get; init; }
    public long? WeightedKnownS { get; init; }
    public long? WaitS { get; init; }
    public long? WaitSum { get; init; }
    public int? WaitMax { get; init; }

    /// <summary>Rides with waits on the day that had most.</summary>
    public int RidesWithWaits { get; init; }

    public long DaysWithWaits { get; init; }

    public double? Shame => Figures.Shame(WeightedDowntimeS, WeightedKnownS);

    public double? AverageWait => Figures.AverageWait(WaitSum, WaitS);

    public double? UptimePercentage => Figures.Uptime(UptimeS, DowntimeS);
}

/// <summary>The first parks by one figure, and what the figure was the period before. Both are rates, so a day in progress compares with a whole one.</summary>
internal sealed class ParkRanking(MySqlDatabase database)
{
    /// <summary>Parks with a known shame score, highest first; ties by id.</summary>
    public Task<IReadOnlyList<ParkTotals>> ByShameAsync(Scope scope, int limit, CancellationToken cancellationToken) =>
        SelectAsync(scope.Groups, ByShame, limit, cancellationToken);

    /// <summary>Parks with known waits, longest average first; ties by id.</summary>
    public Task<IReadOnlyList<ParkTotals>> ByWaitAsync(Scope scope, int limit, CancellationToken cancellationToken) =>
        SelectAsync(scope.Groups, ByWait, limit, cancellationToken);

    /// <summary>By park id.</summary>
    public async Task<IReadOnlyDictionary<int, ParkTotals>> BeforeAsync(Scope scope, IEnumerable<ParkTotals> shown, CancellationToken cancellationToken)
    {
        var groups = scope.Before(scope.GroupsOf(shown.Select(p => (p.ParkId, p.ParkId))));
        return (await SelectAsync(groups, "", int.MaxValue, cancellationToken)).ToDictionary(p => p.ParkId);
    }

    private async Task<IReadOnlyList<ParkTotals>> SelectAsync(IReadOnlyList<DayGroup> groups, string tail, int limit, CancellationToken cancellationToken)
    {
        var parameters = DayGroups.Parameters(groups);
        parameters.Add("Limit", limit);
        var sql = SelectSums.Replace("/* days */", DayGroups.Where(groups, "park_id"), StringComparison.Ordinal) + tail;
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<ParkTotals>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))];
    }

    private const string SelectSums =
        """
        SELECT
            park_id AS ParkId, SUM(uptime_s) AS UptimeS, SUM(downtime_s) AS DowntimeS, SUM(weighted_downtime_s) AS WeightedDowntimeS,
            SUM(weighted_known_s) AS WeightedKnownS, SUM(wait_s) AS WaitS, SUM(wait_sum) AS WaitSum, MAX(wait_max) AS WaitMax,
            MAX(rides_with_waits) AS RidesWithWaits, SUM(wait_s > 0) AS DaysWithWaits
        FROM park_daily_stats
        WHERE /* days */
        GROUP BY park_id

        """;

    private const string ByShame =
        "HAVING SUM(weighted_known_s) > 0 ORDER BY SUM(weighted_downtime_s) / SUM(weighted_known_s) DESC, park_id LIMIT @Limit";

    private const string ByWait = "HAVING SUM(wait_s) > 0 ORDER BY SUM(wait_sum) / SUM(wait_s) DESC, park_id LIMIT @Limit";
}
