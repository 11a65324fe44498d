using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Imports;

/// <summary>Where the pages and forms of imports are.</summary>
internal static class ImportLinks
{
    public const string All = ConsoleSetup.Root + "/imports";
    public const string Start = All + "/start";
    public const string StartAll = All + "/start-all";
    public const string Destinations = All + "/destinations";
    public const string Actions = "/imports";

    public static string Of(string importId) => $"{All}/{Uri.EscapeDataString(importId)}";

    public static string InState(string status) => PageUrl.Of(All, ("status", status));

    public static string OfBatch(string batchId) => PageUrl.Of(All, ("batch", batchId));

    public static string StartOf(Guid destination) => PageUrl.Of(Start, ("destination_uuid", destination.ToString()));

    public static string Cancel(string importId) => Of(importId) + "/cancel";

    /// <summary>Where a form about an import is sent.</summary>
    public static string Action(string importId, string action) => $"{ConsoleSetup.Root}/actions{Actions}/{Uri.EscapeDataString(importId)}/{action}";
}
