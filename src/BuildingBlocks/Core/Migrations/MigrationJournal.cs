using Dapper;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>A row of <c>schema_migrations</c>.</summary>
internal sealed class MigrationEntry
{
    public int Version { get; init; }
    public string Name { get; init; } = "";
    public string Checksum { get; init; } = "";
    public string DownChecksum { get; init; } = "";
    public string State { get; init; } = "";
    public int StatementsDone { get; init; }
    public string DoneChecksum { get; init; } = "";
    public string? Error { get; init; }
    public DateTime AppliedAt { get; init; }
    public long DurationMs { get; init; }
    public string AppliedBy { get; init; } = "";

    public bool IsApplied => State is MigrationJournal.Applied;
}

/// <summary>
/// The table <c>schema_migrations</c>. MySQL commits before and after every DDL statement, so a step cannot be undone as a whole;
/// the journal counts the finished statements instead, and the next run goes on after them.
/// </summary>
internal sealed class MigrationJournal(SafeMySqlConnection connection, TimeProvider time)
{
    public const string Applied = "applied";
    public const string Running = "running";
    public const string Failed = "failed";

    public async Task EnsureAsync(CancellationToken ct)
    {
        const string Sql =
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version INT UNSIGNED NOT NULL PRIMARY KEY,
                name VARCHAR(120) NOT NULL,
                checksum CHAR(64) CHARACTER SET ascii NOT NULL,
                down_checksum CHAR(64) CHARACTER SET ascii NOT NULL,
                state VARCHAR(10) CHARACTER SET ascii NOT NULL,
                statements_done INT UNSIGNED NOT NULL,
                done_checksum CHAR(64) CHARACTER SET ascii NOT NULL,
                error TEXT NULL,
                applied_at DATETIME(3) NOT NULL,
                duration_ms BIGINT UNSIGNED NOT NULL,
                applied_by VARCHAR(255) NOT NULL
            ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
            """;
        if (!await ExistsAsync(ct))
        {
            await ExecuteAsync(Sql, null, ct);
        }
    }

    public async Task<bool> ExistsAsync(CancellationToken ct) =>
        await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'",
            cancellationToken: ct)) > 0;

    public async Task<IReadOnlyList<MigrationEntry>> ReadAsync(CancellationToken ct)
    {
        const string Sql =
            """
            SELECT version AS Version, name AS Name, checksum AS Checksum, down_checksum AS DownChecksum, state AS State,
                   statements_done AS StatementsDone, done_checksum AS DoneChecksum, error AS Error, applied_at AS AppliedAt,
                   duration_ms AS DurationMs, applied_by AS AppliedBy
            FROM schema_migrations ORDER BY version
            """;
        return [.. await connection.QueryAsync<MigrationEntry>(new CommandDefinition(Sql, cancellationToken: ct))];
    }

    /// <summary>Marks a step as begun; what an earlier attempt finished stays counted.</summary>
    public Task BeginAsync(Migration migration, CancellationToken ct) => ExecuteAsync(
        """
        INSERT INTO schema_migrations
            (version, name, checksum, down_checksum, state, statements_done, done_checksum, error, applied_at, duration_ms, applied_by)
        VALUES (@Version, @Name, @Checksum, @DownChecksum, 'running', 0, '', NULL, @Now, 0, @Machine)
        ON DUPLICATE KEY UPDATE checksum = @Checksum, down_checksum = @DownChecksum, state = 'running', error = NULL,
            applied_at = @Now, applied_by = @Machine
        """,
        new { migration.Version, migration.Name, migration.Checksum, migration.DownChecksum, Now, Machine = Environment.MachineName },
        ct);

    public Task ProgressAsync(Migration migration, int done, CancellationToken ct) => ExecuteAsync(
        "UPDATE schema_migrations SET statements_done = @done, done_checksum = @sum WHERE version = @Version",
        new { done, sum = ChecksumOf(migration, done), migration.Version },
        ct);

    public Task FinishAsync(Migration migration, TimeSpan duration, CancellationToken ct) => ExecuteAsync(
        "UPDATE schema_migrations SET state = 'applied', applied_at = @Now, duration_ms = @ms WHERE version = @Version",
        new { Now, ms = (long)duration.TotalMilliseconds, migration.Version },
        ct);

    public Task FailAsync(Migration migration, string error, CancellationToken ct) => ExecuteAsync(
        "UPDATE schema_migrations SET state = 'failed', error = @error WHERE version = @Version", new { error, migration.Version }, ct);

    public Task RemoveAsync(Migration migration, CancellationToken ct) =>
        ExecuteAsync("DELETE FROM schema_migrations WHERE version = @Version", new { migration.Version }, ct);

    /// <summary>Of the first <paramref name="done"/> statements: they must not change while the rest is repaired.</summary>
    public static string ChecksumOf(Migration migration, int done) =>
        Migration.Hash(string.Join(";\n", migration.Up.Take(done).Select(statement => statement.Text)));

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
}
