using System.Diagnostics.Metrics;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>What this process' polls come to, one destination each.</summary>
internal sealed class PollMeters
{
    private readonly Counter<long> _polls;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _snapshots;
    private readonly Counter<long> _refused;

    public PollMeters(IMeterFactory meters)
    {
        var meter = meters.Create("ThemePark.Collection");
        _polls = meter.CreateCounter<long>("themepark.polls", "{poll}", "Polls of a destination by outcome; of those that failed, why.");
        _duration = meter.CreateHistogram(
            "themepark.poll.duration",
            "s",
            "How long they took, upstream's answer included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });
        _rows = meter.CreateCounter<long>("themepark.poll.rows", "{row}", "Rows in upstream's answers.");
        _snapshots = meter.CreateCounter<long>("themepark.poll.snapshots", "{snapshot}", "Snapshots written from them.");
        _refused = meter.CreateCounter<long>("themepark.poll.refused", "{row}", "Rows no snapshot was made of, by reason.");
    }

    public void Polled(PollOutcome poll, TimeSpan took)
    {
        var outcome = poll.ErrorKind is not null ? "FAILED" : poll.AlreadyPolled ? "ALREADY_POLLED" : "OK";
        _polls.Add(1, KeyValuePair.Create<string, object?>("outcome", outcome), KeyValuePair.Create<string, object?>("error", poll.ErrorKind ?? ""));
        if (poll.AlreadyPolled)
        {
            return;
        }

        _duration.Record(took.TotalSeconds);
        if (poll.ErrorKind is null)
        {
            _rows.Add(poll.RowsSeen);
            _snapshots.Add(poll.Snapshots);
            Refused("DUPLICATE", poll.Duplicates);
            Refused("QUARANTINED", poll.Quarantined);
            Refused("UNMATCHED", poll.Unmatched);
        }
    }

    private void Refused(string reason, int rows) => _refused.Add(rows, KeyValuePair.Create<string, object?>("reason", reason));
}
