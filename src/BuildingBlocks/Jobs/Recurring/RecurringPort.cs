using System.Data;
using System.Data.Common;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>The operators' side. It needs no keeper, so a web-only node has all of it.</summary>
internal sealed class RecurringPort(
    ScheduleStore store, ScheduleControl control, RecurringJobs declared, IJobs jobs, DispatchSignal signal, ICurrentCaller current, IAuditLog audit,
    TimeProvider time) : IRecurring
{
    private string By => current.Caller.Name;

    public async ValueTask<IReadOnlyList<RecurringView>> ListAsync(CancellationToken ct) => await control.ListAsync(null, Now(), ct);

    public async ValueTask<Outcome<JobId>> TriggerAsync(string name, string? why, CancellationToken ct)
    {
        JobId? id = null;
        var failure = await ChangingAsync(
            name,
            async (_, tx) =>
            {
                // Declared by a node of another version: this one does not know the command.
                if (declared.Find(name) is not { } job)
                {
                    return Retired(name);
                }

                try
                {
                    id = await job.EnqueueAsync(jobs, new JobOptions { UniqueKey = job.UniqueKey, By = By }, tx, ct);
                }
                catch (DuplicateJobException e)
                {
                    return new Failure(
                        "RECURRING_RUNNING", 409, $"The last job of {name} is not finished.", new Dictionary<string, object?> { ["job_id"] = e.Existing.ToString() });
                }

                await ScheduleControl.TriggeredAsync(tx, name, id.Value, Now(), ct);
                return null;
            },
            ct);
        if (failure is not null)
        {
            return failure;
        }

        signal.Committed();
        await audit.RecordAsync("recurring.trigger", name, new { JobId = id!.Value.ToString() }, why, ct);
        return id.Value;
    }

    public async ValueTask<Outcome<RecurringView>> PauseAsync(string name, string? why, CancellationToken ct)
    {
        var failure = await ChangingAsync(
            name,
            async (schedule, tx) =>
            {
                if (schedule.PausedAt is not null)
                {
                    return new Failure("RECURRING_PAUSED", 409, $"{name} is paused already.");
                }

                await ScheduleControl.PauseAsync(tx, name, By, why, Now(), ct);
                return null;
            },
            ct);
        return failure ?? await AnswerAsync("recurring.pause", name, null, why, ct);
    }

    public async ValueTask<Outcome<RecurringView>> ResumeAsync(string name, string? why, CancellationToken ct)
    {
        var failure = await ChangingAsync(
            name,
            async (schedule, tx) =>
            {
                if (schedule.PausedAt is null)
                {
                    return new Failure("RECURRING_NOT_PAUSED", 409, $"{name} is not paused.");
                }

                await ScheduleControl.ResumeAsync(tx, name, ScheduleStore.NextAfter(schedule.Cron, schedule.TimeZone, Now()), ct);
                return null;
            },
            ct);
        return failure ?? await AnswerAsync("recurring.resume", name, null, why, ct);
    }

    public async ValueTask<Outcome<RecurringView>> ChangeAsync(string name, string cron, string timeZone, string? why, CancellationToken ct)
    {
        var now = Now();
        var times = CronTimes.Read(cron, timeZone, now);
        if (times.Failure is { } wrong)
        {
            return wrong;
        }

        object? details = null;
        var failure = await ChangingAsync(
            name,
            async (schedule, tx) =>
            {
                details = new { From = new { schedule.Cron, schedule.TimeZone }, To = new { Cron = cron, TimeZone = timeZone } };
                await ScheduleControl.ChangeAsync(tx, name, (cron, timeZone, times.Value.After(now)!.Value), By, now, ct);
                return null;
            },
            ct);
        return failure ?? await AnswerAsync("recurring.change", name, details, why, ct);
    }

    private static Failure Retired(string name) => new("RECURRING_RETIRED", 409, $"{name} is retired: this version no longer has it.");

    private DateTime Now() => time.GetUtcNow().UtcDateTime;

    private async Task<Failure?> ChangingAsync(string name, Func<ScheduleState, DbTransaction, Task<Failure?>> change, CancellationToken ct)
    {
        await using var connection = await store.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        if (await ScheduleControl.HoldAsync(tx, name, ct) is not { } schedule)
        {
            return Failure.NotFound("RECURRING_NOT_FOUND", $"There is no recurring job {name}.");
        }

        if (schedule.RetiredAt is not null)
        {
            return Retired(name);
        }

        if (await change(schedule, tx) is { } failure)
        {
            return failure;
        }

        await tx.CommitAsync(ct);
        return null;
    }

    private async Task<Outcome<RecurringView>> AnswerAsync(string action, string name, object? details, string? why, CancellationToken ct)
    {
        await audit.RecordAsync(action, name, details, why, ct);
        return (await control.ListAsync(name, Now(), ct))[0];
    }
}
