using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Console.Shared;

/// <summary>Days as pages, addresses and forms have them.</summary>
internal static class Days
{
    private const string Format = "yyyy-MM-dd";

    public static string Text(this DateOnly day) => day.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Null when it is no day, or nothing.</summary>
    public static DateOnly? Read(string? text) => DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A parameter that is a day, null when it is missing; the failure says that it is none.</summary>
    public static Failure? Day(this PageUrl url, string name, out DateOnly? day)
    {
        day = Read(url[name]);
        return url[name] is not null && day is null ? Failure.Validation(name, $"{name} must be a date as {Format}; got '{url[name]}'.") : null;
    }
}
