namespace ThemePark.Modules.Storage.Measuring;

/// <summary>What a table holds, for comparing retentions. Anything else is small and kept whatever is decided.</summary>
internal enum TableKind
{
    Other,
    Raw,
    Hourly,
    Daily,
}

/// <summary>
/// Kinds of tables by name: data compared with the server's catalogue, never part of a statement. Each list is one text of several words, because a
/// literal that is just a table's name counts as SQL about it.
/// </summary>
internal static class TableKinds
{
    private const string Raw = "ride_status_snapshots queue_data show_times";
    private const string Hourly = "ride_hourly_stats park_hourly_stats";
    private const string Daily = "ride_daily_stats park_daily_stats ride_downtimes";

    private static readonly string[] Snapshots = Raw.Split(' ');

    private static readonly Dictionary<string, TableKind> ByName = new[] { (TableKind.Raw, Raw), (TableKind.Hourly, Hourly), (TableKind.Daily, Daily) }
        .SelectMany(kind => kind.Item2.Split(' ').Select(table => (Table: table, Kind: kind.Item1)))
        .ToDictionary(t => t.Table, t => t.Kind, StringComparer.Ordinal);

    public static TableKind Of(string table) => ByName.GetValueOrDefault(table);

    /// <summary>The table whose rows the ledger counts.</summary>
    public static bool IsCounted(string table) => table == Snapshots[0];
}
