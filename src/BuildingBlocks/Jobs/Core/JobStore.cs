using System.Data;
using System.Data.Common;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>A new job's row.</summary>
internal sealed record NewJob(
    JobId Id, JobPolicy Policy, string Payload, string Queue, int Priority, int MaxAttempts, string? UniqueKey, DateTime? NotBefore, string By);

/// <summary>A run that has begun.</summary>
/// <param name="Delay">From when the job was due to the begin of its first run.</param>
internal sealed record ClaimedRun(
    JobId Id, string Owner, string Name, string Queue, string Payload, int RunNo, int Attempt, int MaxAttempts, int LostRuns, bool Recovered, TimeSpan Delay);

/// <summary>How a run ended, as the row is to say it.</summary>
/// <param name="Outcome">The attempt's end.</param>
/// <param name="State">The job's next state.</param>
/// <param name="Error">Why, unless it succeeded.</param>
/// <param name="RetryIn">Set with <see cref="JobState.Scheduled"/>.</param>
internal sealed record RunEnd(AttemptOutcome Outcome, JobState State, string? Error = null, TimeSpan? RetryIn = null)
{
    /// <summary>The last report, when it is not in the row yet.</summary>
    public (double Fraction, string? Note)? Progress { get; init; }
}

/// <summary>
/// The state machine, in SQL. Every instant is the database's clock, so nodes need not agree on the time. Every change of a running job says
/// <c>WHERE owner = its run</c>.
/// </summary>
internal sealed class JobStore(MySqlDatabase database)
{
    /// <returns>False when the unique key is taken.</returns>
    public async Task<bool> InsertAsync(NewJob job, DbTransaction? transaction, CancellationToken ct)
    {
        const string Sql = """
            INSERT INTO jobs (job_id, job_name, queue, state, payload, unique_key, priority, max_attempts, not_before, created_by, created_at)
            VALUES (@id, @name, @queue, IF(@notBefore IS NULL OR @notBefore <= UTC_TIMESTAMP(3), 'ENQUEUED', 'SCHEDULED'), @payload, @uniqueKey, @priority,
                    @maxAttempts, @notBefore, @by, UTC_TIMESTAMP(3))
            """;
        var values = new
        {
            id = job.Id.ToString(), name = job.Policy.Name, queue = job.Queue, payload = job.Payload, uniqueKey = job.UniqueKey, priority = job.Priority,
            maxAttempts = job.MaxAttempts, notBefore = job.NotBefore, by = job.By,
        };
        try
        {
            await OnAsync(transaction, (c, t) => c.ExecuteAsync(new CommandDefinition(Sql, values, t, cancellationToken: ct)), ct);
            return true;
        }
        catch (DbException e) when (MySqlErrors.IsDuplicateKey(e))
        {
            // A commit whose answer was lost, tried again, meets its own row.
            return await OnAsync(
                transaction,
                (c, t) => c.ExecuteScalarAsync<int>(new CommandDefinition(
                    "SELECT COUNT(*) FROM jobs WHERE job_id = @id", new { id = job.Id.ToString() }, t, cancellationToken: ct)),
                ct) == 1;
        }
    }

    /// <summary>The unfinished job with this key. A locking read: inside an older transaction the snapshot may not show it yet.</summary>
    public async Task<JobId?> FindLiveAsync(string name, string uniqueKey, DbTransaction? transaction, CancellationToken ct)
    {
        const string Sql = "SELECT job_id FROM jobs WHERE job_name = @name AND live_key = @uniqueKey LOCK IN SHARE MODE";
        var id = await OnAsync(
            transaction,
            (c, t) => c.ExecuteScalarAsync<string?>(new CommandDefinition(Sql, new { name, uniqueKey }, t, cancellationToken: ct)),
            ct);
        return id is null ? null : JobId.Parse(id);
    }

