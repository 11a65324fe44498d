using Dapper;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>What a process says of itself.</summary>
/// <param name="Queues">Limits by queue, JSON.</param>
internal sealed record NodeSignature(string Node, string Host, string Version, bool RunsJobs, int Workers, string Queues);

/// <summary>A process that signed in the last week. All instants and ages are by the database's clock.</summary>
internal sealed class SignedNode
{
    public string Node { get; init; } = "";
    public string Host { get; init; } = "";
    public string Version { get; init; } = "";
    public bool RunsJobs { get; init; }
    public int Workers { get; init; }
    public string Queues { get; init; } = "";
    public DateTime StartedAt { get; init; }
    public DateTime HeartbeatAt { get; init; }
    public DateTime? StoppedAt { get; init; }
    public long AgeMicroseconds { get; init; }

    public TimeSpan Age => TimeSpan.FromMicroseconds(AgeMicroseconds);
}

/// <summary>A run that is under way on some node.</summary>
internal sealed class NodeRun
{
    public string JobId { get; init; } = "";
    public string Name { get; init; } = "";
    public string Queue { get; init; } = "";
    public string Node { get; init; } = "";
    public DateTime StartedAt { get; init; }
    public double? Progress { get; init; }
    public string? ProgressNote { get; init; }
}

/// <summary>The processes that share the database. Nothing decides by this table: who runs a job is in <c>jobs</c>.</summary>
internal sealed class NodeStore(MySqlDatabase database)
{
    /// <summary>Of nodes, and of runs: more are not shown.</summary>
    public const int Most = 500;

    /// <summary>A process is another node after each restart, so old rows go.</summary>
    public async Task ForgetOldAsync(CancellationToken ct)
    {
        const string Sql = "DELETE FROM job_nodes WHERE heartbeat_at < UTC_TIMESTAMP(3) - INTERVAL 7 DAY";
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: ct));
    }

    /// <param name="started">The process has just begun; one before it may have had the same name.</param>
    public async Task SignAsync(NodeSignature signature, bool started, CancellationToken ct)
    {
        const string Sql = """
            INSERT INTO job_nodes (node, host, version, runs_jobs, workers, queues, started_at, heartbeat_at)
            VALUES (@Node, @Host, @Version, @RunsJobs, @Workers, @Queues, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            ON DUPLICATE KEY UPDATE
                host = @Host, version = @Version, runs_jobs = @RunsJobs, workers = @Workers, queues = @Queues,
                started_at = IF(@started, UTC_TIMESTAMP(3), started_at), heartbeat_at = UTC_TIMESTAMP(3), stopped_at = NULL
            """;
        var values = new { signature.Node, signature.Host, signature.Version, signature.RunsJobs, signature.Workers, signature.Queues, started };
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Sql, values, cancellationToken: ct));
    }

    public async Task LeaveAsync(string node, CancellationToken ct)
    {
        const string Sql = "UPDATE job_nodes SET stopped_at = UTC_TIMESTAMP(3) WHERE node = @node";
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { node }, cancellationToken: ct));
    }

    /// <summary>Those that run first, the freshest sign of life first.</summary>
    public async Task<IReadOnlyList<SignedNode>> ListAsync(CancellationToken ct)
    {
        // A few rows: a week of processes.
        const string Sql = """
            SELECT node AS Node, host AS Host, version AS Version, runs_jobs AS RunsJobs, workers AS Workers, queues AS Queues, started_at AS StartedAt,
                   heartbeat_at AS HeartbeatAt, stopped_at AS StoppedAt, TIMESTAMPDIFF(MICROSECOND, heartbeat_at, UTC_TIMESTAMP(3)) AS AgeMicroseconds
            FROM job_nodes ORDER BY stopped_at IS NOT NULL, heartbeat_at DESC, node LIMIT @Most
            """;
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<SignedNode>(new CommandDefinition(Sql, new { Most }, cancellationToken: ct))).AsList();
    }

    /// <summary>Jobs that run, the longest first.</summary>
    public async Task<IReadOnlyList<NodeRun>> RunsAsync(CancellationToken ct)
    {
        const string Sql = """
            SELECT j.job_id AS JobId, j.job_name AS Name, j.queue AS Queue, j.node AS Node, a.started_at AS StartedAt, j.progress AS Progress, j.progress_note AS ProgressNote
            FROM jobs j JOIN job_attempts a ON a.job_id = j.job_id AND a.run_no = j.run_no
            WHERE j.state = 'RUNNING' ORDER BY a.started_at, j.job_id LIMIT @Most
            """;
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<NodeRun>(new CommandDefinition(Sql, new { Most }, cancellationToken: ct))).AsList();
    }

    /// <summary>Who is or may be there to take jobs of a queue, and how many of them run.</summary>
    public async Task<(long Nodes, long Running)> RoomAsync(string queue, TimeSpan lostAfter, CancellationToken ct)
    {
        const string Sql = """
            SELECT (SELECT COUNT(*) FROM job_nodes WHERE runs_jobs AND stopped_at IS NULL AND heartbeat_at >= UTC_TIMESTAMP(3) - INTERVAL @age MICROSECOND),
                   (SELECT COUNT(*) FROM jobs WHERE state = 'RUNNING' AND queue = @queue)
            """;
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            Sql, new { queue, age = lostAfter.Ticks / TimeSpan.TicksPerMicrosecond }, cancellationToken: ct));
    }
}
