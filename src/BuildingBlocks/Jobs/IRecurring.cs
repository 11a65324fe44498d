using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>
/// The recurring jobs, for operators. It speaks for the caller of its scope: whoever acts here is in the audit log (<c>recurring.trigger</c>, <c>.pause</c>,
/// <c>.resume</c>, <c>.change</c>). Failures: 404 RECURRING_NOT_FOUND, 409 RECURRING_RETIRED, and those named below.
/// </summary>
public interface IRecurring
{
    /// <summary>All of them by name, retired ones too.</summary>
    ValueTask<IReadOnlyList<RecurringView>> ListAsync(CancellationToken ct);

    /// <summary>Enqueues the command now, paused or not; the schedule goes on as it was. 409 RECURRING_RUNNING with <c>job_id</c> while its last job is not finished.</summary>
    ValueTask<Outcome<JobId>> TriggerAsync(string name, string? why, CancellationToken ct);

    /// <summary>From now on no instant comes. 409 RECURRING_PAUSED when none does already. A job that runs goes on.</summary>
    ValueTask<Outcome<RecurringView>> PauseAsync(string name, string? why, CancellationToken ct);

    /// <summary>Goes on with the next instant; those of the pause are gone. 409 RECURRING_NOT_PAUSED.</summary>
    ValueTask<Outcome<RecurringView>> ResumeAsync(string name, string? why, CancellationToken ct);

    /// <summary>Another schedule, from the next of its instants on. 400 VALIDATION_FAILED says what is wrong with <c>cron</c> or <c>time_zone</c>.</summary>
    ValueTask<Outcome<RecurringView>> ChangeAsync(string name, string cron, string timeZone, string? why, CancellationToken ct);
}

/// <summary>A recurring job as operators see it. All instants are UTC.</summary>
public sealed record RecurringView
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required string Description { get; init; }

    /// <summary>The wire name of its command.</summary>
    public required string JobName { get; init; }

    /// <summary>Five fields: minute, hour, day of month, month, day of week.</summary>
    public required string Cron { get; init; }

    /// <summary>IANA; whose clock the fields are read by.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Null while it is not paused.</summary>
    public RecurringPause? Paused { get; init; }

    /// <summary>When it is next enqueued; in the past when that is overdue; null while paused or retired.</summary>
    public DateTime? NextAt { get; init; }

    /// <summary>When it was last enqueued.</summary>
    public DateTime? LastAt { get; init; }

    /// <summary>What was enqueued then.</summary>
    public RecurringRun? LastJob { get; init; }

    /// <summary>Instants that found the last job unfinished.</summary>
    public long Skipped { get; init; }

    /// <summary>The last of them.</summary>
    public DateTime? LastSkippedAt { get; init; }

    /// <summary>When somebody changed cron or time zone; null: they are the default.</summary>
    public DateTime? ChangedAt { get; init; }

    /// <summary>Who did.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When a node noticed that code no longer declares it.</summary>
    public DateTime? RetiredAt { get; init; }

    /// <summary>The next five instants of the expression; empty when retired.</summary>
    public required IReadOnlyList<DateTime> Preview { get; init; }
}

/// <summary>Who paused a recurring job.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who.</param>
/// <param name="Why">The reason given.</param>
public sealed record RecurringPause(DateTime At, string By, string? Why);

/// <summary>A job of a recurring job.</summary>
/// <param name="Id">The job.</param>
/// <param name="State">Where it is.</param>
/// <param name="Error">Why it is not succeeded; null when it is, or nothing went wrong.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
public sealed record RecurringRun(JobId Id, JobState State, string? Error, DateTime? FinishedAt);
