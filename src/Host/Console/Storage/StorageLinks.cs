using ThemePark.Host.Console.Shared;

namespace ThemePark.Host.Console.Storage;

/// <summary>Where the pages and forms of storage are.</summary>
internal static class StorageLinks
{
    public const string Summary = ConsoleSetup.Root + "/storage";
    public const string Growth = Summary + "/growth";
    public const string Tables = Summary + "/tables";
    public const string Partitions = Summary + "/partitions";
    public const string Retention = Summary + "/retention";
    public const string Alerts = Summary + "/alerts";
    public const string Actions = "/storage";
    public const string MeasurePath = ConsoleSetup.Root + "/actions" + Actions + "/measure";

    public static string PartitionsOf(string table) => PageUrl.Of(Partitions, ("table", table));
}
