using System.Globalization;

namespace ThemePark.Modules.Collection.Partitions;

/// <summary>
/// Which monthly partitions a table lacks, and the statement that makes them. Ranges have no holes: months are added at either
/// end by splitting the open partition there, which holds no rows as long as partitions are made before they are needed.
/// </summary>
internal static class PartitionPlan
{
    public const string Max = "p_max";
    public const string Min = "p_min";

    /// <param name="existing">First days of the months that have a partition, ascending.</param>
    /// <returns>The ALTER statements, in order, and how many months they add.</returns>
    public static (IReadOnlyList<string> Statements, int Added) For(string table, IReadOnlyList<DateOnly> existing, DateOnly first, DateOnly last)
    {
        var from = MonthOf(first);
        var to = MonthOf(last);
        if (existing.Count == 0)
        {
            var months = Months(from, to);
            return ([$"ALTER TABLE `{table}` REORGANIZE PARTITION {Max} INTO ({Bound(Min, from)}, {Partitions(months)}, {Open})"], months.Count);
        }

        var statements = new List<string>();
        var added = 0;
        if (to > existing[^1])
        {
            var months = Months(existing[^1].AddMonths(1), to);
            statements.Add($"ALTER TABLE `{table}` REORGANIZE PARTITION {Max} INTO ({Partitions(months)}, {Open})");
            added += months.Count;
        }

        if (from < existing[0])
        {
            var months = Months(from, existing[0].AddMonths(-1));
            statements.Add($"ALTER TABLE `{table}` REORGANIZE PARTITION {Min} INTO ({Bound(Min, from)}, {Partitions(months)})");
            added += months.Count;
        }

        return (statements, added);
    }

    /// <summary>The month of a partition name such as <c>p202511</c>; null for the open ones.</summary>
    public static DateOnly? MonthOf(string partition) =>
        DateOnly.TryParseExact(partition + "01", "'p'yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month : null;

    public static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);

    private const string Open = $"PARTITION {Max} VALUES LESS THAN (MAXVALUE)";

    private static List<DateOnly> Months(DateOnly from, DateOnly to)
    {
        var months = new List<DateOnly>();
        for (var month = from; month <= to; month = month.AddMonths(1))
        {
            months.Add(month);
        }

        return months;
    }

    private static string Partitions(IEnumerable<DateOnly> months) =>
        string.Join(", ", months.Select(m => Bound(m.ToString("'p'yyyyMM", CultureInfo.InvariantCulture), m.AddMonths(1))));

    private static string Bound(string name, DateOnly before) =>
        string.Create(CultureInfo.InvariantCulture, $"PARTITION {name} VALUES LESS THAN ('{before:yyyy-MM-dd}')");
}
