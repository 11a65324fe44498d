namespace ThemePark.BuildingBlocks;

/// <summary>Takes the figures of one source for one answer.</summary>
public sealed class MetricWriter
{
    /// <summary>Most series of one metric; what comes beyond is dropped and counted.</summary>
    internal const int MostSeries = 2_000;

    private readonly Dictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<MetricFamily> Families => _families.Values;

    internal long Dropped { get; private set; }

    /// <summary>What is so many now.</summary>
    /// <param name="name">Snake case, with the unit at its end.</param>
    /// <param name="help">What it is, for people.</param>
    /// <param name="value">Finite, or not written at all.</param>
    /// <param name="labels">Each with few values: every combination is a series for ever.</param>
    /// <exception cref="ArgumentException">A name is not by the rules.</exception>
    public void Gauge(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Add(MetricNames.Checked(name, MetricType.Gauge), MetricType.Gauge, help, value, labels);

    /// <summary>What only grows while the process lives; the name ends with <c>_total</c>. Else as <see cref="Gauge"/>.</summary>
    /// <exception cref="ArgumentException">A name is not by the rules.</exception>
    public void Counter(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Add(MetricNames.Checked(name, MetricType.Counter), MetricType.Counter, help, value, labels);

    private void Add(string name, MetricType type, string help, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (!_families.TryGetValue(name, out var family))
        {
            _families.Add(name, family = new MetricFamily(name, type, help));
        }

        if (family.Samples.Count == MostSeries)
        {
            Dropped++;
            return;
        }

        family.Samples.Add(new MetricSample(MetricLabels.Of(labels), value));
    }
}
