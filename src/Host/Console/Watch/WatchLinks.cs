using System.Globalization;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Watch;

/// <summary>Where the pages and forms of the watch are.</summary>
internal static class WatchLinks
{
    public const string Report = ConsoleSetup.Root + "/watch";
    public const string Stop = Report + "/stop";
    public const string Actions = "/watch";
    public const string StartPath = ConsoleSetup.Root + "/actions" + Actions + "/start";
    public const string StopPath = ConsoleSetup.Root + "/actions" + Actions + "/stop";
    public const string VersionField = "version";

    public static string Day(int day) => PageUrl.Of(Report, ("day", day.ToString(CultureInfo.InvariantCulture)));
}
