using System.Data.Common;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>The port over the job tables. It needs no engine, so a web-only node has all of it.</summary>
internal sealed class JobsPort(JobStore store, JobReads reads, JobCatalogue catalogue, RunningRuns runs, DispatchSignal signal, TimeProvider time) : IJobs
{
    private const int MaxKeyLength = 190;

    public ValueTask<JobId> EnqueueAsync<T>(T command, JobOptions? options, DbTransaction? transaction, CancellationToken ct)
        where T : IJobCommand => AddAsync(command, null, options ?? new JobOptions(), transaction, ct);

    public ValueTask<JobId> ScheduleAsync<T>(T command, DateTimeOffset at, JobOptions? options, DbTransaction? transaction, CancellationToken ct)
        where T : IJobCommand => AddAsync(command, at.UtcDateTime, options ?? new JobOptions(), transaction, ct);

    public async ValueTask<bool> CancelAsync(JobId id, string by, string? why, CancellationToken ct)
    {
        if (!await store.CancelAsync(id, by, why, ct))
        {
            return false;
        }

        runs.Stop(id, StopReason.Cancelled);
        return true;
    }

    public async ValueTask<bool> RetryAsync(JobId id, string by, CancellationToken ct)
    {
        try
        {
            if (!await store.RetryAsync(id, by, ct))
            {
                return false;
            }
        }
        catch (DbException e) when (MySqlErrors.IsDuplicateKey(e))
        {
            var job = await reads.GetAsync(id, ct);
            throw new DuplicateJobException(
                job!.UniqueKey!, await store.FindLiveAsync(job.Name, job.UniqueKey!, null, ct) ?? id);
        }

        signal.Committed();
        return true;
    }

    public async ValueTask<JobView?> GetAsync(JobId id, CancellationToken ct) => await reads.GetAsync(id, ct);

    public async ValueTask<IReadOnlyList<JobAttempt>> AttemptsAsync(JobId id, CancellationToken ct) => await reads.AttemptsAsync(id, ct);

    public async ValueTask<IReadOnlyList<JobLogLine>> LogAsync(JobId id, long after, int limit, CancellationToken ct) =>
        await reads.LogAsync(id, after, limit, ct);

    public async ValueTask<IReadOnlyList<JobLogLine>> LastLogAsync(JobId id, int limit, CancellationToken ct) => await reads.LastLogAsync(id, limit, ct);

    private async ValueTask<JobId> AddAsync<T>(T command, DateTime? notBefore, JobOptions options, DbTransaction? transaction, CancellationToken ct)
        where T : IJobCommand
    {
        if (options.UniqueKey is { Length: 0 or > MaxKeyLength })
        {
            throw new ArgumentException($"A unique key has 1 to {MaxKeyLength} characters.", nameof(options));
        }

        var policy = catalogue.PolicyOf<T>();
        var job = new NewJob(
            JobId.New(time.GetUtcNow()), policy, JobCatalogue.Write(command), options.Queue ?? policy.Queue, options.Priority ?? policy.Priority,
            1 + (options.Retries ?? policy.Retries), options.UniqueKey, notBefore, options.By);
        while (!await store.InsertAsync(job, transaction, ct))
        {
            // None when the job that had the key finished in between.
            if (await store.FindLiveAsync(policy.Name, options.UniqueKey!, transaction, ct) is { } existing)
            {
                return options.OnDuplicate is OnDuplicate.ReturnExisting ? existing : throw new DuplicateJobException(options.UniqueKey!, existing);
            }
        }

        if (transaction is null)
        {
            signal.Committed();
        }
        else
        {
            signal.InTransaction();
        }

        return job.Id;
    }
}
