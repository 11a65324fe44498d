using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>Which jobs; null is any.</summary>
/// <param name="Name">The command's wire name.</param>
/// <param name="Text">In the payload, the last error or who asked; or the id.</param>
internal sealed record JobFilter(JobState? State, string? Queue, string? Name, string? Text);

/// <summary>What operators see.</summary>
internal sealed class JobReads(MySqlDatabase database)
{
    public async Task<JobView?> GetAsync(JobId id, CancellationToken ct)
    {
        const string Sql = $"SELECT {Columns} FROM jobs WHERE job_id = @id";
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<JobRow>(new CommandDefinition(Sql, new { id = id.ToString() }, cancellationToken: ct));
        return row?.View();
    }

    /// <summary>A page of the jobs that match, newest first, how many match, and how many of all jobs are in each state.</summary>
    public async Task<(IReadOnlyList<JobView> Jobs, long Total, IReadOnlyDictionary<JobState, long> States)> ListAsync(
        JobFilter filter, int limit, int offset, CancellationToken ct)
    {
        const string Where = """
            WHERE (@state IS NULL OR state = @state) AND (@queue IS NULL OR queue = @queue) AND (@name IS NULL OR job_name = @name)
              AND (@text IS NULL OR LOCATE(@text, payload) > 0 OR LOCATE(@text, last_error) > 0 OR LOCATE(@text, created_by) > 0 OR job_id = @text)
            """;
        const string Page = $"SELECT {Columns} FROM jobs {Where} ORDER BY job_id DESC LIMIT @limit OFFSET @offset";
        const string Count = $"SELECT COUNT(*) FROM jobs {Where}";
        const string States = "SELECT state, COUNT(*) FROM jobs GROUP BY state";
        var values = new { state = filter.State?.Text(), queue = filter.Queue, name = filter.Name, text = filter.Text, limit, offset };
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<JobRow>(new CommandDefinition(Page, values, cancellationToken: ct));
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, values, cancellationToken: ct));
        var states = await connection.QueryAsync<(string State, long Jobs)>(new CommandDefinition(States, cancellationToken: ct));
        return ([.. rows.Select(r => r.View())], total, states.ToDictionary(s => JobStates.State(s.State), s => s.Jobs));
    }

    /// <summary>The ids of the failed and cancelled jobs that match, oldest first.</summary>
    public async Task<IReadOnlyList<JobId>> RetryableAsync(JobFilter filter, int limit, CancellationToken ct)
    {
        const string Sql = """
            SELECT job_id FROM jobs
            WHERE state IN ('FAILED', 'CANCELLED') AND (@state IS NULL OR state = @state) AND (@queue IS NULL OR queue = @queue)
              AND (@name IS NULL OR job_name = @name)
              AND (@text IS NULL OR LOCATE(@text, payload) > 0 OR LOCATE(@text, last_error) > 0 OR LOCATE(@text, created_by) > 0)
            ORDER BY job_id LIMIT @limit
            """;
        var values = new { state = filter.State?.Text(), queue = filter.Queue, name = filter.Name, text = filter.Text, limit };
        await using var connection = await database.OpenAsync(ct);
        return [.. (await connection.QueryAsync<string>(new CommandDefinition(Sql, values, cancellationToken: ct))).Select(Jobs.JobId.Parse)];
    }

    public async Task<IReadOnlyList<JobAttempt>> AttemptsAsync(JobId id, CancellationToken ct)
    {
        const string Sql = """
            SELECT run_no AS RunNo, attempt AS Attempt, owner AS Owner, node AS Node, started_at AS StartedAt, finished_at AS FinishedAt, outcome AS Outcome,
                   error AS Error
            FROM job_attempts WHERE job_id = @id ORDER BY run_no
            """;
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<AttemptRow>(new CommandDefinition(Sql, new { id = id.ToString() }, cancellationToken: ct));
        return [.. rows.Select(r => new JobAttempt(r.RunNo, r.Attempt, r.Owner, r.Node, r.StartedAt, r.FinishedAt, JobStates.Outcome(r.Outcome), r.Error))];
    }

    public Task<IReadOnlyList<JobLogLine>> LogAsync(JobId id, long after, int limit, CancellationToken ct)
    {
        const string Sql = """
            SELECT line_id AS LineId, run_no AS RunNo, logged_at AS At, level AS Level, text AS Text
            FROM job_log WHERE job_id = @id AND line_id > @after ORDER BY line_id LIMIT @limit
            """;
        return LinesAsync(Sql, new { id = id.ToString(), after, limit }, ct);
    }

    public async Task<IReadOnlyList<JobLogLine>> LastLogAsync(JobId id, int limit, CancellationToken ct)
    {
        const string Sql = """
            SELECT line_id AS LineId, run_no AS RunNo, logged_at AS At, level AS Level, text AS Text
            FROM job_log WHERE job_id = @id ORDER BY line_id DESC LIMIT @limit
            """;
        return [.. (await LinesAsync(Sql, new { id = id.ToString(), limit }, ct)).Reverse()];
    }

    private async Task<IReadOnlyList<JobLogLine>> LinesAsync(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<LineRow>(new CommandDefinition(sql, parameters, cancellationToken: ct));
        return [.. rows.Select(r => new JobLogLine(r.LineId, r.RunNo, r.At, (LogLevel)r.Level, r.Text))];
    }

    private const string Columns = """
        job_id AS JobId, job_name AS Name, queue AS Queue, state AS State, payload AS Payload, unique_key AS UniqueKey, priority AS Priority,
        attempts AS Attempts, max_attempts AS MaxAttempts, run_no AS RunNo, lost_runs AS LostRuns, owner AS Owner, node AS Node,
        heartbeat_at AS HeartbeatAt, not_before AS NotBefore, progress AS Progress, progress_note AS ProgressNote, last_error AS LastError,
        created_by AS CreatedBy, created_at AS CreatedAt, started_at AS StartedAt, finished_at AS FinishedAt,
        cancel_requested_at AS CancelRequestedAt, cancel_requested_by AS CancelRequestedBy, cancel_reason AS CancelReason
        """;

    private sealed class JobRow
    {
        public string JobId { get; init; } = "";
        public string Name { get; init; } = "";
        public string Queue { get; init; } = "";
        public string State { get; init; } = "";
        public string Payload { get; init; } = "";
        public string? UniqueKey { get; init; }
        public int Priority { get; init; }
        public int Attempts { get; init; }
        public int MaxAttempts { get; init; }
        public int RunNo { get; init; }
        public int LostRuns { get; init; }
        public string? Owner { get; init; }
        public string? Node { get; init; }
        public DateTime? HeartbeatAt { get; init; }
        public DateTime? NotBefore { get; init; }
        public double? Progress { get; init; }
        public string? ProgressNote { get; init; }
        public string? LastError { get; init; }
        public string CreatedBy { get; init; } = "";
        public DateTime CreatedAt { get; init; }
        public DateTime? StartedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
        public DateTime? CancelRequestedAt { get; init; }
        public string? CancelRequestedBy { get; init; }
        public string? CancelReason { get; init; }

        public JobView View() => new()
        {
            Id = Jobs.JobId.Parse(JobId), Name = Name, Queue = Queue, State = JobStates.State(State), Payload = Payload, UniqueKey = UniqueKey,
            Priority = Priority, Attempts = Attempts, MaxAttempts = MaxAttempts, RunNo = RunNo, LostRuns = LostRuns, Owner = Owner, Node = Node,
            HeartbeatAt = HeartbeatAt, NotBefore = NotBefore, Progress = Progress, ProgressNote = ProgressNote, LastError = LastError, CreatedBy = CreatedBy,
            CreatedAt = CreatedAt, StartedAt = StartedAt, FinishedAt = FinishedAt, CancelRequestedAt = CancelRequestedAt,
            CancelRequestedBy = CancelRequestedBy, CancelReason = CancelReason,
        };
    }

    private sealed class AttemptRow
    {
        public int RunNo { get; init; }
        public int Attempt { get; init; }
        public string Owner { get; init; } = "";
        public string Node { get; init; } = "";
        public DateTime StartedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
        public string Outcome { get; init; } = "";
        public string? Error { get; init; }
    }

    private sealed class LineRow
    {
        public long LineId { get; init; }
        public int RunNo { get; init; }
        public DateTime At { get; init; }
        public int Level { get; init; }
        public string Text { get; init; } = "";
    }
}
