using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Listens, from its creation on, to this host's meters named <c>ThemePark.…</c> and to the framework's of requests. Meters of another host in
/// the same process have another factory.
/// </summary>
internal sealed class MeterCollector : IDisposable
{
    private const string Requests = "Microsoft.AspNetCore.Hosting";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MeterFamily> _families = new();
    private readonly Lock _observing = new();

    public MeterCollector(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var meter = instrument.Meter;
            if (ReferenceEquals(meter.Scope, meters) && (meter.Name == Requests || meter.Name.StartsWith("ThemePark.", StringComparison.Ordinal)))
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, i => new MeterFamily(i)));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MeterFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MeterFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MeterFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Measurements that were not kept.</summary>
    public long Dropped => _families.Values.Sum(f => f.Dropped);

    /// <summary>All instruments as they stand now.</summary>
    /// <param name="failure">Why some that are asked now did not answer; they are left out. Null: all did.</param>
    public IReadOnlyList<MetricFamily> Read(out Exception? failure)
    {
        lock (_observing)
        {
            foreach (var family in _families.Values)
            {
                family.BeginObserving();
            }

            try
            {
                failure = null;
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                failure = e;
            }

            return [.. _families.Values.Select(f => f.Read())];
        }
    }

    public void Dispose() => _listener.Dispose();
}
