using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>Which jobs; null is any.</summary>
/// <param name="Name">The command's wire name.</param>
/// <param name="Text">In the payload, the last error or who asked; or the id.</param>
internal sealed record JobFilter(JobState? State, string? Queue, string? Name, string? Text);

/// <summary>What operators see.</summary>
internal sealed class JobReads(MySqlDatabase database, JobCounts counts)
{
    /// <summary>An id sorts by creation.</summary>
    public static readonly SortWords Sorts = new(
        "job_id", "-created", ("created", "job_id"), ("state", "state"), ("queue", "queue"), ("name", "job_name"), ("attempts", "attempts"), ("finished", "finished_at"));

    public async Task<JobView?> GetAsync(JobId id, CancellationToken ct)
    {
        const string Sql = $"SELECT {Columns} FROM jobs WHERE job_id = @id";
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<JobRow>(new CommandDefinition(Sql, new { id = id.ToString() }, cancellationToken: ct));
        return row?.View();
    }

    /// <summary>
    /// A page of the jobs that match, how many match, and how many of all jobs are in each state. Newest first walks the primary key; any other order sorts what
    /// matches, of which no more than the page and what lies before it are held.
    /// </summary>
    public async Task<(IReadOnlyList<JobView> Jobs, long Total, IReadOnlyDictionary<JobState, long> States)> ListAsync(
        JobFilter filter, string? sort, int limit, int offset, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var askers = filter.Text is null ? [] : await RoutineAskersAsync(connection, filter.Text, ct);
        var where = filter.Text is not null && askers.Count == 0 ? WhereNotRoutine : Where;
        var page = $"SELECT {Columns} FROM jobs {where} {Sorts.OrderBy(sort)} LIMIT @limit OFFSET @offset";
        var rows = await connection.QueryAsync<JobRow>(new CommandDefinition(page, Values(filter, limit, offset), cancellationToken: ct));
        var states = await counts.ReadAsync(connection, ct);
        var total = filter is not { Queue: null, Name: null, Text: null } ? await CountAsync(connection, filter, askers, ct)
            : filter.State is { } state ? states.GetValueOrDefault(state)
            : states.Values.Sum();
        return ([.. rows.Select(r => r.View())], total, states);
    }

    /// <summary>Who asked for routine jobs that have the text in them: nearly all jobs are routine, and of their text only who asked differs.</summary>
    private static async Task<IReadOnlyList<string>> RoutineAskersAsync(SafeMySqlConnection connection, string text, CancellationToken ct)
    {
        // Grouped by the whole key: so the server goes from one asker to the next, and not through their jobs.
        const string Sql = """
            SELECT created_by FROM jobs
            GROUP BY is_routine, created_by
            HAVING is_routine = 1 AND (LOCATE(@text, created_by) > 0 OR LOCATE(@text, '{}') > 0)
            """;
        return (await connection.QueryAsync<string>(new CommandDefinition(Sql, new { text }, cancellationToken: ct))).AsList();
    }

    private static async Task<long> CountAsync(SafeMySqlConnection connection, JobFilter filter, IReadOnlyList<string> askers, CancellationToken ct)
    {
        const string All = $"SELECT COUNT(*) FROM jobs {Where}";
        const string NotRoutine = $"SELECT COUNT(*) FROM jobs {WhereNotRoutine}";
        const string Routine = $"SELECT COUNT(*) FROM jobs WHERE {Chosen} AND is_routine = 1 AND created_by IN @askers AND job_id <> @text";
        if (filter.Text is null)
        {
            return await CountedAsync(All);
        }

        var others = await CountedAsync(NotRoutine);
        return askers.Count == 0 ? others : others + await CountedAsync(Routine);

        Task<long> CountedAsync(string sql) => connection.ExecuteScalarAsync<long>(new CommandDefinition(sql, Values(filter, 0, 0, askers), cancellationToken: ct));
    }

    /// <summary>The ids of the failed and cancelled jobs that match, oldest first.</summary>
    public async Task<IReadOnlyList<JobId>> RetryableAsync(JobFilter filter, int limit, CancellationToken ct)
    {
        const string Sql = $"SELECT job_id FROM jobs {Where} AND state IN ('FAILED', 'CANCELLED') ORDER BY job_id LIMIT @limit";
        await using var connection = await database.OpenAsync(ct);
        return [.. (await connection.QueryAsync<string>(new CommandDefinition(Sql, Values(filter, limit, 0), cancellationToken: ct))).Select(Jobs.JobId.Parse)];
    }

