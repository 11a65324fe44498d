using System.Globalization;
using Dapper;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Which days of earlier years are compared with the days of a range: docs/metrics.md, year over year.</summary>
internal sealed class YearsBeside
{
    public const string ByDate = "date";
    public const string ByWeekday = "weekday";

    private const int WeekdayYear = 364;

    private readonly DayRange _range;
    private readonly bool _byWeekday;

    /// <param name="firstHeld">Years before it have nothing to compare with.</param>
    public YearsBeside(DayRange range, string align, DateOnly firstHeld)
    {
        _range = range;
        _byWeekday = align == ByWeekday;
        for (var back = 1; Shifted(range.Last, back) is var last && last >= firstHeld; back++)
        {
            Count = back;
        }
    }

    public static IReadOnlyList<string> Alignments { get; } = [ByDate, ByWeekday];

    /// <summary>Earlier years, without a gap.</summary>
    public int Count { get; }

    /// <summary>Over the days known in both years; only those are summed, on both sides.</summary>
    /// <param name="ComparedWith">The figure of the range over the same days.</param>
    /// <param name="Difference">That of the range less that of the earlier year.</param>
    /// <param name="DaysMissing">Days that are not known in the range, in the earlier year, or in both.</param>
    /// <param name="DaysWithoutCounterpart">29 February.</param>
    internal sealed record Year(
        int YearsBack,
        DateOnly From,
        DateOnly To,
        double? Value,
        double? ComparedWith,
        double? Difference,
        double? DifferencePercent,
        int DaysCompared,
        int DaysMissing,
        int DaysWithoutCounterpart);

    internal sealed record Day(DateOnly Date, double? Value, IReadOnlyList<Earlier> Previous);

    /// <param name="Date">Null for 29 February.</param>
    internal sealed record Earlier(int YearsBack, DateOnly? Date, double? Value, double? Difference, double? DifferencePercent);

    /// <summary>The condition that leaves just the days of the range and of its years.</summary>
    public string Where(DynamicParameters parameters)
    {
        var ranges = Enumerable.Range(0, Count + 1).Select(back =>
        {
            var (first, last) = (Name("First", back), Name("Last", back));
            parameters.Add(first, Shifted(_range.First, back));
            parameters.Add(last, Shifted(_range.Last, back));
            return $"stat_date BETWEEN @{first} AND @{last}";
        });
        return $"\n  AND ({string.Join("\n    OR ", ranges)})";

        static string Name(string end, int back) => end + back.ToString(CultureInfo.InvariantCulture);
    }

    public IReadOnlyList<Year> Years(IReadOnlyDictionary<DateOnly, DaySums> sums, ComparedFigure figure) =>
        [.. Enumerable.Range(1, Count).Select(back => YearOf(back, sums, figure))];

    public IReadOnlyList<Day> Days(IReadOnlyDictionary<DateOnly, DaySums> sums, ComparedFigure figure) =>
    [
        .. _range.Dates().Select(date =>
        {
            var value = ValueOf(date);
            return new Day(date, value, [.. Enumerable.Range(1, Count).Select(back =>
            {
                var earlier = Counterpart(date, back);
                var before = earlier is { } at ? ValueOf(at) : null;
                return new Earlier(back, earlier, before, Difference(value, before, figure), Figures.Trend(value, before));
            })]);

            double? ValueOf(DateOnly at) => sums.TryGetValue(at, out var day) ? figure.Of([day]) : null;
        }),
    ];

    private Year YearOf(int back, IReadOnlyDictionary<DateOnly, DaySums> sums, ComparedFigure figure)
    {
        var (now, before, alone) = (new List<DaySums>(), new List<DaySums>(), 0);
        foreach (var date in _range.Dates())
        {
            if (Counterpart(date, back) is not { } earlier)
            {
                alone++;
            }
            else if (sums.TryGetValue(date, out var day) && sums.TryGetValue(earlier, out var dayBefore))
            {
                now.Add(day);
                before.Add(dayBefore);
            }
        }

        var (value, with) = (figure.Of(before), figure.Of(now));
        return new Year(
            back,
            Shifted(_range.First, back),
            Shifted(_range.Last, back),
            value,
            with,
            Difference(with, value, figure),
            Figures.Trend(with, value),
            now.Count,
            _range.Days - alone - now.Count,
            alone);
    }

    // Of the rounded numbers, so that what is shown adds up.
    private static double? Difference(double? now, double? before, ComparedFigure figure) =>
        now is { } n && before is { } b ? Figures.Round(n - b, figure.Decimals) : null;

    private DateOnly? Counterpart(DateOnly date, int back) =>
        !_byWeekday && date is { Month: 2, Day: 29 } ? null : Shifted(date, back);

    // 29 February becomes the 28th where a range begins or ends with it.
    private DateOnly Shifted(DateOnly date, int back) => _byWeekday ? date.AddDays(-WeekdayYear * back) : date.AddYears(-back);
}
