using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>A watch day by day.</summary>
/// <param name="Day">The day that is looked at closer.</param>
/// <param name="Focus">What to look at first on it; those metrics come first.</param>
/// <param name="Objections">What speaks against the release so far, or spoke at the end; empty: nothing does.</param>
internal sealed record WatchReport(
    WatchView Watch, int Day, string Focus, IReadOnlyList<string> Objections, IReadOnlyList<WatchDay> Days, IReadOnlyList<WatchedMetric> Metrics)
{
    /// <param name="day">1 to 7; null: the day the watch is at, or ended on.</param>
    public static WatchReport Of(Watch watch, IReadOnlyCollection<Sample> samples, DateTime now, int? day)
    {
        var view = WatchView.Of(watch, now);
        var shown = day ?? view.Day;
        var focus = WatchPlan.InFocus(shown);
        var byMetric = samples.ToLookup(s => s.Reading.Metric);
        var slots = samples.Count == 0 ? 0 : samples.Max(s => s.Slot) + 1;
        return new WatchReport(
            view,
            shown,
            WatchPlan.Focus(shown),
            [.. watch.State is WatchState.Watching or WatchState.Ended ? Conclusion.Objections(samples) : Conclusion.Of(samples).Objections],
            [.. Enumerable.Range(1, WatchPlan.Days).Select(d => new WatchDay(d, WatchPlan.Begin(watch.BegunAt, d), WatchPlan.Focus(d), d <= view.Day))],
            [.. focus.Concat(Enum.GetValues<WatchMetric>().Except(focus)).Select(m => WatchedMetric.Of(m, [.. byMetric[m]], focus.Contains(m), view.Day, slots))]);
    }
}

/// <param name="From">UTC.</param>
/// <param name="HasBegun">False: it has not come yet, or never came.</param>
internal sealed record WatchDay(int Day, DateTime From, string Focus, bool HasBegun);

/// <summary>A metric through the days of a watch.</summary>
/// <param name="Threshold">As last sampled; null: it never was.</param>
/// <param name="InFocus">To be looked at first on the day of the report.</param>
/// <param name="Days">The seven.</param>
/// <param name="Values">By half hours from the beginning; null: no data, or no sample.</param>
internal sealed record WatchedMetric(
    string Metric, string Title, string Unit, string? Threshold, bool InFocus, IReadOnlyList<MetricDay> Days, IReadOnlyList<double?> Values)
{
    /// <param name="last">The last day that has begun.</param>
    /// <param name="slots">Half hours from the beginning to the last sample.</param>
    public static WatchedMetric Of(WatchMetric metric, IReadOnlyList<Sample> samples, bool inFocus, int last, int slots)
    {
        var values = new double?[slots];
        foreach (var sample in samples)
        {
            values[sample.Slot] = ReadingView.Rounded(sample.Reading.Value);
        }

        var byDay = samples.ToLookup(s => WatchPlan.DayOf(s.Slot));
        return new WatchedMetric(
            metric.ToUpperSnake(),
            MetricWords.Title(metric),
            MetricWords.Unit(metric),
            samples.MaxBy(s => s.Slot)?.Reading.Threshold,
            inFocus,
            [.. Enumerable.Range(1, WatchPlan.Days).Select(day => MetricDay.Of(day, [.. byDay[day]], day <= last))],
            values);
    }
}

/// <summary>A metric on one day.</summary>
/// <param name="Verdict">The last one of the day that had data; NO_DATA when none had; null: the day has not begun.</param>
/// <param name="Samples">How many were taken, of 48.</param>
/// <param name="WithData">How many of them had data.</param>
/// <param name="Last">The value of that verdict; this and the rest are null without data.</param>
/// <param name="Detail">What that value is made of, or why there is none.</param>
internal sealed record MetricDay(int Day, string? Verdict, int Samples, int WithData, double? Last, double? Min, double? Median, double? Max, string? Detail)
{
    public static MetricDay Of(int day, IReadOnlyList<Sample> samples, bool hasBegun)
    {
        if (!hasBegun)
        {
            return new MetricDay(day, null, 0, 0, null, null, null, null, null);
        }

        var known = samples.Where(s => s.Reading.Verdict is not Watching.Verdict.NoData).ToList();
        if (known.MaxBy(s => s.Slot)?.Reading is not { } last)
        {
            return new MetricDay(
                day, Watching.Verdict.NoData.ToUpperSnake(), samples.Count, 0, null, null, null, null, samples.MaxBy(s => s.Slot)?.Reading.Detail ?? "No sample was taken.");
        }

        var values = known.Select(s => s.Reading.Value!.Value).Order().ToList();
        var middle = values.Count / 2;
        var median = values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
        return new MetricDay(
            day, last.Verdict.ToUpperSnake(), samples.Count, known.Count, ReadingView.Rounded(last.Value), ReadingView.Rounded(values[0]), ReadingView.Rounded(median),
            ReadingView.Rounded(values[^1]), last.Detail);
    }
}