    /// <summary>Jobs that ended from an instant on, by full hours since and state.</summary>
    public async Task<IReadOnlyList<(long Hour, JobState State, long Jobs)>> EndedAsync(DateTime from, DateTime until, CancellationToken ct)
    {
        const string Sql = """
            SELECT TIMESTAMPDIFF(HOUR, @from, finished_at), state, COUNT(*)
            FROM jobs WHERE finished_at >= @from AND finished_at < @until
            GROUP BY 1, 2
            """;
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(long Hour, string State, long Jobs)>(new CommandDefinition(Sql, new { from, until }, cancellationToken: ct));
        return [.. rows.Select(r => (r.Hour, JobStates.State(r.State), r.Jobs))];
    }

    /// <summary>Another job, not finished, that has the unique key of this one: while it lives this one cannot be retried. Null where there is nothing to retry.</summary>
    public async Task<string?> SameWorkAsync(JobView job, CancellationToken ct)
    {
        const string Sql = "SELECT job_id FROM jobs WHERE job_name = @Name AND live_key = @UniqueKey AND job_id <> @id";
        if (job.UniqueKey is null || job.State is not (JobState.Failed or JobState.Cancelled))
        {
            return null;
        }

        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Sql, new { job.Name, job.UniqueKey, id = job.Id.ToString() }, cancellationToken: ct));
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

    public async Task<IReadOnlyList<JobLogLine>> LogAsync(JobId id, long after, int limit, CancellationToken ct)
    {
        const string Sql = $"{Lines} AND line_id > @after ORDER BY line_id LIMIT @limit";
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<LineRow>(new CommandDefinition(Sql, new { id = id.ToString(), after, limit }, cancellationToken: ct));
        return [.. rows.Select(r => r.Line())];
    }

    /// <summary>The last lines, oldest first.</summary>
    public async Task<IReadOnlyList<JobLogLine>> LastLinesAsync(JobId id, int limit, CancellationToken ct)
    {
        const string Sql = $"{Lines} ORDER BY line_id DESC LIMIT @limit";
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<LineRow>(new CommandDefinition(Sql, new { id = id.ToString(), limit }, cancellationToken: ct));
        return [.. rows.Select(r => r.Line()).Reverse()];
    }

    private static object Values(JobFilter filter, int limit, int offset, IReadOnlyList<string>? askers = null) =>
        new { state = filter.State?.Text(), queue = filter.Queue, name = filter.Name, text = filter.Text, limit, offset, askers };

    private const string Chosen = "(@state IS NULL OR state = @state) AND (@queue IS NULL OR queue = @queue) AND (@name IS NULL OR job_name = @name)";

    private const string InText = "LOCATE(@text, payload) > 0 OR LOCATE(@text, last_error) > 0 OR LOCATE(@text, created_by) > 0";

    private const string Where = $"WHERE {Chosen} AND (@text IS NULL OR {InText} OR job_id = @text)";

    // The same, where no routine job has the text but one whose id it is.
    private const string WhereNotRoutine = $"WHERE {Chosen} AND ((is_routine = 0 AND ({InText})) OR job_id = @text)";

    private const string Lines = """
        SELECT line_id AS LineId, run_no AS RunNo, logged_at AS At, level AS Level, text AS Text
        FROM job_log WHERE job_id = @id
        """;

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
            Id = Jobs.JobId.Parse(JobId),
            Name = Name,
            Queue = Queue,
            State = JobStates.State(State),
            Payload = Payload,
            UniqueKey = UniqueKey,
            Priority = Priority,
            Attempts = Attempts,
            MaxAttempts = MaxAttempts,
            RunNo = RunNo,
            LostRuns = LostRuns,
            Owner = Owner,
            Node = Node,
            HeartbeatAt = HeartbeatAt,
            NotBefore = NotBefore,
            Progress = Progress,
            ProgressNote = ProgressNote,
            LastError = LastError,
            CreatedBy = CreatedBy,
            CreatedAt = CreatedAt,
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            CancelRequestedAt = CancelRequestedAt,
            CancelRequestedBy = CancelRequestedBy,
            CancelReason = CancelReason,
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

        public JobLogLine Line() => new(LineId, RunNo, At, (LogLevel)Level, Text);
    }
}
