using System.Data.Common;

namespace ThemePark.Jobs;

/// <summary>The job port. Every call is short SQL on our own job tables; the engine that fires jobs is behind it.</summary>
public interface IJobs
{
    /// <summary>
    /// Stores a job to run as soon as a node has a free place in its queue: within 250 ms on an idle node that runs jobs, within 1 s on another.
    /// With <paramref name="transaction"/> the job exists if and only if that transaction commits, and starts after the commit.
    /// </summary>
    /// <exception cref="DuplicateJobException">A job with the same unique key is not finished yet (<see cref="OnDuplicate.Throw"/>).</exception>
    ValueTask<JobId> EnqueueAsync<T>(T command, JobOptions? options, DbTransaction? transaction, CancellationToken ct)
        where T : IJobCommand;

    /// <summary>As <see cref="EnqueueAsync{T}"/>, but not before the given instant.</summary>
    /// <exception cref="DuplicateJobException">As <see cref="EnqueueAsync{T}"/>.</exception>
    ValueTask<JobId> ScheduleAsync<T>(T command, DateTimeOffset at, JobOptions? options, DbTransaction? transaction, CancellationToken ct)
        where T : IJobCommand;

    /// <summary>
    /// Cancels a waiting job at once; asks a running one, on whichever node, to stop: its token fires within a second.
    /// False when the job does not exist or is finished.
    /// </summary>
    ValueTask<bool> CancelAsync(JobId id, string by, string? why, CancellationToken ct);

    /// <summary>Puts a failed or cancelled job back in its queue with all its retries. False when it is in another state or does not exist.</summary>
    /// <exception cref="DuplicateJobException">Its unique key is taken by another unfinished job.</exception>
    ValueTask<bool> RetryAsync(JobId id, string by, CancellationToken ct);

    /// <summary>The job as it stands, or null.</summary>
    ValueTask<JobView?> GetAsync(JobId id, CancellationToken ct);

    /// <summary>The job's runs, oldest first.</summary>
    ValueTask<IReadOnlyList<JobAttempt>> AttemptsAsync(JobId id, CancellationToken ct);

    /// <summary>Log lines after the given one, oldest first; they arrive about a second after they were written.</summary>
    ValueTask<IReadOnlyList<JobLogLine>> LogAsync(JobId id, long after, int limit, CancellationToken ct);

    /// <summary>The last log lines, oldest first.</summary>
    ValueTask<IReadOnlyList<JobLogLine>> LastLogAsync(JobId id, int limit, CancellationToken ct);
}

/// <summary>What one job has different from its command's <see cref="JobAttribute"/>.</summary>
public sealed record JobOptions
{
    /// <summary>Another queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Another priority.</summary>
    public int? Priority { get; init; }

    /// <summary>At most one unfinished job of this command has this key; at most 190 characters, compared byte by byte.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>What an enqueue does when <see cref="UniqueKey"/> is taken.</summary>
    public OnDuplicate OnDuplicate { get; init; }

    /// <summary>Another number of retries.</summary>
    public int? Retries { get; init; }

    /// <summary>Who asked for it.</summary>
    public string By { get; init; } = "system";
}

/// <summary>What to do when the unique key is taken.</summary>
public enum OnDuplicate
{
    /// <summary>Throw <see cref="DuplicateJobException"/>.</summary>
    Throw,

    /// <summary>Answer the id of the job that has the key.</summary>
    ReturnExisting,
}

/// <summary>An unfinished job already has this unique key.</summary>
public sealed class DuplicateJobException(string uniqueKey, JobId existing)
    : Exception($"Job {existing} already has the key '{uniqueKey}' and is not finished.")
{
    /// <summary>The key.</summary>
    public string UniqueKey { get; } = uniqueKey;

    /// <summary>The job that has it.</summary>
    public JobId Existing { get; } = existing;
}
