using System.Diagnostics.Metrics;

namespace ThemePark.Jobs;

/// <summary>What this node's runs come to.</summary>
internal sealed class JobMeters
{
    // From a quick look to an import of years, in seconds.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200] };

    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _delay;

    public JobMeters(IMeterFactory meters, RunningRuns running)
    {
        var meter = meters.Create("ThemePark.Jobs");
        _runs = meter.CreateCounter<long>("themepark.job.runs", "{run}", "Runs of jobs that ended on this node, by command and outcome.");
        _duration = meter.CreateHistogram("themepark.job.run.duration", "s", "How long they took, by command.", advice: Seconds);
        _delay = meter.CreateHistogram("themepark.job.start.delay", "s", "From when a job was due to its first run, pauses included, by queue.", advice: Seconds);
        meter.CreateObservableUpDownCounter("themepark.job.runs.active", () => running.All.Count, "{run}", "Runs under way on this node.");
    }

    /// <summary>A later run of a job tells nothing of its queue: it was tried again, taken over or released.</summary>
    public void Began(ClaimedRun run)
    {
        if (run.RunNo == 1)
        {
            _delay.Record(run.Delay.TotalSeconds, KeyValuePair.Create<string, object?>("queue", run.Queue));
        }
    }

    public void Ended(ClaimedRun run, AttemptOutcome outcome, TimeSpan took)
    {
        var command = KeyValuePair.Create<string, object?>("command", run.Name);
        _runs.Add(1, command, KeyValuePair.Create<string, object?>("outcome", outcome.Text()));
        _duration.Record(took.TotalSeconds, command);
    }
}
