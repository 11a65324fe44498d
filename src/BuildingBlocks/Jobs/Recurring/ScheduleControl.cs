using System.Data.Common;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>A schedule as the operator who holds its row finds it.</summary>
internal sealed record ScheduleState(string Cron, string TimeZone, DateTime? PausedAt, DateTime? RetiredAt);

/// <summary>The schedules' table, for operators. Whoever changes a row holds its lock, so keeper and operators come one after the other.</summary>
internal sealed class ScheduleControl(MySqlDatabase database)
{
    private const int Previewed = 5;

    public async Task<IReadOnlyList<RecurringView>> ListAsync(string? name, DateTime now, CancellationToken ct)
    {
        const string Sql = """
            SELECT s.name AS Name, s.description AS Description, s.job_name AS JobName, s.cron AS Cron, s.time_zone AS TimeZone, s.next_at AS NextAt,
                   s.last_at AS LastAt, s.skipped AS Skipped, s.last_skipped_at AS LastSkippedAt, s.paused_at AS PausedAt, s.paused_by AS PausedBy,
                   s.paused_why AS PausedWhy, s.changed_at AS ChangedAt, s.changed_by AS ChangedBy, s.retired_at AS RetiredAt,
                   j.job_id AS JobId, j.state AS State, j.last_error AS LastError, j.finished_at AS FinishedAt
            FROM job_schedules s
            LEFT JOIN jobs j ON j.job_id = s.last_job_id
            WHERE @name IS NULL OR s.name = @name
            ORDER BY s.name
            """;
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(Sql, new { name }, cancellationToken: ct));
        return [.. rows.Select(row => row.View(now))];
    }

    /// <summary>Locks a schedule for a change.</summary>
    public static Task<ScheduleState?> HoldAsync(DbTransaction tx, string name, CancellationToken ct)
    {
        const string Sql = """
            SELECT cron AS Cron, time_zone AS TimeZone, paused_at AS PausedAt, retired_at AS RetiredAt FROM job_schedules WHERE name = @name FOR UPDATE
            """;
        return tx.Connection!.QuerySingleOrDefaultAsync<ScheduleState>(new CommandDefinition(Sql, new { name }, tx, cancellationToken: ct));
    }

    public static Task TriggeredAsync(DbTransaction tx, string name, JobId job, DateTime now, CancellationToken ct)
    {
        const string Sql = "UPDATE job_schedules SET last_at = @now, last_job_id = @job WHERE name = @name";
        return tx.Connection!.ExecuteAsync(new CommandDefinition(Sql, new { name, now, job = job.ToString() }, tx, cancellationToken: ct));
    }

    public static Task PauseAsync(DbTransaction tx, string name, string by, string? why, DateTime now, CancellationToken ct)
    {
        const string Sql = "UPDATE job_schedules SET paused_at = @now, paused_by = @by, paused_why = @why WHERE name = @name";
        return tx.Connection!.ExecuteAsync(new CommandDefinition(Sql, new { name, now, by, why }, tx, cancellationToken: ct));
    }

    public static Task ResumeAsync(DbTransaction tx, string name, DateTime next, CancellationToken ct)
    {
        const string Sql = "UPDATE job_schedules SET paused_at = NULL, paused_by = NULL, paused_why = NULL, next_at = @next WHERE name = @name";
        return tx.Connection!.ExecuteAsync(new CommandDefinition(Sql, new { name, next }, tx, cancellationToken: ct));
    }

    public static Task ChangeAsync(DbTransaction tx, string name, (string Cron, string TimeZone, DateTime Next) to, string by, DateTime now, CancellationToken ct)
    {
        const string Sql = """
            UPDATE job_schedules SET cron = @Cron, time_zone = @TimeZone, next_at = @Next, changed_at = @now, changed_by = @by WHERE name = @name
            """;
        return tx.Connection!.ExecuteAsync(new CommandDefinition(Sql, new { name, to.Cron, to.TimeZone, to.Next, by, now }, tx, cancellationToken: ct));
    }

    private sealed class Row
    {
        public string Name { get; init; } = "";
        public string Description { get; init; } = "";
        public string JobName { get; init; } = "";
        public string Cron { get; init; } = "";
        public string TimeZone { get; init; } = "";
        public DateTime NextAt { get; init; }
        public DateTime? LastAt { get; init; }
        public long Skipped { get; init; }
        public DateTime? LastSkippedAt { get; init; }
        public DateTime? PausedAt { get; init; }
        public string? PausedBy { get; init; }
        public string? PausedWhy { get; init; }
        public DateTime? ChangedAt { get; init; }
        public string? ChangedBy { get; init; }
        public DateTime? RetiredAt { get; init; }
        public string? JobId { get; init; }
        public string? State { get; init; }
        public string? LastError { get; init; }
        public DateTime? FinishedAt { get; init; }

        public RecurringView View(DateTime now) => new()
        {
            Name = Name, Description = Description, JobName = JobName, Cron = Cron, TimeZone = TimeZone, LastAt = LastAt, Skipped = Skipped,
            LastSkippedAt = LastSkippedAt, ChangedAt = ChangedAt, ChangedBy = ChangedBy, RetiredAt = RetiredAt, LastJob = LastJob(),
            Paused = PausedAt is { } at ? new RecurringPause(at, PausedBy ?? "", PausedWhy) : null,
            NextAt = PausedAt is null && RetiredAt is null ? NextAt : null,
            Preview = RetiredAt is null && CronTimes.Read(Cron, TimeZone, now) is { Succeeded: true } times ? times.Value.Next(now, Previewed) : [],
        };

        private RecurringRun? LastJob()
        {
            if (JobId is null || State is null)
            {
                return null;
            }

            var state = JobStates.State(State);
            return new RecurringRun(Jobs.JobId.Parse(JobId), state, state is JobState.Succeeded ? null : LastError, FinishedAt);
        }
    }
}
