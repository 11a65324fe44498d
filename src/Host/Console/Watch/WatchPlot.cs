using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Host.Console.Watch;

/// <summary>Metrics of a watch by half hours, as lines of a chart.</summary>
internal sealed record WatchPlot(IReadOnlyList<string> At, IReadOnlyList<ChartLine> Lines)
{
    public static WatchPlot Of(WatchReport report, params WatchMetric[] metrics)
    {
        var lines = metrics.Select(m => report.Metrics.Single(r => r.Metric == m.ToUpperSnake())).Select(m => new ChartLine(m.Title, m.Values)).ToList();
        var begun = report.Watch.BegunAt;
        var slot = TimeSpan.FromDays(1) / WatchPlan.SlotsPerDay;
        return new WatchPlot(
            [.. Enumerable.Range(0, lines[0].Values.Count).Select(i => (begun + (i * slot)).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture))], lines);
    }
}
