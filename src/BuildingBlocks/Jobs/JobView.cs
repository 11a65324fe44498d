using Microsoft.Extensions.Logging;

namespace ThemePark.Jobs;

/// <summary>Where a job is.</summary>
public enum JobState
{
    /// <summary>Waits for a place in its queue.</summary>
    Enqueued,

    /// <summary>Waits for its time, or for its next try.</summary>
    Scheduled,

    /// <summary>A node runs it.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Out of retries, or failed for good.</summary>
    Failed,

    /// <summary>Stopped on request.</summary>
    Cancelled,
}

/// <summary>How a run ended.</summary>
public enum AttemptOutcome
{
    /// <summary>It has not.</summary>
    Running,

    /// <summary>The handler returned.</summary>
    Succeeded,

    /// <summary>The handler threw.</summary>
    Failed,

    /// <summary>It stopped on request.</summary>
    Cancelled,

    /// <summary>Its node stopped and gave the job back.</summary>
    HandedBack,

    /// <summary>Its node fell silent.</summary>
    Lost,

    /// <summary>Lost, then found: it came back and saw that another run owns the job.</summary>
    Superseded,
}

/// <summary>A job as operators see it. All instants are UTC.</summary>
public sealed record JobView
{
    /// <summary>The job.</summary>
    public required JobId Id { get; init; }

    /// <summary>The command's wire name.</summary>
    public required string Name { get; init; }

    /// <summary>Its queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Where it is.</summary>
    public required JobState State { get; init; }

    /// <summary>The command as JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>At most one unfinished job of this name has it.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Higher first.</summary>
    public int Priority { get; init; }

    /// <summary>Runs that threw so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Runs that may throw before the job fails.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Runs begun, of whatever end.</summary>
    public int RunNo { get; init; }

    /// <summary>Runs that were lost with their node since a run last advanced.</summary>
    public int LostRuns { get; init; }

    /// <summary>The token of the run that owns it.</summary>
    public string? Owner { get; init; }

    /// <summary>The node that runs it, or ran it last.</summary>
    public string? Node { get; init; }

    /// <summary>Its node's last sign of life.</summary>
    public DateTime? HeartbeatAt { get; init; }

    /// <summary>Not before this instant.</summary>
    public DateTime? NotBefore { get; init; }

    /// <summary>0 to 1, as the handler last said.</summary>
    public double? Progress { get; init; }

    /// <summary>What the handler said with it.</summary>
    public string? ProgressNote { get; init; }

    /// <summary>Why the last run that did not succeed did not.</summary>
    public string? LastError { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTime CreatedAt { get; init; }

    /// <summary>When its first run began.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When it reached its last state.</summary>
    public DateTime? FinishedAt { get; init; }

    /// <summary>When cancel was requested, and not yet answered or answered.</summary>
    public DateTime? CancelRequestedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? CancelRequestedBy { get; init; }

    /// <summary>Why.</summary>
    public string? CancelReason { get; init; }
}

/// <summary>One run of a job. Instants are UTC.</summary>
/// <param name="RunNo">1 for the first run.</param>
/// <param name="Attempt">The try it belonged to.</param>
/// <param name="Owner">The run's token.</param>
/// <param name="Node">The node it ran on.</param>
/// <param name="StartedAt">Its begin.</param>
/// <param name="FinishedAt">Its end; for a lost run, when that was noticed.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Error">Why, when it did not succeed.</param>
public sealed record JobAttempt(
    int RunNo, int Attempt, string Owner, string Node, DateTime StartedAt, DateTime? FinishedAt, AttemptOutcome Outcome, string? Error);

/// <summary>A line of a job's log.</summary>
/// <param name="LineId">Grows; what <see cref="IJobs.LogAsync"/> continues after.</param>
/// <param name="RunNo">The run that wrote it.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Level">How bad.</param>
/// <param name="Text">What.</param>
public sealed record JobLogLine(long LineId, int RunNo, DateTime At, LogLevel Level, string Text);
