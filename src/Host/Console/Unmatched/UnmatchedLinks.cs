using System.Globalization;
using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Unmatched;

/// <summary>Where the pages and forms about entities without a ride are.</summary>
internal static class UnmatchedLinks
{
    public const string All = ConsoleSetup.Root + "/unmatched";
    public const string Export = All + "/export.csv";
    public const string Bulk = All + "/bulk";
    public const string Mappings = All + "/mappings";
    public const string MappingsFile = Mappings + "/mappings.csv";
    public const string Actions = "/unmatched";
    public const string BulkAction = ConsoleSetup.Root + "/actions" + Actions + "/bulk";
    public const string UploadAction = ConsoleSetup.Root + "/actions" + Actions + "/mappings";

    public static string Of(int unmatchedId, TriageList? list = null) =>
        PageUrl.Of(string.Create(CultureInfo.InvariantCulture, $"{All}/{unmatchedId}"), list?.Parameters ?? []);

    public static string Resolve(int unmatchedId) => string.Create(CultureInfo.InvariantCulture, $"{All}/{unmatchedId}/resolve");

    public static string Reopen(int unmatchedId) => string.Create(CultureInfo.InvariantCulture, $"{All}/{unmatchedId}/reopen");

    /// <summary>Where the form that takes an "ignore" back is sent.</summary>
    public static string ReopenAction(int unmatchedId) => string.Create(CultureInfo.InvariantCulture, $"{ConsoleSetup.Root}/actions{Actions}/{unmatchedId}/reopen");

    /// <summary>Where the form about an entity is sent.</summary>
    public static string Action(int unmatchedId) => string.Create(CultureInfo.InvariantCulture, $"{ConsoleSetup.Root}/actions{Actions}/{unmatchedId}/resolve");

    public static string OfDestination(int destinationId) => PageUrl.Of(All, ("destination", destinationId.ToString(CultureInfo.InvariantCulture)));
}
