using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Quality;

/// <summary>Issues nobody has closed.</summary>
internal sealed class QualityMetrics(HealthReader reader) : IMetricSource
{
    public string Name => "quality";

    public async ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        var open = await reader.OpenIssuesAsync(cancellationToken);
        const string Help = "Issues that are open or being looked into, by severity.";
        writer.Gauge("themepark_quality_open_issues", Help, open.Critical, ("severity", "CRITICAL"));
        writer.Gauge("themepark_quality_open_issues", Help, open.Warning, ("severity", "WARNING"));
        writer.Gauge("themepark_quality_open_issues", Help, open.Info, ("severity", "INFO"));
    }
}
