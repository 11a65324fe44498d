using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Calendar;

/// <summary>Days as addresses of pages have them.</summary>
internal static class UrlDays
{
    private const string Format = "yyyy-MM-dd";

    public static string Text(this DateOnly day) => day.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>A parameter that is a day, null when it is missing; the failure says that it is none.</summary>
    public static Failure? Day(this PageUrl url, string name, out DateOnly? day)
    {
        day = DateOnly.TryParseExact(url[name], Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        return url[name] is not null && day is null ? Failure.Validation(name, $"{name} must be a date as {Format}; got '{url[name]}'.") : null;
    }
}
