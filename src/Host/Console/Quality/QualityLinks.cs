using System.Globalization;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Quality;

/// <summary>Where the pages and forms of quality are.</summary>
internal static class QualityLinks
{
    public const string Summary = ConsoleSetup.Root + "/quality";
    public const string Issues = Summary + "/issues";
    public const string Gaps = Summary + "/gaps";
    public const string Freshness = Summary + "/freshness";
    public const string Actions = "/quality";
    public const string CheckPath = ConsoleSetup.Root + "/actions" + Actions + "/check";

    public static string OpenIssues { get; } = PageUrl.Of(Issues, ("status", "OPEN"));

    /// <summary>Gaps of one park, however short.</summary>
    public static string GapsOf(int parkId) => PageUrl.Of(Gaps, ("park", parkId.ToString(CultureInfo.InvariantCulture)), ("hours", "0"));

    /// <summary>Where a word on an issue is sent.</summary>
    public static string Action(int logId) => string.Create(CultureInfo.InvariantCulture, $"{ConsoleSetup.Root}/actions{Actions}/issues/{logId}");
}
