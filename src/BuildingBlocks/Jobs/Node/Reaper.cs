using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ThemePark.Jobs;

/// <summary>
/// Which runs are dead. A heartbeat is not compared with any clock but with itself: dead is a run whose heartbeat was seen standing still, in look
/// after look without a gap. After a database outage, or a freeze of this process, every run has its time again.
/// </summary>
internal sealed class Heartbeats(TimeProvider time, TimeSpan deadAfter)
{
    private readonly Dictionary<string, (DateTime HeartbeatAt, long Since)> _seen = new(StringComparer.Ordinal);
    private long _lastLook;

    public IReadOnlyList<RunningJob> Dead(IReadOnlyList<RunningJob> running)
    {
        var now = time.GetTimestamp();
        if (_seen.Count > 0 && time.GetElapsedTime(_lastLook, now) > deadAfter / 2)
        {
            _seen.Clear();
        }

        _lastLook = now;
        foreach (var gone in _seen.Keys.Except(running.Select(job => job.Owner), StringComparer.Ordinal).ToArray())
        {
            _seen.Remove(gone);
        }

        var dead = new List<RunningJob>();
        foreach (var job in running)
        {
            if (!_seen.TryGetValue(job.Owner, out var seen) || seen.HeartbeatAt != job.HeartbeatAt)
            {
                _seen[job.Owner] = (job.HeartbeatAt, now);
            }
            else if (time.GetElapsedTime(seen.Since, now) >= deadAfter)
            {
                dead.Add(job);
            }
        }

        return dead;
    }
}

/// <summary>Puts back what was lost: runs of dead nodes, and waiting jobs the engine does not have.</summary>
internal sealed class Reaper(
    JobWatch watch, Outbox outbox, IJobEngine engine, RunningRuns runs, DispatchSignal signal, IOptions<JobsOptions> options, TimeProvider time,
    ILogger<Reaper> logger)
{
    private readonly Heartbeats _heartbeats = new(time, options.Value.DeadAfter);
    private long _lastOrphans;

    public async Task PassAsync(CancellationToken ct)
    {
        foreach (var job in _heartbeats.Dead(await watch.RunningAsync(ct)))
        {
            if (!runs.Has(job.Owner) && await watch.ReapAsync(job, options.Value.MaxLostRuns, ct))
            {
                logger.LogWarning("A run of job {JobId} is lost with its node; the job is put back", job.JobId);
                signal.Committed();
            }
        }

        if (_lastOrphans != 0 && time.GetElapsedTime(_lastOrphans) < options.Value.OrphanAfter / 2)
        {
            return;
        }

        _lastOrphans = time.GetTimestamp();
        foreach (var (jobId, no) in await engine.FindOrphansAsync(options.Value.OrphanAfter, ct))
        {
            if (await outbox.PutBackAsync(jobId, no, ct))
            {
                logger.LogWarning("The engine does not have job {JobId}; it is told again", jobId);
                signal.Committed();
            }
        }
    }
}
