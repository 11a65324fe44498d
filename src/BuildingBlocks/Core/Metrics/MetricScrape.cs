using Microsoft.Extensions.Logging;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Puts an answer of <c>/metrics</c> together. However many ask, a source is asked once in <see cref="Freshness"/> and never twice at a time; one
/// that fails or takes longer than <see cref="Patience"/> is left out and counted.
/// </summary>
internal sealed class MetricScrape(MeterCollector meters, IEnumerable<IMetricSource> sources, TimeProvider time, ILogger<MetricScrape> log)
{
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string Instruments = "instruments";

    private readonly List<Slot> _slots = [.. sources.Select(s => new Slot(s, time))];
    private long _instrumentErrors;

    public async Task<string> TextAsync(CancellationToken cancellationToken)
    {
        var readings = await Task.WhenAll(_slots.Select(slot => ReadAsync(slot, cancellationToken)));
        var known = readings.OfType<MetricWriter>().ToList();
        var measured = meters.Read(out var failure);
        if (failure is not null)
        {
            log.LogWarning(failure, "Some instruments cannot be read");
            Interlocked.Increment(ref _instrumentErrors);
        }

        var own = new MetricWriter();
        const string ErrorsHelp = "Answers of /metrics that went without figures of a source, because it failed or took too long.";
        own.Counter("themepark_scrape_errors_total", ErrorsHelp, Interlocked.Read(ref _instrumentErrors), ("source", Instruments));
        foreach (var slot in _slots)
        {
            own.Counter("themepark_scrape_errors_total", ErrorsHelp, slot.Errors, ("source", slot.Name));
        }

        own.Counter(
            "themepark_metrics_dropped_total",
            "Measurements not kept, and values not shown, because their metric has too many series.",
            meters.Dropped + _slots.Sum(s => s.Dropped));
        return PrometheusText.Of([.. known.SelectMany(w => w.Families), .. measured, .. own.Families]);
    }

    private async Task<MetricWriter?> ReadAsync(Slot slot, CancellationToken cancellationToken)
    {
        try
        {
            return await slot.ReadingAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(e, "The metrics of {Source} cannot be read", slot.Name);
            slot.Failed();
            return null;
        }
    }

    private sealed class Slot(IMetricSource source, TimeProvider time)
    {
        private readonly Lock _gate = new();
        private Task<MetricWriter>? _last;
        private long _asOf;
        private long _errors;
        private long _dropped;

        public string Name => source.Name;

        public long Errors => Interlocked.Read(ref _errors);

        public long Dropped => Interlocked.Read(ref _dropped);

        public void Failed() => Interlocked.Increment(ref _errors);

        /// <summary>The last reading while it is fresh or under way, else a new one. It belongs to nobody who asks: one who leaves does not end it.</summary>
        public Task<MetricWriter> ReadingAsync()
        {
            lock (_gate)
            {
                if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_asOf) >= Freshness))
                {
                    _asOf = time.GetTimestamp();
                    _last = Task.Run(CollectAsync);
                }

                return _last;
            }
        }

        private async Task<MetricWriter> CollectAsync()
        {
            using var limit = new CancellationTokenSource(Patience, time);
            var writer = new MetricWriter();
            await source.CollectAsync(writer, limit.Token);
            Interlocked.Add(ref _dropped, writer.Dropped);
            return writer;
        }
    }
}
