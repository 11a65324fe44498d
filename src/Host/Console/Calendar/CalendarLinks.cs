using System.Globalization;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Calendar;

/// <summary>Where the pages and forms of the calendar are.</summary>
internal static class CalendarLinks
{
    public const string All = ConsoleSetup.Root + "/calendar";
    public const string Actions = "/calendar";

    public static string Month(DateOnly day) => PageUrl.Of(All, ("month", day.ToString("yyyy-MM", CultureInfo.InvariantCulture)));

    public static string Year(int destinationId, int year) =>
        PageUrl.Of(string.Create(CultureInfo.InvariantCulture, $"{All}/{destinationId}"), ("year", year.ToString("0000", CultureInfo.InvariantCulture)));

    public static string Day(int destinationId, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{All}/{destinationId}/{day:yyyy-MM-dd}");

    /// <summary>Where what is to be done about a day is sent.</summary>
    public static string Action(int destinationId, DateOnly day, string action) =>
        string.Create(CultureInfo.InvariantCulture, $"{ConsoleSetup.Root}/actions{Actions}/{destinationId}/{day:yyyy-MM-dd}/{action}");
}
