using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Runs;

/// <summary>A range of days; either end may be open.</summary>
internal interface IDateRange
{
    DateOnly? StartDate { get; }

    DateOnly? EndDate { get; }
}

internal static class DateRange
{
    private static readonly DateOnly Earliest = new(2000, 1, 1);

    /// <summary>INVALID_DATE_RANGE when the range is reversed, lies in the future or begins before 2000; else null.</summary>
    public static Failure? Check(IDateRange range, TimeProvider clock)
    {
        // The furthest zone is 14 hours ahead of UTC: its today is nobody's future.
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(14));
        return range switch
        {
            { StartDate: { } start, EndDate: { } end } when start > end => Wrong("start_date", start, $"must not be after end_date {Text(end)}"),
            { StartDate: { } start } when start < Earliest => Wrong("start_date", start, "must not be before 2000-01-01"),
            { EndDate: { } end } when end < Earliest => Wrong("end_date", end, "must not be before 2000-01-01"),
            { StartDate: { } start } when start > today => Wrong("start_date", start, "must not be in the future"),
            { EndDate: { } end } when end > today => Wrong("end_date", end, "must not be in the future"),
            _ => null,
        };
    }

    private static Failure Wrong(string parameter, DateOnly value, string rule) => new(
        "INVALID_DATE_RANGE", 400, $"{parameter} {Text(value)} {rule}.", new Dictionary<string, object?> { [parameter] = $"{rule}" });

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
