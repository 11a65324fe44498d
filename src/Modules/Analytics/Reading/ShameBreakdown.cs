using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>
/// Which rides make a park's score. The frontend formats these numbers without asking, so an unknown one is 0 here and nowhere else;
/// <paramref name="IsKnown"/> tells.
/// </summary>
/// <param name="IsKnown">There is a score.</param>
/// <param name="ParkIsOpen">Now; null: unknown.</param>
/// <param name="TotalParkWeight">Of the rides that operated.</param>
/// <param name="TotalWeightedDown">Weight of the rides that are down (live) or have downtime.</param>
/// <param name="HoursTracked">The park was open and watched.</param>
/// <param name="Rides">Down now (live) or with downtime, the heaviest first.</param>
/// <param name="RidesDown">The same, live only.</param>
internal sealed record ShameBreakdown(
    string BreakdownType,
    bool IsKnown,
    bool IsLive,
    DateTime? LastUpdated,
    bool? ParkIsOpen,
    double ShameScore,
    double TotalDowntimeHours,
    double WeightedDowntimeHours,
    double AvgDailyDowntime,
    double? AvgUptimePercentage,
    int TotalParkWeight,
    int TotalWeightedDown,
    int TotalExcludedWeight,
    int RidesAffectedCount,
    int RidesWithDowntime,
    double? HoursTracked,
    int DaysTracked,
    int DaysInPeriod,
    string PeriodLabel,
    IReadOnlyList<BreakdownRide> Rides,
    IReadOnlyList<BreakdownRide> RidesDown,
    IReadOnlyList<ExcludedRide> RidesExcluded)
{
    /// <summary>Of a period; live is the instant of <paramref name="now"/> with the sums of its day.</summary>
    public static ShameBreakdown Of(
        Period period, DayRange range, ParkSum sum, LivePark? now, IReadOnlyCollection<LiveRide> states, IEnumerable<Ride> roster, IReadOnlyDictionary<int, RideSum> sums)
    {
        var live = period == Period.Live;
        var rides = roster.Where(r => r.IsCounted).ToList();
        var board = states.ToDictionary(s => s.RideId);
        var ran = rides.Where(Ran).ToList();
        var affected = ran.Where(r => live ? board[r.RideId].IsDown : sums[r.RideId].DowntimeS > 0)
            .Select(r => BreakdownRide.Of(r, sums.GetValueOrDefault(r.RideId), live ? board[r.RideId].LiveStatus : "DOWN"))
            .OrderByDescending(r => r.WeightedContribution)
            .ThenByDescending(r => r.TierWeight)
            .ThenBy(r => r.RideId)
            .ToList();
        var excluded = rides.Where(r => !Ran(r) && (live ? board.ContainsKey(r.RideId) : sums.ContainsKey(r.RideId)))
            .Select(r => new ExcludedRide(r.RideId, r.Name, r.Tier, Figures.Weight(r.Tier), live ? Why(board[r.RideId]) : Why(sums[r.RideId])))
            .OrderByDescending(r => r.TierWeight)
            .ThenBy(r => r.RideId)
            .ToList();
        var score = live ? now?.ShameScore : sum.Shame;
        return new ShameBreakdown(
            Word(period),
            score is not null,
            live,
            now?.LastSeenAt,
            now?.IsOpen,
            score ?? 0,
            sum.DowntimeHours ?? 0,
            sum.WeightedDowntimeHours ?? 0,
            sum.DaysTracked > 0 && sum.HasRun ? Figures.Round(sum.DowntimeS / 3600.0 / sum.DaysTracked, 2) : 0,
            sum.Uptime,
            ran.Sum(r => Figures.Weight(r.Tier)),
            affected.Sum(r => r.TierWeight),
            excluded.Sum(r => r.TierWeight),
            affected.Count,
            live ? sums.Values.Count(s => s.DowntimeS > 0) : affected.Count,
            Figures.Hours(sum.OpenS),
            sum.DaysTracked,
            range.Days,
            Periods.Label(period, range),
            affected,
            live ? affected : [],
            excluded);

        // The rides the score is over.
        bool Ran(Ride ride) => live
            ? board.TryGetValue(ride.RideId, out var state) && state.OperatedToday == true && state.Status != RideStatus.None
            : sums.TryGetValue(ride.RideId, out var own) && own.DaysOperated > 0;
    }

    private static string Word(Period period) => period switch
    {
        Period.Live => "live",
        Period.Today => "today",
        Period.Yesterday => "yesterday",
        Period.LastWeek => "last_week",
        Period.LastMonth => "last_month",
    };

    private static string Why(LiveRide ride) =>
        ride.Status == RideStatus.None ? "State unknown"
        : ride.Status == RideStatus.Refurbishment ? "In refurbishment"
        : ride.OperatedToday is null ? "Not known to have operated today"
        : "Has not operated today";

    private static string Why(RideSum ride) =>
        ride.Refurbished ? "In refurbishment"
        : ride.DaysKnown == 0 ? "Not known to have operated in this period"
        : "Did not operate in this period";
}

/// <summary>A ride with its part in the score.</summary>
/// <param name="DowntimeHours">Of the period; live: of today so far.</param>
/// <param name="WeightedContribution">Weight times downtime.</param>
internal sealed record BreakdownRide(
    int RideId,
    string? RideName,
    int? Tier,
    int TierWeight,
    double DowntimeHours,
    double WeightedContribution,
    double? UptimePercentage,
    int DaysWithDowntime,
    string Status)
{
    public static BreakdownRide Of(Ride ride, RideSum? sum, string status)
    {
        var weight = Figures.Weight(ride.Tier);
        return new BreakdownRide(
            ride.RideId,
            ride.Name,
            ride.Tier,
            weight,
            Figures.Hours(sum?.DowntimeS) ?? 0,
            Figures.Hours(weight * sum?.DowntimeS) ?? 0,
            Figures.Uptime(sum?.UptimeS, sum?.DowntimeS),
            sum?.DaysWithDowntime ?? 0,
            status);
    }
}

/// <summary>A ride that is no part of the score, and why.</summary>
internal sealed record ExcludedRide(int RideId, string? RideName, int? Tier, int TierWeight, string ExclusionReason);
