using System.Data;
using Microsoft.Extensions.Logging;

namespace ThemePark.Jobs;

/// <summary>
/// Enqueues what is due. Job and next instant are one transaction under the schedule's row lock, so on any number of nodes an instant comes once, and a
/// node that dies in between has done nothing. Only what this process declares: a node of another version knows its own.
/// </summary>
internal sealed class ScheduleKeeper(
    ScheduleStore store, RecurringJobs declared, IJobs jobs, DispatchSignal signal, TimeProvider time, ILogger<ScheduleKeeper> logger)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    // A schedule another node has in hand stays due for some milliseconds.
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(50);
    private bool _isDeclared;
    private DateTime? _nextAt;

    /// <summary>One look, and everything that is due. One schedule that cannot be enqueued does not hold up the others.</summary>
    public async Task PassAsync(CancellationToken ct)
    {
        _nextAt = null;
        if (!_isDeclared)
        {
            await store.DeclareAsync(declared.All, Now(), ct);
            _isDeclared = true;
        }

        if (declared.All.Count == 0)
        {
            return;
        }

        var upcoming = (await store.UpcomingAsync(ct)).Where(row => declared.Find(row.Name) is not null).ToList();
        var failures = new List<Exception>();
        foreach (var (name, _) in upcoming.Where(row => row.NextAt <= Now()))
        {
            try
            {
                await FireAsync(declared.Find(name)!, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                failures.Add(new InvalidOperationException($"The recurring job {name} could not be enqueued.", e));
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }

        var later = upcoming.Select(row => row.NextAt).Where(at => at > Now()).ToList();
        _nextAt = later.Count == 0 ? null : later[0];
    }

    /// <summary>Sleeps until something is due, at most a second: an operator may have changed the table.</summary>
    public Task WaitAsync(CancellationToken ct)
    {
        var sleep = _nextAt is { } next ? next - Now() : LongestSleep;
        return Task.Delay(sleep < ShortestSleep ? ShortestSleep : sleep > LongestSleep ? LongestSleep : sleep, time, ct);
    }

    private DateTime Now() => time.GetUtcNow().UtcDateTime;

    private async Task FireAsync(RecurringJob job, CancellationToken ct)
    {
        await using var connection = await store.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var now = Now();
        if (await ScheduleStore.TakeAsync(tx, job.Name, now, ct) is not { } due)
        {
            return;
        }

        JobId? id;
        try
        {
            id = await job.EnqueueAsync(jobs, new JobOptions { UniqueKey = job.UniqueKey, By = job.UniqueKey }, tx, ct);
        }
        catch (DuplicateJobException e)
        {
            id = null;
            logger.LogInformation("Recurring job {Schedule} is skipped: job {JobId} is not finished", job.Name, e.Existing);
        }

        // From now on, not from the instant that was due: an outage leaves one instant overdue, not a burst. Never backwards, whatever this node's clock says.
        await ScheduleStore.MoveAsync(
            tx, job.Name, ScheduleStore.NextAfter(due.Cron, due.TimeZone, due.NextAt > now ? due.NextAt : now), id, now, ct);
        await tx.CommitAsync(ct);
        signal.Committed();
    }
}
