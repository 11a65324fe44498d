namespace ThemePark.BuildingBlocks;

/// <summary>
/// Figures that are looked up when somebody asks for <c>/metrics</c>, such as counts of rows; what happens in this process is counted with a
/// <see cref="System.Diagnostics.Metrics.Meter"/> named <c>ThemePark.…</c> from the host's meter factory. A source is asked at most every ten
/// seconds, once at a time, and given five seconds. When it throws, nothing it wrote is shown.
/// </summary>
public interface IMetricSource
{
    /// <summary>Names the source in <c>themepark_scrape_errors_total</c>; in snake case.</summary>
    string Name { get; }

    /// <summary>Writes what is known. What is not known is left out; it is not 0.</summary>
    ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken);
}
