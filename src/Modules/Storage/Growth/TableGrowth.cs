using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Growth;

/// <summary>How one table grew. Of a table that is new in the window, all of it was added. Rows are null where no count was to be had.</summary>
internal sealed record TableGrowth(TableFigures Table, double SizeAdded, double BytesPerDay, long? RowsAdded, double? RowsPerDay)
{
    // Of all pairs among so many a median is as good as of many more, and there are some fifty tables.
    private const int MostSamples = 92;

    // Estimates of rows jump about.
    private const double LeastStepRows = 100_000;

    /// <summary>The measurements whose tables are looked at: evenly spread, the first and the last always among them.</summary>
    public static List<Measurement> Days(GrowthSeries series)
    {
        var days = series.Daily();
        var every = (days.Count + MostSamples - 1) / MostSamples;
        return [.. days.Where((_, i) => i == 0 || (days.Count - 1 - i) % every == 0)];
    }

    /// <summary>Every table of the last measurement.</summary>
    /// <param name="tables">The tables of each of <see cref="Days"/>.</param>
    public static IReadOnlyList<TableGrowth> Of(GrowthSeries series, ILookup<uint, TableFigures> tables)
    {
        var days = Days(series);
        var byDay = days.ConvertAll(m => tables[m.MeasurementId].ToDictionary(t => t.Table));
        return [.. byDay[^1].Values.Select(last => Of(series, days, [.. byDay.Select(d => d.GetValueOrDefault(last.Table))]))];
    }

    private static TableGrowth Of(GrowthSeries series, List<Measurement> days, List<TableFigures?> table)
    {
        var last = table[^1]!;
        var sizes = table.ConvertAll(t => t is null ? 0 : series.SizeOf(t));
        var rows = table.ConvertAll(t => t is null ? 0 : t.Rows);
        var counted = rows.TrueForAll(r => r is not null);
        return new TableGrowth(
            last,
            sizes[^1] - sizes[0],
            PerDay(i => sizes[i], GrowthSeries.LeastStepBytes),
            counted ? rows[^1] - rows[0] : null,
            counted ? PerDay(i => rows[i]!.Value, LeastStepRows) : null);

        double PerDay(Func<int, double> value, double leastStep) =>
            Trend.PerDayOf(Trend.Daily(days.Select((m, i) => (m.MeasuredAt, value(i)))), leastStep);
    }
}
