using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>What a node must know about a job it runs.</summary>
internal sealed record OwnJob(string JobId, string? Owner, bool CancelRequested, bool HandBack);

/// <summary>A running job as another node sees it.</summary>
internal sealed record RunningJob(string JobId, string Owner, DateTime HeartbeatAt);

/// <summary>A log line on its way to the table.</summary>
internal sealed record PendingLine(string JobId, int RunNo, DateTime At, LogLevel Level, string Text);

/// <summary>Signs of life: what a node writes about its own runs, and reads about the others'.</summary>
internal sealed class JobWatch(MySqlDatabase database)
{
    /// <summary>Signs the runs and says what has become of them, in two statements however many they are.</summary>
    public async Task<IReadOnlyList<OwnJob>> BeatAsync(IReadOnlyList<string> ids, IReadOnlyList<string> owners, CancellationToken ct)
    {
        const string Beat = "UPDATE jobs SET heartbeat_at = UTC_TIMESTAMP(3) WHERE job_id IN @ids AND owner IN @owners";
        const string Look = $"""
            SELECT job_id AS JobId, owner AS Owner, cancel_requested_at IS NOT NULL AS CancelRequested,
                   EXISTS (SELECT 1 FROM job_pauses WHERE scope = 'ALL' AND subject = '{JobDrain.Subject}') AS HandBack
            FROM jobs WHERE job_id IN @ids
            """;
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Beat, new { ids, owners }, cancellationToken: ct));
        var rows = await connection.QueryAsync<(string JobId, string? Owner, int CancelRequested, int HandBack)>(
            new CommandDefinition(Look, new { ids }, cancellationToken: ct));
        return [.. rows.Select(row => new OwnJob(row.JobId, row.Owner, row.CancelRequested == 1, row.HandBack == 1))];
    }

    public async Task WriteProgressAsync(JobId id, string owner, double fraction, string? note, CancellationToken ct)
    {
        const string Sql = "UPDATE jobs SET progress = @fraction, progress_note = LEFT(@note, 500) WHERE job_id = @id AND owner = @owner";
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { id = id.ToString(), owner, fraction, note }, cancellationToken: ct));
    }

    /// <summary>The runs lost so far did not stop the job from advancing.</summary>
    public async Task ForgiveLostRunsAsync(JobId id, string owner, CancellationToken ct)
    {
        const string Sql = "UPDATE jobs SET lost_runs = 0 WHERE job_id = @id AND owner = @owner";
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { id = id.ToString(), owner }, cancellationToken: ct));
    }

    public async Task WriteLogAsync(IReadOnlyList<PendingLine> lines, CancellationToken ct)
    {
        const string Sql = "INSERT INTO job_log (job_id, run_no, logged_at, level, text) VALUES (@JobId, @RunNo, @At, @Level, @Text)";
        await using var connection = await database.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Sql, lines, tx, cancellationToken: ct));
        await tx.CommitAsync(ct);
    }

    public async Task<IReadOnlyList<RunningJob>> RunningAsync(CancellationToken ct)
    {
        const string Sql = "SELECT job_id, owner, heartbeat_at FROM jobs WHERE state = 'RUNNING'";
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(string JobId, string Owner, DateTime HeartbeatAt)>(new CommandDefinition(Sql, cancellationToken: ct));
        return [.. rows.Select(row => new RunningJob(row.JobId, row.Owner, row.HeartbeatAt))];
    }

    /// <summary>
    /// Declares a run lost: from here on its fence is closed, and the job waits again, or fails when it lost too many runs, or is cancelled when that was requested.
    /// </summary>
    /// <returns>False when the run lives after all, or holds its fence in an open transaction; then the server has to end that first.</returns>
    public async Task<bool> ReapAsync(RunningJob job, int maxLostRuns, CancellationToken ct)
    {
        const string Lock = "SELECT owner FROM job_fences WHERE job_id = @JobId FOR UPDATE NOWAIT";
        const string Job = """
            UPDATE jobs
            SET lost_runs = lost_runs + 1,
                state = CASE WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED' WHEN lost_runs >= @maxLostRuns THEN 'FAILED' ELSE 'ENQUEUED' END,
                finished_at = IF(state = 'ENQUEUED', NULL, UTC_TIMESTAMP(3)),
                last_error = CONCAT('Lost with node ', node, ' in run ', run_no),
                owner = NULL, heartbeat_at = NULL, dispatch_no = dispatch_no + 1, dispatched_at = NULL
            WHERE job_id = @JobId AND owner = @Owner AND heartbeat_at = @HeartbeatAt
            """;
        const string Fence = "UPDATE job_fences SET owner = NULL WHERE job_id = @JobId AND owner = @Owner";
        const string Attempt = """
            UPDATE job_attempts SET outcome = 'LOST', finished_at = UTC_TIMESTAMP(3), error = 'No heartbeat'
            WHERE job_id = @JobId AND owner = @Owner AND outcome = 'RUNNING'
            """;
        var values = new { job.JobId, job.Owner, job.HeartbeatAt, maxLostRuns };
        await using var connection = await database.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        try
        {
            await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Lock, values, tx, cancellationToken: ct));
        }
        catch (DbException e) when (MySqlErrors.IsLockTimeout(e))
        {
            return false;
        }

        if (await connection.ExecuteAsync(new CommandDefinition(Job, values, tx, cancellationToken: ct)) == 0)
        {
            return false;
        }

        await connection.ExecuteAsync(new CommandDefinition(Fence, values, tx, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(Attempt, values, tx, cancellationToken: ct));
        await tx.CommitAsync(ct);
        return true;
    }
}
