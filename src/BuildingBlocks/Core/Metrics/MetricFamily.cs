namespace ThemePark.BuildingBlocks;

internal enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One line of a metric.</summary>
/// <param name="Labels">As <see cref="MetricLabels"/> writes them.</param>
/// <param name="Suffix">Of a histogram's lines: <c>_bucket</c>, <c>_sum</c>, <c>_count</c>.</param>
/// <param name="UpTo">Of a bucket: the largest value in it.</param>
internal readonly record struct MetricSample(string Labels, double Value, string Suffix = "", double? UpTo = null);

/// <summary>A metric with all its series; the lines of one series follow one another.</summary>
internal sealed class MetricFamily(string name, MetricType type, string help)
{
    public string Name { get; } = name;

    public MetricType Type { get; } = type;

    public string Help { get; } = help;

    public List<MetricSample> Samples { get; } = [];
}
