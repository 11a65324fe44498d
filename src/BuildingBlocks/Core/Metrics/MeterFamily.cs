using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace ThemePark.BuildingBlocks;

/// <summary>What an instrument has measured so far, by its tags.</summary>
internal sealed class MeterFamily
{
    // Of the framework's request metrics: they multiply series and tell what the status tells.
    private static readonly FrozenSet<string> LeftTags = FrozenSet.Create(StringComparer.Ordinal, "url.scheme", "network.protocol.version", "error.type");

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly string _help;
    private readonly MetricType _type;
    private readonly bool _isObserved;
    private readonly double[] _bounds;

    public MeterFamily(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        _type = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? MetricType.Counter
            : kind == typeof(Histogram<>) ? MetricType.Histogram
            : MetricType.Gauge;
        _name = MetricNames.Of(instrument, _type);
        _help = instrument.Description ?? "";
        _isObserved = instrument.IsObservable;
        _bounds = [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []];
    }

    /// <summary>Measurements of series beyond the most one metric may have.</summary>
    public long Dropped { get; private set; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricLabels.Of(tags, LeftTags);
        lock (_gate)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                if (_series.Count == MetricWriter.MostSeries)
                {
                    Dropped++;
                    return;
                }

                _series.Add(labels, series = new Series(_bounds.Length + 1));
            }

            series.Count++;
            series.Value = _isObserved ? value : series.Value + value;
            if (_type is MetricType.Histogram)
            {
                var bucket = Array.FindIndex(_bounds, bound => value <= bound);
                series.Buckets[bucket < 0 ? _bounds.Length : bucket]++;
            }
        }
    }

    /// <summary>Forgets what an observed instrument said last: it may not say it again.</summary>
    public void BeginObserving()
    {
        if (_isObserved)
        {
            lock (_gate)
            {
                _series.Clear();
            }
        }
    }

    public MetricFamily Read()
    {
        var family = new MetricFamily(_name, _type, _help);
        lock (_gate)
        {
            foreach (var (labels, series) in _series)
            {
                if (_type is not MetricType.Histogram)
                {
                    family.Samples.Add(new MetricSample(labels, series.Value));
                    continue;
                }

                var sum = 0L;
                for (var i = 0; i < series.Buckets.Length; i++)
                {
                    sum += series.Buckets[i];
                    family.Samples.Add(new MetricSample(labels, sum, "_bucket", i < _bounds.Length ? _bounds[i] : double.PositiveInfinity));
                }

                family.Samples.Add(new MetricSample(labels, series.Value, "_sum"));
                family.Samples.Add(new MetricSample(labels, series.Count, "_count"));
            }
        }

        return family;
    }

    private sealed class Series(int buckets)
    {
        public long[] Buckets { get; } = new long[buckets];

        public long Count { get; set; }

        /// <summary>The sum of what was measured; of an observed instrument what it said last.</summary>
        public double Value { get; set; }
    }
}
