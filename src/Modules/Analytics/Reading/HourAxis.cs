using System.Globalization;
using NodaTime;
using NodaTime.Extensions;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>The hours or the days of a chart. An hour that comes twice when clocks go back is there twice.</summary>
internal static class HourAxis
{
    /// <summary>The days of the range; of one day the hours from the first to the last of <paramref name="starts"/>, each with its label.</summary>
    public static (IReadOnlyList<DateTime> Starts, IReadOnlyList<string> Labels) Of(DayRange range, IEnumerable<DateTime> starts, DateTimeZone zone)
    {
        if (range.Days > 1)
        {
            var days = range.Dates().ToList();
            return ([.. days.Select(d => d.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc))], [.. days.Select(Label)]);
        }

        var hours = Of(starts);
        return (hours, [.. hours.Select(h => Label(h, zone))]);
    }

    /// <summary>From the first to the last of these beginnings of hours, those without a row in between.</summary>
    public static IReadOnlyList<DateTime> Of(IEnumerable<DateTime> starts)
    {
        var axis = new List<DateTime>();
        foreach (var start in starts.Distinct().Order())
        {
            while (axis.Count > 0 && axis[^1].AddHours(1) < start)
            {
                axis.Add(axis[^1].AddHours(1));
            }

            axis.Add(start);
        }

        return axis;
    }

    /// <summary>By the park's clock, such as <c>9:00</c>.</summary>
    public static string Label(DateTime start, DateTimeZone zone) =>
        string.Create(CultureInfo.InvariantCulture, $"{new DateTimeOffset(start, TimeSpan.Zero).ToInstant().InZone(zone).Hour}:00");

    /// <summary>Such as <c>Dec 01</c>.</summary>
    public static string Label(DateOnly date) => date.ToString("MMM dd", CultureInfo.InvariantCulture);
}
