using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Growth;

/// <summary>A table as a retention sees it: what it takes and how it grows, in bytes.</summary>
/// <param name="RecentRows">Rows of the months that reach into the last 90 days; all of them, where the table has no months.</param>
internal sealed record RetainedTable(TableKind Kind, double Size, double? BytesPerRow, double? RowsPerDay, long? RecentRows);

/// <summary>A way to keep data, for comparison only: nothing here deletes, and raw rows are kept for ever.</summary>
/// <param name="Keeps">Kinds of tables that are kept whole; the small rest always is.</param>
/// <param name="RecentRaw">Raw rows of the last 90 days are kept, too.</param>
internal sealed record Retention(string Name, string Description, IReadOnlySet<TableKind> Keeps, bool RecentRaw, string DataLoss)
{
    public const int RecentDays = 90;

    private const double TenYears = 10 * Projection.DaysPerYear;

    public static Retention PermanentRaw { get; } = new(
        "PERMANENT_RAW", "Every raw row is kept for ever, beside the figures by hour and day.", Kinds(TableKind.Raw, TableKind.Hourly, TableKind.Daily), true,
        "None.");

    public static IReadOnlyList<Retention> Alternatives { get; } =
    [
        new(
            "TIERED_90_DAY", "Raw rows of the last 90 days, figures by hour and day for ever.", Kinds(TableKind.Hourly, TableKind.Daily), true,
            "Every status, wait, price and show time older than 90 days as it was stated; figures could never be computed again by better rules."),
        new(
            "HOURLY_ONLY", "Figures by hour and day, no raw rows.", Kinds(TableKind.Hourly, TableKind.Daily), false,
            "Every raw row: what happened within an hour, all queues but the standby queue, show times, and any new question or corrected rule for the past."),
        new(
            "DAILY_ONLY", "Figures by day only.", Kinds(TableKind.Daily), false,
            "Every raw row and every hour: profiles of a day, when a ride went down, waits by time of day."),
    ];

    /// <summary>What it would take now.</summary>
    public double SizeNow(IEnumerable<RetainedTable> tables) => tables.Sum(t =>
        IsWhole(t) ? t.Size
        : IsRecent(t) ? Math.Min(t.Size, (t.RecentRows ?? 0) * (t.BytesPerRow ?? 0))
        : 0);

    /// <summary>What it would take in ten years, by measured bytes per row and rows per day; null when they are unknown of a table that is kept.</summary>
    public double? SizeInTenYears(IReadOnlyCollection<RetainedTable> tables)
    {
        var sizes = tables.Select(t =>
            IsWhole(t) ? t.Size + (Math.Max(0, t.RowsPerDay ?? double.NaN) * TenYears * (t.BytesPerRow ?? 0))
            : IsRecent(t) ? Math.Max(0, t.RowsPerDay ?? double.NaN) * RecentDays * (t.BytesPerRow ?? 0)
            : 0).ToList();
        return sizes.Exists(double.IsNaN) ? null : sizes.Sum();
    }

    private bool IsWhole(RetainedTable table) => table.Kind is TableKind.Other || Keeps.Contains(table.Kind);

    private bool IsRecent(RetainedTable table) => table.Kind is TableKind.Raw && RecentRaw;

    private static HashSet<TableKind> Kinds(params TableKind[] kinds) => [.. kinds];
}
