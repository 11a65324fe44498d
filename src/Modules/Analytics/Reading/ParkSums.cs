using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>A park's days, added up. Numbers of rides are those of the day that had most.</summary>
internal sealed class ParkSum
{
    /// <summary>Of a park without days.</summary>
    public static ParkSum None { get; } = new();

    public int ParkId { get; init; }

    /// <summary>Days of which something is known.</summary>
    public int DaysTracked { get; init; }
    public int RidesTracked { get; init; }
    public int RidesOperated { get; init; }
    public int RidesDown { get; init; }
    public int RidesWithWaits { get; init; }
    public int DaysWithWaits { get; init; }
    public long EffectiveWeight { get; init; }
    public long? OpenS { get; init; }
    public long UptimeS { get; init; }
    public long DowntimeS { get; init; }
    public long WeightedDowntimeS { get; init; }
    public long WeightedKnownS { get; init; }
    public long WaitS { get; init; }
    public long WaitSum { get; init; }
    public int? WaitMax { get; init; }
    public long Snapshots { get; init; }

    /// <summary>Without a ride that operated there is no downtime, and none of 0 either.</summary>
    public bool HasRun => RidesOperated > 0;

    public double? Shame => Figures.Shame(WeightedDowntimeS, WeightedKnownS);

    public double? DowntimeHours => HasRun ? Figures.Hours(DowntimeS) : null;

    public double? WeightedDowntimeHours => HasRun ? Figures.Hours(WeightedDowntimeS) : null;

    public double? Uptime => Figures.Uptime(UptimeS, DowntimeS);

    public double? AverageWait => Figures.AverageWait(WaitSum, WaitS);
}

/// <summary>Sums of parks over their days.</summary>
internal sealed class ParkSums(MySqlDatabase database)
{
    /// <summary>By park id; a park without a day is absent.</summary>
    public async Task<IReadOnlyDictionary<int, ParkSum>> ReadAsync(IReadOnlyList<DayGroup> groups, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<ParkSum>(new CommandDefinition(
            $"{SelectSums} {DayGroups.Where(groups, "park_id")} GROUP BY park_id", DayGroups.Parameters(groups), cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.ParkId);
    }

    private const string SelectSums =
        """
        SELECT
            park_id AS ParkId,
            COUNT(CASE WHEN rides_tracked > 0 THEN 1 END) AS DaysTracked,
            MAX(rides_tracked) AS RidesTracked,
            MAX(rides_operated) AS RidesOperated,
            MAX(rides_with_downtime) AS RidesDown,
            MAX(rides_with_waits) AS RidesWithWaits,
            COUNT(CASE WHEN wait_s > 0 THEN 1 END) AS DaysWithWaits,
            MAX(effective_weight) AS EffectiveWeight,
            SUM(open_s) AS OpenS,
            SUM(uptime_s) AS UptimeS,
            SUM(downtime_s) AS DowntimeS,
            SUM(weighted_downtime_s) AS WeightedDowntimeS,
            SUM(weighted_known_s) AS WeightedKnownS,
            SUM(wait_s) AS WaitS,
            SUM(wait_sum) AS WaitSum,
            MAX(wait_max) AS WaitMax,
            SUM(snapshots) AS Snapshots
        FROM park_daily_stats
        WHERE
        """;
}
