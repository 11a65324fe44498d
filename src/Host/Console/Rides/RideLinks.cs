using System.Globalization;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Rides;

/// <summary>Where the pages and forms of rides are.</summary>
internal static class RideLinks
{
    public const string All = ConsoleSetup.Root + "/rides";
    public const string Actions = "/rides";

    public static string Of(int rideId) => string.Create(CultureInfo.InvariantCulture, $"{All}/{rideId}");

    public static string OnDay(int rideId, DateOnly day) => PageUrl.Of(Of(rideId), ("date", day.Text()));

    public static string History(int rideId) => Of(rideId) + "/history";

    public static string Rows(int rideId, DateOnly? day = null) => PageUrl.Of(Of(rideId) + "/rows", ("from", day?.Text()), ("to", day?.Text()));

    /// <summary>Where an operator's words on a ride are sent.</summary>
    public static string Classify(int rideId) => string.Create(CultureInfo.InvariantCulture, $"{ConsoleSetup.Root}/actions{Actions}/{rideId}/classify");
}
