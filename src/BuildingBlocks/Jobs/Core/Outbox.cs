using Dapper;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>A job the engine is to be told of.</summary>
/// <param name="Id">The job.</param>
/// <param name="No">Counts the times this job began to wait; with the id it names the trigger, so telling twice is harmless.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Priority">Higher first.</param>
/// <param name="Delay">How long it still has to wait, by the database's clock.</param>
internal sealed record Dispatch(JobId Id, int No, string Queue, int Priority, TimeSpan Delay);

/// <summary>
/// The way from a committed job row to the engine. A job is enqueued by inserting its row, inside the caller's transaction if there is one; whatever node
/// sees the row first tells the engine. The caller never touches the engine's tables, and a node without an engine can enqueue.
/// </summary>
internal sealed class Outbox(MySqlDatabase database)
{
    public async Task<IReadOnlyList<Dispatch>> PendingAsync(int limit, CancellationToken ct)
    {
        const string Sql = $"""
            SELECT job_id, dispatch_no, queue, priority, GREATEST(0, COALESCE(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), not_before), 0))
            FROM jobs WHERE state IN ('ENQUEUED', 'SCHEDULED') AND dispatched_at IS NULL AND {JobPauses.NotPaused}
            ORDER BY job_id LIMIT @limit
            """;
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(string Id, int No, string Queue, int Priority, long DelayMicroseconds)>(
            new CommandDefinition(Sql, new { limit }, cancellationToken: ct));
        return [.. rows.Select(r => new Dispatch(JobId.Parse(r.Id), r.No, r.Queue, r.Priority, TimeSpan.FromMicroseconds(r.DelayMicroseconds)))];
    }

    /// <returns>True for exactly one of the nodes that ask.</returns>
    public async Task<bool> TakeAsync(Dispatch dispatch, CancellationToken ct)
    {
        const string Sql = """
            UPDATE jobs SET dispatched_at = UTC_TIMESTAMP(3)
            WHERE job_id = @id AND dispatch_no = @no AND dispatched_at IS NULL AND state IN ('ENQUEUED', 'SCHEDULED')
            """;
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, new { id = dispatch.Id.ToString(), no = dispatch.No }, cancellationToken: ct)) == 1;
    }

    /// <summary>Puts a job back that the engine does not have, under a new number: a trigger of the old one may be in any state.</summary>
    public async Task<bool> PutBackAsync(string jobId, int no, CancellationToken ct)
    {
        const string Sql = """
            UPDATE jobs SET dispatch_no = dispatch_no + 1, dispatched_at = NULL
            WHERE job_id = @jobId AND dispatch_no = @no AND state IN ('ENQUEUED', 'SCHEDULED')
            """;
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, new { jobId, no }, cancellationToken: ct)) == 1;
    }
}
