using System.Globalization;
using FluentValidation;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>What every endpoint means by a period: docs/metrics.md.</summary>
internal enum Period
{
    Live,
    Today,
    Yesterday,
    LastWeek,
    LastMonth,
}

/// <summary>Local dates of a park, both ends included.</summary>
internal readonly record struct DayRange(DateOnly First, DateOnly Last)
{
    public int Days => Last.DayNumber - First.DayNumber + 1;

    public bool Holds(DateOnly date) => date >= First && date <= Last;
}

internal static class Periods
{
    private static readonly Dictionary<string, Period> ByText = new(StringComparer.Ordinal)
    {
        ["live"] = Period.Live,
        ["today"] = Period.Today,
        ["yesterday"] = Period.Yesterday,
        ["7days"] = Period.LastWeek,
        ["30days"] = Period.LastMonth,
        ["last_week"] = Period.LastWeek,
        ["last_month"] = Period.LastMonth,
    };

    /// <summary>Every spelling, in the order errors list them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. ByText.Keys];

    /// <summary>All but <c>live</c>.</summary>
    public static IReadOnlyList<string> Past { get; } = [.. ByText.Keys.Skip(1)];

    /// <exception cref="KeyNotFoundException">The validator let it pass.</exception>
    public static Period Parse(string text) => ByText[text];

    /// <summary>Null or one of <paramref name="allowed"/>: in the words the existing frontend's tests look for.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeOneOf<T>(this IRuleBuilder<T, string?> rule, string parameter, IEnumerable<string> allowed)
    {
        var words = allowed.ToList();
        return rule.Must(text => text is null || words.Contains(text, StringComparer.Ordinal))
            .WithMessage($"Invalid {parameter}. Must be one of: {string.Join(", ", words)}");
    }

    /// <summary>The days of a period for a park whose operating day in progress is <paramref name="today"/>.</summary>
    public static DayRange Of(Period period, DateOnly today)
    {
        var sunday = today.AddDays(-(int)today.DayOfWeek);
        var month = new DateOnly(today.Year, today.Month, 1);
        return period switch
        {
            Period.Live or Period.Today => new DayRange(today, today),
            Period.Yesterday => new DayRange(today.AddDays(-1), today.AddDays(-1)),
            Period.LastWeek => new DayRange(sunday.AddDays(-7), sunday.AddDays(-1)),
            _ => new DayRange(month.AddMonths(-1), month.AddDays(-1)),
        };
    }

    /// <summary>The period of the same kind before: what a trend compares with.</summary>
    public static DayRange Before(Period period, DayRange range) => period == Period.LastMonth
        ? new DayRange(range.First.AddMonths(-1), range.First.AddDays(-1))
        : new DayRange(range.First.AddDays(-range.Days), range.First.AddDays(-1));

    /// <summary><c>Dec 1, 2025</c>, <c>Nov 24-30, 2024</c>, <c>Nov 24 - Dec 1, 2024</c>, <c>November 2024</c>.</summary>
    public static string Label(Period period, DayRange range)
    {
        var (first, last) = (range.First, range.Last);
        return period == Period.LastMonth ? Text(first, "MMMM yyyy")
            : first == last ? Text(first, "MMM d, yyyy")
            : first.Year != last.Year ? $"{Text(first, "MMM d, yyyy")} - {Text(last, "MMM d, yyyy")}"
            : first.Month != last.Month ? $"{Text(first, "MMM d")} - {Text(last, "MMM d, yyyy")}"
            : $"{Text(first, "MMM d")}-{Text(last, "%d")}, {Text(last, "yyyy")}";
    }

    private static string Text(DateOnly date, string format) => date.ToString(format, CultureInfo.InvariantCulture);
}
