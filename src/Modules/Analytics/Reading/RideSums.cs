using Dapper;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>A counted ride's days, added up.</summary>
internal sealed class RideSum
{
    public int RideId { get; init; }

    /// <summary>Days of which it is known whether it operated.</summary>
    public int DaysKnown { get; init; }
    public int DaysOperated { get; init; }
    public int DaysWithDowntime { get; init; }
    public long UptimeS { get; init; }

    /// <summary>Null: it did not operate, or open time is unknown.</summary>
    public long? DowntimeS { get; init; }

    /// <summary>It stated nothing else on any day.</summary>
    public bool Refurbished { get; init; }
}

/// <summary>Sums of one park's counted rides.</summary>
internal sealed class RideSums(MySqlDatabase database)
{
    /// <summary>By ride id; a ride without a day is absent. <paramref name="rides"/> are the park's, or some of them.</summary>
    public async Task<IReadOnlyDictionary<int, RideSum>> ReadAsync(
        int parkId, IEnumerable<Ride> rides, DayRange range, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<RideSum>(new CommandDefinition(
            SelectSums,
            new { ParkId = parkId, Rides = rides.Select(r => r.RideId).DefaultIfEmpty(0).ToArray(), range.First, range.Last },
            cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.RideId);
    }

    // The key of a ride's own days: a month of all parks' rides would be a hundred times as much.
    private const string SelectSums =
        """
        SELECT
            ride_id AS RideId,
            COUNT(operated) AS DaysKnown,
            COALESCE(SUM(operated), 0) AS DaysOperated,
            COUNT(CASE WHEN downtime_s > 0 THEN 1 END) AS DaysWithDowntime,
            COALESCE(SUM(CASE WHEN operated THEN uptime_s END), 0) AS UptimeS,
            SUM(downtime_s) AS DowntimeS,
            MIN(refurbishment_s > 0 AND operating_s + down_s + closed_s = 0) AS Refurbished
        FROM ride_daily_stats FORCE INDEX (ride)
        WHERE ride_id IN @Rides
          AND stat_date BETWEEN @First AND @Last
          AND park_id = @ParkId
          AND counted
        GROUP BY ride_id
        """;
}
