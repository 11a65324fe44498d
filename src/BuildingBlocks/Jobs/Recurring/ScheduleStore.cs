using System.Data;
using System.Data.Common;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>When a schedule is next due, under its row's lock.</summary>
internal sealed record DueSchedule(string Cron, string TimeZone, DateTime NextAt);

/// <summary>The schedules' table, for the keeper. Instants come from the caller's clock.</summary>
internal sealed class ScheduleStore(MySqlDatabase database)
{
    /// <summary>
    /// Makes the table say what code declares: a new schedule gets its defaults, one that is there keeps its cron, its zone and its pause, one that comes
    /// back goes on with the next instant, one that is gone is retired.
    /// </summary>
    public async Task DeclareAsync(IReadOnlyCollection<RecurringJob> declared, DateTime now, CancellationToken ct)
    {
        const string Declare = """
            INSERT INTO job_schedules (name, job_name, payload, description, cron, time_zone, next_at, declared_at, paused_at, paused_by, paused_why)
            VALUES (@Name, @JobName, @Payload, @Description, @Cron, @TimeZone, @next, @now, @pausedAt, @pausedBy, @pausedWhy)
            ON DUPLICATE KEY UPDATE job_name = VALUES(job_name), payload = VALUES(payload), description = VALUES(description)
            """;
        const string Retired = "SELECT cron, time_zone FROM job_schedules WHERE name = @Name AND retired_at IS NOT NULL";
        const string Return = "UPDATE job_schedules SET retired_at = NULL, next_at = @next WHERE name = @Name AND retired_at IS NOT NULL";
        const string Known = "SELECT name FROM job_schedules WHERE retired_at IS NULL";
        const string Retire = "UPDATE job_schedules SET retired_at = @now WHERE name = @name AND retired_at IS NULL";
        await using var connection = await database.OpenAsync(ct);
        foreach (var job in declared.OrderBy(job => job.Name, StringComparer.Ordinal))
        {
            var paused = !job.Enabled;
            await connection.ExecuteAsync(new CommandDefinition(
                Declare,
                new
                {
                    job.Name, job.JobName, job.Payload, job.Description, job.Cron, job.TimeZone, now, next = NextAfter(job.Cron, job.TimeZone, now),
                    pausedAt = paused ? now : (DateTime?)null, pausedBy = paused ? "configuration" : null,
                    pausedWhy = paused ? $"Schedules:{job.Name}:Enabled is false" : null,
                },
                cancellationToken: ct));
            var back = await connection.QuerySingleOrDefaultAsync<(string? Cron, string TimeZone)>(
                new CommandDefinition(Retired, new { job.Name }, cancellationToken: ct));
            if (back.Cron is { } cron)
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    Return, new { job.Name, next = NextAfter(cron, back.TimeZone, now) }, cancellationToken: ct));
            }
        }

        var known = await connection.QueryAsync<string>(new CommandDefinition(Known, cancellationToken: ct));
        foreach (var name in known.Except(declared.Select(job => job.Name), StringComparer.Ordinal))
        {
            await connection.ExecuteAsync(new CommandDefinition(Retire, new { name, now }, cancellationToken: ct));
        }
    }

    /// <summary>Every schedule that is not paused, and when it is next due.</summary>
    public async Task<IReadOnlyList<(string Name, DateTime NextAt)>> UpcomingAsync(CancellationToken ct)
    {
        const string Sql = "SELECT name, next_at FROM job_schedules WHERE paused_at IS NULL ORDER BY next_at";
        await using var connection = await database.OpenAsync(ct);
        return [.. await connection.QueryAsync<(string, DateTime)>(new CommandDefinition(Sql, cancellationToken: ct))];
    }

    /// <summary>
    /// A connection of its own: if this process freezes inside its transaction, the server ends it after some seconds, and other nodes find no lock left.
    /// </summary>
    public async Task<SafeMySqlConnection> OpenAsync(CancellationToken ct)
    {
        const string MariaDb = "SET SESSION idle_transaction_timeout = 5, innodb_lock_wait_timeout = 2";
        const string MySql = "SET SESSION wait_timeout = 60, innodb_lock_wait_timeout = 2";
        var connection = await database.OpenDedicatedAsync(ct);
        try
        {
            var isMariaDb = connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
            await connection.ExecuteAsync(new CommandDefinition(isMariaDb ? MariaDb : MySql, cancellationToken: ct));
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Locks a schedule that is due. Null when it is not, or another node has it in hand.</summary>
    public static Task<DueSchedule?> TakeAsync(DbTransaction tx, string name, DateTime now, CancellationToken ct)
    {
        const string Sql = """
            SELECT cron AS Cron, time_zone AS TimeZone, next_at AS NextAt
            FROM job_schedules WHERE name = @name AND paused_at IS NULL AND next_at <= @now
            FOR UPDATE SKIP LOCKED
            """;
        return tx.Connection!.QuerySingleOrDefaultAsync<DueSchedule>(new CommandDefinition(Sql, new { name, now }, tx, cancellationToken: ct));
    }

    /// <summary>Moves a schedule on: with its new job, or past an instant that was skipped. One that fires is declared somewhere, so it is not retired.</summary>
    public static Task MoveAsync(DbTransaction tx, string name, DateTime next, JobId? job, DateTime now, CancellationToken ct)
    {
        const string Fired = """
            UPDATE job_schedules SET next_at = @next, last_at = @now, last_job_id = @job, retired_at = NULL WHERE name = @name
            """;
        const string Skipped = """
            UPDATE job_schedules SET next_at = @next, skipped = skipped + 1, last_skipped_at = @now, retired_at = NULL WHERE name = @name
            """;
        return tx.Connection!.ExecuteAsync(new CommandDefinition(
            job is null ? Skipped : Fired, new { name, next, now, job = job?.ToString() }, tx, cancellationToken: ct));
    }

    /// <exception cref="InvalidOperationException">The row holds no schedule.</exception>
    public static DateTime NextAfter(string cron, string timeZone, DateTime after) =>
        CronTimes.Read(cron, timeZone, after) is { Succeeded: true } times
            ? times.Value.After(after)!.Value
            : throw new InvalidOperationException($"'{cron}' in {timeZone} is no schedule.");
}