    /// <summary>
    /// Begins a run, or answers null when the job is not waiting: it is running, finished or not due, and its trigger is a leftover. Asked again for the same
    /// owner it answers the run it began.
    /// </summary>
    public async Task<ClaimedRun?> ClaimAsync(JobId id, string owner, string node, CancellationToken ct)
    {
        // One second of grace: the engine's clock may be a little ahead of the database's.
        const string Waiting = $"""
            SELECT COUNT(*) FROM jobs
            WHERE job_id = @id
              AND (((state = 'ENQUEUED' OR (state = 'SCHEDULED' AND not_before <= UTC_TIMESTAMP(3) + INTERVAL 1 SECOND)) AND {JobPauses.NotPaused}) OR owner = @owner)
            """;

        // The fence first: it waits for the last run's open transactions, and a waiting row lock on jobs would hold up a cancel.
        const string Fence = "INSERT INTO job_fences (job_id, owner) VALUES (@id, @owner) ON DUPLICATE KEY UPDATE owner = @owner";
        const string Begin = $"""
            UPDATE jobs
            SET state = 'RUNNING', run_no = run_no + 1, owner = @owner, node = @node, heartbeat_at = UTC_TIMESTAMP(3),
                started_at = COALESCE(started_at, UTC_TIMESTAMP(3))
            WHERE job_id = @id AND (state = 'ENQUEUED' OR (state = 'SCHEDULED' AND not_before <= UTC_TIMESTAMP(3) + INTERVAL 1 SECOND)) AND {JobPauses.NotPaused}
            """;
        const string Read = """
            SELECT j.job_name AS Name, j.queue AS Queue, j.payload AS Payload, j.run_no AS RunNo, j.attempts + 1 AS Attempt, j.max_attempts AS MaxAttempts, j.lost_runs AS LostRuns,
                   TIMESTAMPDIFF(MICROSECOND, GREATEST(j.created_at, COALESCE(j.not_before, j.created_at)), j.started_at) AS DelayMicroseconds,
                   (SELECT a.outcome FROM job_attempts a WHERE a.job_id = j.job_id AND a.run_no < j.run_no ORDER BY a.run_no DESC LIMIT 1) AS LastOutcome
            FROM jobs j WHERE j.job_id = @id AND j.owner = @owner
            """;
        const string Attempt = """
            INSERT INTO job_attempts (job_id, run_no, attempt, owner, node, started_at, outcome)
            VALUES (@id, @runNo, @attempt, @owner, @node, UTC_TIMESTAMP(3), 'RUNNING')
            """;
        var key = id.ToString();
        await using var connection = await database.OpenAsync(ct);
        if (await connection.ExecuteScalarAsync<int>(new CommandDefinition(Waiting, new { id = key, owner }, cancellationToken: ct)) == 0)
        {
            return null;
        }

        await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        await connection.ExecuteAsync(new CommandDefinition(Fence, new { id = key, owner }, tx, cancellationToken: ct));
        var began = await connection.ExecuteAsync(new CommandDefinition(Begin, new { id = key, owner, node }, tx, cancellationToken: ct)) == 1;
        var row = await connection.QuerySingleOrDefaultAsync<ClaimRow>(new CommandDefinition(Read, new { id = key, owner }, tx, cancellationToken: ct));
        if (row is null)
        {
            return null;
        }

        if (began)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                Attempt, new { id = key, runNo = row.RunNo, attempt = row.Attempt, owner, node }, tx, cancellationToken: ct));
        }

        await tx.CommitAsync(ct);
        return new ClaimedRun(
            id, owner, row.Name, row.Queue, row.Payload, row.RunNo, row.Attempt, row.MaxAttempts, row.LostRuns,
            row.LastOutcome is "LOST" or "SUPERSEDED" or "HANDED_BACK",
            // Within its second of grace a job begins before it is due.
            TimeSpan.FromMicroseconds(Math.Max(0, row.DelayMicroseconds)));
    }

    /// <summary>Ends a run. A job whose cancel was requested is not put back but cancelled.</summary>
    /// <returns>False when the run no longer owns the job; its attempt then says SUPERSEDED.</returns>
    public async Task<bool> EndAsync(ClaimedRun run, RunEnd end, CancellationToken ct)
    {
        const string Job = """
            UPDATE jobs
            SET state = IF(@state IN ('ENQUEUED', 'SCHEDULED') AND cancel_requested_at IS NOT NULL, 'CANCELLED', @state),
                finished_at = IF(state IN ('ENQUEUED', 'SCHEDULED'), NULL, UTC_TIMESTAMP(3)),
                owner = NULL, heartbeat_at = NULL,
                attempts = attempts + @spent,
                not_before = IF(@retryMicroseconds IS NULL, not_before, UTC_TIMESTAMP(3) + INTERVAL @retryMicroseconds MICROSECOND),
                dispatch_no = dispatch_no + @again,
                dispatched_at = IF(@again = 1, NULL, UTC_TIMESTAMP(3)),
                last_error = COALESCE(@error, last_error),
                progress = COALESCE(@fraction, progress), progress_note = IF(@fraction IS NULL, progress_note, LEFT(@note, 500))
            WHERE job_id = @id AND owner = @owner
            """;
        const string Attempt = """
            UPDATE job_attempts SET outcome = @outcome, finished_at = UTC_TIMESTAMP(3), error = @error
            WHERE job_id = @id AND run_no = @runNo AND outcome IN ('RUNNING', 'LOST')
            """;
        const string Ended = "SELECT outcome FROM job_attempts WHERE job_id = @id AND run_no = @runNo";
        var values = new
        {
            id = run.Id.ToString(), owner = run.Owner, state = end.State.Text(), error = Cut(end.Error), spent = end.Outcome is AttemptOutcome.Failed ? 1 : 0,
            retryMicroseconds = end.RetryIn is { } delay ? (long?)(delay.Ticks / TimeSpan.TicksPerMicrosecond) : null,
            again = end.State is JobState.Scheduled ? 1 : 0, fraction = end.Progress?.Fraction, note = end.Progress?.Note,
        };
        await using var connection = await database.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var owned = end.Outcome is not AttemptOutcome.Superseded
            && await connection.ExecuteAsync(new CommandDefinition(Job, values, tx, cancellationToken: ct)) == 1;
        var outcome = (owned ? end.Outcome : AttemptOutcome.Superseded).Text();
        if (!owned && await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            Ended, new { values.id, runNo = run.RunNo }, tx, cancellationToken: ct)) == end.Outcome.Text())
        {
            // The commit of an earlier try went through although its answer was lost.
            return true;
        }

        await connection.ExecuteAsync(new CommandDefinition(
            Attempt, new { values.id, runNo = run.RunNo, outcome, values.error }, tx, cancellationToken: ct));
        await tx.CommitAsync(ct);
        return owned;
    }

    public async Task<bool> CancelAsync(JobId id, string by, string? why, CancellationToken ct)
    {
        const string Waiting = """
            UPDATE jobs
            SET state = 'CANCELLED', finished_at = UTC_TIMESTAMP(3), cancel_requested_at = UTC_TIMESTAMP(3), cancel_requested_by = @by, cancel_reason = @why
            WHERE job_id = @id AND state IN ('ENQUEUED', 'SCHEDULED')
            """;
        const string Running = """
            UPDATE jobs
            SET cancel_requested_by = IF(cancel_requested_at IS NULL, @by, cancel_requested_by), cancel_reason = IF(cancel_requested_at IS NULL, @why, cancel_reason),
                cancel_requested_at = COALESCE(cancel_requested_at, UTC_TIMESTAMP(3))
            WHERE job_id = @id AND state = 'RUNNING'
            """;
        const string Unfinished = "SELECT COUNT(*) FROM jobs WHERE job_id = @id AND state IN ('ENQUEUED', 'SCHEDULED', 'RUNNING')";
        var values = new { id = id.ToString(), by, why };
        await using var connection = await database.OpenAsync(ct);
        do
        {
            if (await connection.ExecuteAsync(new CommandDefinition(Waiting, values, cancellationToken: ct)) == 1
                || await connection.ExecuteAsync(new CommandDefinition(Running, values, cancellationToken: ct)) == 1)
            {
                return true;
            }
        }
        while (await connection.ExecuteScalarAsync<int>(new CommandDefinition(Unfinished, values, cancellationToken: ct)) == 1);
        return false;
    }

    /// <exception cref="DbException">A duplicate key: another job has its unique key.</exception>
    public async Task<bool> RetryAsync(JobId id, string by, CancellationToken ct)
    {
        const string Sql = """
            UPDATE jobs
            SET state = 'ENQUEUED', attempts = 0, lost_runs = 0, not_before = NULL, dispatch_no = dispatch_no + 1, dispatched_at = NULL, finished_at = NULL,
                cancel_requested_at = NULL, cancel_requested_by = NULL, cancel_reason = NULL
            WHERE job_id = @id AND state IN ('FAILED', 'CANCELLED')
            """;
        const string Line = """
            INSERT INTO job_log (job_id, run_no, logged_at, level, text)
            SELECT job_id, run_no, UTC_TIMESTAMP(3), 2, CONCAT('Retried by ', @by) FROM jobs WHERE job_id = @id
            """;
        var values = new { id = id.ToString(), by };
        await using var connection = await database.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(ct);
        if (await connection.ExecuteAsync(new CommandDefinition(Sql, values, tx, cancellationToken: ct)) == 0)
        {
            return false;
        }

        await connection.ExecuteAsync(new CommandDefinition(Line, values, tx, cancellationToken: ct));
        await tx.CommitAsync(ct);
        return true;
    }

    /// <summary>The error column holds 64 KB.</summary>
    private static string? Cut(string? text) => text is { Length: > 16_000 } ? text[..16_000] : text;

    private async Task<T> OnAsync<T>(DbTransaction? transaction, Func<DbConnection, DbTransaction?, Task<T>> work, CancellationToken ct)
    {
        if (transaction is not null)
        {
            return await work(transaction.Connection ?? throw new InvalidOperationException("The transaction has ended."), transaction);
        }

        await using var connection = await database.OpenAsync(ct);
        return await work(connection, null);
    }

    private sealed class ClaimRow
    {
        public string Name { get; init; } = "";
        public string Queue { get; init; } = "";
        public string Payload { get; init; } = "";
        public int RunNo { get; init; }
        public int Attempt { get; init; }
        public int MaxAttempts { get; init; }
        public int LostRuns { get; init; }
        public long DelayMicroseconds { get; init; }
        public string? LastOutcome { get; init; }
    }
}
