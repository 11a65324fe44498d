using System.Data;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>What a pause holds back.</summary>
internal enum PauseScope
{
    /// <summary>One job.</summary>
    Job,

    /// <summary>Every job of a command.</summary>
    Name,

    /// <summary>Every job of a queue.</summary>
    Queue,

    /// <summary>Every job.</summary>
    All,
}

/// <param name="Subject">Job id, wire name or queue; empty for ALL, or <see cref="JobDrain.Subject"/> where maintenance holds everything back.</param>
internal sealed record JobPause(string Scope, string Subject, DateTime PausedAt, string PausedBy, string? PausedWhy);

/// <summary>Waiting jobs that a pause speaks of are not begun, on any node, over restarts, until it is taken away. What runs goes on.</summary>
internal sealed class JobPauses(MySqlDatabase database, DispatchSignal signal)
{
    /// <summary>For a statement that has <c>jobs</c> without an alias: no pause speaks of the job.</summary>
    public const string NotPaused =
        """
        NOT EXISTS (
            SELECT 1 FROM job_pauses AS p
            WHERE p.scope = 'ALL' OR (p.scope = 'QUEUE' AND p.subject = jobs.queue) OR (p.scope = 'NAME' AND p.subject = jobs.job_name)
               OR (p.scope = 'JOB' AND p.subject = jobs.job_id))
        """;

    public async Task<IReadOnlyList<JobPause>> ListAsync(CancellationToken ct)
    {
        const string Sql = """
            SELECT scope AS Scope, subject AS Subject, paused_at AS PausedAt, paused_by AS PausedBy, paused_why AS PausedWhy
            FROM job_pauses ORDER BY paused_at, scope, subject
            """;
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<JobPause>(new CommandDefinition(Sql, cancellationToken: ct))).AsList();
    }

    /// <returns>False when it is paused already; then nothing changes.</returns>
    public async Task<bool> PauseAsync(PauseScope scope, string subject, string by, string? why, CancellationToken ct)
    {
        const string Sql = """
            INSERT INTO job_pauses (scope, subject, paused_at, paused_by, paused_why)
            SELECT @scope, @subject, UTC_TIMESTAMP(3), @by, @why
            WHERE NOT EXISTS (SELECT 1 FROM job_pauses WHERE scope = @scope AND subject = @subject)
            """;
        await using var connection = await database.OpenAsync(ct);
        try
        {
            return await connection.ExecuteAsync(new CommandDefinition(Sql, new { scope = Text(scope), subject, by, why }, cancellationToken: ct)) == 1;
        }
        catch (Exception e) when (MySqlErrors.IsDuplicateKey(e))
        {
            return false;
        }
    }

    /// <returns>False when it was not paused.</returns>
    public async Task<bool> ResumeAsync(PauseScope scope, string subject, CancellationToken ct)
    {
        const string Remove = "DELETE FROM job_pauses WHERE scope = @scope AND subject = @subject";

        // The triggers of some have fired in vain meanwhile: all are told to the engine again, under new numbers.
        const string Again = """
            UPDATE jobs SET dispatch_no = dispatch_no + 1, dispatched_at = NULL
            WHERE state IN ('ENQUEUED', 'SCHEDULED') AND dispatched_at IS NOT NULL
              AND (@scope = 'ALL' OR (@scope = 'QUEUE' AND queue = @subject) OR (@scope = 'NAME' AND job_name = @subject) OR (@scope = 'JOB' AND job_id = @subject))
            """;
        var values = new { scope = Text(scope), subject };
        await using var connection = await database.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        if (await connection.ExecuteAsync(new CommandDefinition(Remove, values, tx, cancellationToken: ct)) == 0)
        {
            return false;
        }

        await connection.ExecuteAsync(new CommandDefinition(Again, values, tx, cancellationToken: ct));
        await tx.CommitAsync(ct);
        signal.Committed();
        return true;
    }

    private static string Text(PauseScope scope) => scope.ToString().ToUpperInvariant();
}
