using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>A watch as operators see it; instants are UTC.</summary>
/// <param name="State">WATCHING, PASSED, FAILED or ENDED.</param>
/// <param name="EndsAt">When its seven days are over.</param>
/// <param name="Day">1 to 7: the day it is at, or ended on.</param>
/// <param name="Focus">What to look at first on that day.</param>
internal sealed record WatchView(
    int WatchId, string Version, string State, DateTime BegunAt, string BegunBy, string? Why, DateTime EndsAt, int Day, string Focus, DateTime? EndedAt, string? EndedBy, string? EndWhy)
{
    public static WatchView Of(Watch watch, DateTime now)
    {
        var day = WatchPlan.DayAt(watch.BegunAt, watch.EndedAt ?? now);
        return new WatchView(
            watch.WatchId, watch.Version, watch.State.ToUpperSnake(), watch.BegunAt, watch.BegunBy, watch.Why, WatchPlan.End(watch.BegunAt), day, WatchPlan.Focus(day),
            watch.EndedAt, watch.EndedBy, watch.EndWhy);
    }
}

/// <summary>One reading.</summary>
/// <param name="Metric">ERROR_RATE, API_P95, …</param>
/// <param name="Value">Null: no data.</param>
/// <param name="Threshold">What is wanted, in words.</param>
/// <param name="Verdict">PASS, WARN, FAIL or NO_DATA.</param>
/// <param name="Detail">What the value is made of, or why there is none.</param>
internal sealed record ReadingView(string Metric, string Title, string Unit, double? Value, string Threshold, string Verdict, string? Detail)
{
    public static ReadingView Of(Reading reading) => new(
        reading.Metric.ToUpperSnake(), MetricWords.Title(reading.Metric), MetricWords.Unit(reading.Metric), Rounded(reading.Value), reading.Threshold, reading.Verdict.ToUpperSnake(),
        reading.Detail);

    public static double? Rounded(double? value) => value is { } number ? Math.Round(number, 3) : null;
}

/// <summary>What metrics are called.</summary>
internal static class MetricWords
{
    public static string Title(WatchMetric metric) => metric switch
    {
        WatchMetric.ErrorRate => "Requests answered 5xx",
        WatchMetric.LogErrors => "Errors in the logs",
        WatchMetric.PageP95 => "Pages of the console, p95",
        WatchMetric.ApiP95 => "API, p95",
        WatchMetric.MatchRate => "Imported events with a ride",
        WatchMetric.UnmatchedOpen => "Unmatched entities open",
        WatchMetric.ImportSuccess => "Imports that came to their end",
        WatchMetric.Memory => "Memory of a node, peak",
        WatchMetric.Cpu => "Processors of a node, mean",
        WatchMetric.SchedulesMissed => "Schedules missed",
        WatchMetric.AlertsOpen => "Storage alerts open",
        WatchMetric.DiskGrowth => "Growth on disk a day",
        WatchMetric.DiskDaysLeft => "Days until the disk is full",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };

    /// <summary>Empty: it is a count.</summary>
    public static string Unit(WatchMetric metric) => metric switch
    {
        WatchMetric.ErrorRate or WatchMetric.MatchRate or WatchMetric.ImportSuccess or WatchMetric.Memory or WatchMetric.Cpu => "%",
        WatchMetric.PageP95 or WatchMetric.ApiP95 => "ms",
        WatchMetric.DiskGrowth => "MB",
        WatchMetric.DiskDaysLeft => "days",
        _ => "",
    };
}
