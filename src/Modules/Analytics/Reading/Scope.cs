using Dapper;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Parks (or rides) that share their dates. Local dates differ around the world, so there are two or three groups.</summary>
internal sealed record DayGroup(DayRange Days, IReadOnlyList<int> Ids);

/// <summary>The parks a question is about, each with its own dates of the period.</summary>
internal sealed class Scope
{
    private readonly Func<DayRange, DayRange> _before;
    private readonly Dictionary<int, DayRange> _days;

    private Scope(Period period, IReadOnlyDictionary<int, ParkInfo> parks, IReadOnlyDictionary<int, DateOnly> today, Func<DateOnly, DayRange> days, Func<DayRange, DayRange> before)
    {
        (Period, Parks, Today, _before) = (period, parks, today, before);
        _days = parks.Keys.ToDictionary(id => id, id => days(today[id]));
        Groups = [.. DayGroups.Of(_days).OrderByDescending(g => g.Ids.Count)];
    }

    public Period Period { get; }

    /// <summary>By id.</summary>
    public IReadOnlyDictionary<int, ParkInfo> Parks { get; }

    /// <summary>By park id.</summary>
    public IReadOnlyDictionary<int, DateOnly> Today { get; }

    /// <summary>By park id, the largest group first.</summary>
    public IReadOnlyList<DayGroup> Groups { get; }

    /// <summary>One operating day, which has hours to show.</summary>
    public bool IsOneDay => Period is not (Period.LastWeek or Period.LastMonth);

    public bool IsInProgress => Period is Period.Live or Period.Today;

    public DayRange DaysOf(int parkId) => _days[parkId];

    public DayRange BeforeOf(DayRange days) => _before(days);

    public string? LabelOf(int parkId) => _days.TryGetValue(parkId, out var days) ? Periods.Label(Period, days) : null;

    /// <summary>Rides (or parks) by the dates of their park; what is in no park of this scope is left out.</summary>
    public IReadOnlyList<DayGroup> GroupsOf(IEnumerable<(int Id, int ParkId)> entities) =>
        [.. entities.Where(e => _days.ContainsKey(e.ParkId)).GroupBy(e => _days[e.ParkId], e => e.Id).Select(g => new DayGroup(g.Key, [.. g.Distinct().Order()]))];

    public IReadOnlyList<DayGroup> Before(IEnumerable<DayGroup> groups) => [.. groups.Select(g => g with { Days = _before(g.Days) })];

    internal sealed class Reader(ParkDirectory directory, ParkDays parkDays)
    {
        public Task<Scope> OfAsync(Period period, string? filter, CancellationToken cancellationToken) =>
            OfAsync(period, filter, today => Periods.Of(period, today), days => Periods.Before(period, days), cancellationToken);

        /// <summary>The seven days before today, where last_week would be the last complete week.</summary>
        public Task<Scope> OfSevenDaysAsync(string? filter, CancellationToken cancellationToken) => OfAsync(
            Period.LastWeek,
            filter,
            today => new DayRange(today.AddDays(-7), today.AddDays(-1)),
            days => Periods.Before(Period.LastWeek, days),
            cancellationToken);

        private async Task<Scope> OfAsync(
            Period period, string? filter, Func<DateOnly, DayRange> days, Func<DayRange, DayRange> before, CancellationToken cancellationToken)
        {
            var parks = await directory.ListAsync(filter, cancellationToken);
            return new Scope(period, parks, await parkDays.TodayAsync(parks.Values, cancellationToken), days, before);
        }
    }
}

/// <summary>Groups as SQL: for each its dates and its ids of one column.</summary>
internal static class DayGroups
{
    /// <summary>By id, the dates of each.</summary>
    public static IReadOnlyList<DayGroup> Of(IEnumerable<KeyValuePair<int, DayRange>> days) =>
        [.. days.GroupBy(d => d.Value, d => d.Key).Select(g => new DayGroup(g.Key, [.. g.Order()]))];

    public static string Where(IReadOnlyList<DayGroup> groups, string idColumn) => groups.Count == 0
        ? "1 = 0"
        : string.Join(" OR ", groups.Select((_, i) => $"(stat_date >= @First{i} AND stat_date <= @Last{i} AND {idColumn} IN @Ids{i})"));

    public static DynamicParameters Parameters(IReadOnlyList<DayGroup> groups)
    {
        var parameters = new DynamicParameters();
        for (var i = 0; i < groups.Count; i++)
        {
            parameters.Add($"First{i}", groups[i].Days.First);
            parameters.Add($"Last{i}", groups[i].Days.Last);
            parameters.Add($"Ids{i}", groups[i].Ids);
        }

        return parameters;
    }
}
