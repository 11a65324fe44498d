using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Maintenance;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <param name="Until">UTC; null: the backup as it is.</param>
/// <param name="Previous">The database that holds the tables as they were before.</param>
/// <param name="Tables">Null: unknown, because a restore was gone on with that an earlier run had loaded.</param>
/// <param name="NextBackup">The job that makes a backup of the new history once jobs run again; null where no log leads on from one.</param>
internal sealed record Restored(Backup Backup, DateTime? Until, string Previous, int? Tables, long? Rows, double Seconds, string? NextBackup);

/// <summary>
/// Puts a backup in the place of the database: loads it into a database beside it, compares it there, and only then changes the tables of both in one
/// statement. Until then nothing of the warehouse is touched. Killed anywhere and run again, it ends the same.
/// </summary>
internal sealed class BackupRestorer(
    MySqlDatabase database, BinaryLog binaryLog, BackupStore store, RollForward forward, Switches switches, SwitchBoard board, IJobDrain drain, IJobs jobs,
    MigrationRunner migrations, TimeProvider time, ILogger<BackupRestorer> log)
{
    /// <param name="backup">One that was verified.</param>
    /// <param name="until">UTC, whole seconds: with everything the log has from the backup up to then. Null: the backup as it is.</param>
    /// <param name="cancellationToken">Ends it between two statements.</param>
    /// <exception cref="BackupException">It was refused, or failed; the message says which, and that everything is as before unless it says otherwise.</exception>
    public async Task<Restored> RunAsync(Backup backup, DateTime? until, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        if (backup.Verification is not { Passed: true } verified)
        {
            throw new BackupException($"Backup {backup.Id} was never restored into a scratch server without a problem. Run `backup verify {backup.Id}` first.");
        }

        using var only = store.Alone();
        if (await store.DamageAsync(backup, cancellationToken) is [var damage, ..])
        {
            throw new BackupException(damage);
        }

        // A host that starts now must wait for the tables, not migrate what is about to go.
        await using var alone = await migrations.HoldAsync(cancellationToken);
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        var name = await ScalarAsync(connection, "SELECT DATABASE()", cancellationToken);
        var (incoming, previous, isGoingOn) = await PlaceAsync(
            connection, name, until is { } point ? point.ToString("'at_'yyyyMMdd't'HHmmss'z'", CultureInfo.InvariantCulture) : backup.Id.ToLowerInvariant(), cancellationToken);
        var state = isGoingOn
            ? new SwitchedOn(Switch.Maintenance, time.GetUtcNow().UtcDateTime, null, "restore", "A restore that was interrupted goes on.")
            : await MaintenanceAsync(cancellationToken);
        await using var copy = Beside(incoming);
        IReadOnlyList<TableFact>? loaded = isGoingOn && until is not null ? null : verified.Tables;
        if (!isGoingOn)
        {
            loaded = await LoadAsync(backup, until, verified, connection, copy, incoming, cancellationToken);
        }

        await store.MarkAsync(new RestoreMark(await binaryLog.NowAsync(cancellationToken), backup.Id, until), cancellationToken);
        await ChangeAsync(connection, name, incoming, previous, cancellationToken);
        await switches.OnAsync(state, cancellationToken);
        await drain.BeginAsync(state.SetBy, state.Why, cancellationToken);
        board.Forget();
        var next = await binaryLog.ObstacleAsync(cancellationToken) is null
            ? (await BackupJob.EnqueueAsync(jobs, state.SetBy, "the restore before it", cancellationToken)).ToString()
            : null;
        // The last step: whoever finds it gone knows that this restore came to its end.
        await ExecuteAsync(connection, $"DROP DATABASE {Identifier.Quote(incoming)}", cancellationToken);
        log.LogInformation("Backup {Backup} until {Until} is in place; what was there lies in {Previous}", backup.Id, until ?? backup.CreatedAt, previous);
        return new Restored(backup, until, previous, loaded?.Count, loaded?.Sum(t => t.Rows), time.GetElapsedTime(begun).TotalSeconds, next);
    }

    // The databases beside the warehouse, and whether an earlier run has begun to change tables. Of a restore that came to its end only what was there before is left.
    private static async Task<(string Incoming, string Previous, bool IsGoingOn)> PlaceAsync(
        SafeMySqlConnection connection, string name, string what, CancellationToken cancellationToken)
    {
        for (var times = 1; ; times++)
        {
            var suffix = times == 1 ? what : string.Create(CultureInfo.InvariantCulture, $"{what}_{times}");
            var (incoming, previous) = ($"{name}_restore_{suffix}", $"{name}_before_{suffix}");
            var (hasPrevious, hasIncoming) = (await ExistsAsync(connection, previous, cancellationToken), await ExistsAsync(connection, incoming, cancellationToken));
            if (!hasPrevious || hasIncoming)
            {
                return (incoming, previous, hasPrevious);
            }
        }
    }

    private MySqlDatabase Beside(string name)
    {
        var login = new DbConnectionStringBuilder { ConnectionString = database.ConnectionString };
        login["database"] = name;
        return new MySqlDatabase(login.ConnectionString, maxPoolSize: 2);
    }

    private async Task<SwitchedOn> MaintenanceAsync(CancellationToken cancellationToken)
    {
        var state = (await switches.ReadAsync(cancellationToken)).FirstOrDefault(s => s.Switch == Switch.Maintenance)
            ?? throw new BackupException("The warehouse is not in maintenance: others would write while its tables are replaced. Run `maintenance start` first.");
        var running = await drain.RunningAsync(cancellationToken);
        return running == 0
            ? state
            : throw new BackupException(FormattableString.Invariant($"{running} jobs still run. They are being handed back; try again in a moment (`maintenance status`)."));
    }

    private async Task<IReadOnlyList<TableFact>> LoadAsync(
        Backup backup, DateTime? until, Verification verified, SafeMySqlConnection connection, MySqlDatabase copy, string incoming, CancellationToken cancellationToken)
    {
        try
        {
            await EndSessionsAsync(connection, incoming, cancellationToken);
            await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {Identifier.Quote(incoming)}", cancellationToken);
            await ExecuteAsync(connection, $"CREATE DATABASE {Identifier.Quote(incoming)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", cancellationToken);
            var (version, wanted) = (verified.ServerVersion, verified.Tables);
            if (until is { } point)
            {
                (version, wanted) = await forward.RunAsync(backup, point, copy, cancellationToken);
            }
            else
            {
                await BackupVerifier.LoadAsync(store.PathOf(backup.Id), copy, cancellationToken);
            }

            var isSameSeries = Series(version) == Series(await ScalarAsync(connection, "SELECT VERSION()", cancellationToken));
            if (TableFacts.Differences(wanted, await TableFacts.ReadAsync(copy, cancellationToken), isSameSeries).FirstOrDefault() is { } wrong)
            {
                throw new BackupException($"What was loaded is not the backup: {wrong}");
            }

            await KeepViewsAsync(copy, cancellationToken);
            return wanted;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {Identifier.Quote(incoming)}", CancellationToken.None);
            throw new BackupException($"Backup {backup.Id} could not be restored, everything is as before: {e.Message}", e);
        }
    }

    // The programs of a run that was killed may still be loading.
    private static async Task EndSessionsAsync(SafeMySqlConnection connection, string incoming, CancellationToken cancellationToken)
    {
        foreach (var session in await connection.QueryAsync<ulong>(new CommandDefinition(
            "SELECT id FROM information_schema.processlist WHERE db = @incoming", new { incoming }, cancellationToken: cancellationToken)))
        {
            await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"KILL {session}"), cancellationToken);
        }
    }

    // All tables in one statement. Should the server die in the middle of it, the next run sees for each table where it is, and moves the rest.
    private static async Task ChangeAsync(SafeMySqlConnection connection, string name, string incoming, string previous, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, $"CREATE DATABASE IF NOT EXISTS {Identifier.Quote(previous)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", cancellationToken);
        var (here, coming, gone) = (
            await TablesAsync(connection, name, cancellationToken), await TablesAsync(connection, incoming, cancellationToken), await TablesAsync(connection, previous, cancellationToken));
        var moves = here.Where(t => !gone.Contains(t)).Select(t => (From: name, To: previous, Table: t))
            .Concat(coming.Where(t => t != Views).Select(t => (From: incoming, To: name, Table: t)))
            .Select(m => $"{Identifier.Quote(m.From)}.{Identifier.Quote(m.Table)} TO {Identifier.Quote(m.To)}.{Identifier.Quote(m.Table)}")
            .ToList();
        foreach (var view in await ViewsAsync(connection, name, cancellationToken))
        {
            await ExecuteAsync(connection, $"DROP VIEW IF EXISTS {Identifier.Quote(view)}", cancellationToken);
        }

        if (coming.Any(t => t != Views))
        {
            await ExecuteAsync(connection, $"RENAME TABLE {string.Join(", ", moves)}", cancellationToken);
        }

        await MakeViewsAsync(connection, incoming, cancellationToken);
    }

    /// <summary>Keeps the text of the copy's views: they cannot be moved, and can be read only as long as their tables are beside them.</summary>
    internal static async Task KeepViewsAsync(MySqlDatabase copy, CancellationToken cancellationToken)
    {
        await using var connection = await copy.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"CREATE TABLE {Views} (name VARCHAR(64) NOT NULL PRIMARY KEY, text MEDIUMTEXT NOT NULL)", cancellationToken);
        foreach (var view in await ViewsAsync(connection, await ScalarAsync(connection, "SELECT DATABASE()", cancellationToken), cancellationToken))
        {
            // It names no database as long as it is read in its own.
            var (_, text, _, _) = await connection.QuerySingleAsync<(string View, string Text, string Set, string Collation)>(new CommandDefinition(
                $"SHOW CREATE VIEW {Identifier.Quote(view)}", commandType: CommandType.Text, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                $"INSERT INTO {Views} (name, text) VALUES (@view, @text)", new { view, text }, cancellationToken: cancellationToken));
        }
    }

    private static async Task MakeViewsAsync(SafeMySqlConnection connection, string incoming, CancellationToken cancellationToken)
    {
        foreach (var text in await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT text FROM {Identifier.Quote(incoming)}.{Views} ORDER BY name", cancellationToken: cancellationToken)))
        {
            await ExecuteAsync(connection, text, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string>> ViewsAsync(SafeMySqlConnection connection, string schema, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT table_name FROM information_schema.views WHERE table_schema = @schema ORDER BY table_name", new { schema }, cancellationToken: cancellationToken))).AsList();

    private static async Task<IReadOnlyList<string>> TablesAsync(SafeMySqlConnection connection, string schema, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = @schema AND table_type = 'BASE TABLE' ORDER BY table_name",
            new { schema },
            cancellationToken: cancellationToken))).AsList();

    private static async Task<bool> ExistsAsync(SafeMySqlConnection connection, string schema, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = @schema", new { schema }, cancellationToken: cancellationToken)) == 1;

    private static async Task<string> ScalarAsync(SafeMySqlConnection connection, string sql, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<string>(new CommandDefinition(sql, cancellationToken: cancellationToken)) ?? "";

    // Renaming waits for readers to finish; nobody starts to read meanwhile, so it must not wait for long.
    private static Task<int> ExecuteAsync(SafeMySqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 120, commandType: CommandType.Text, cancellationToken: cancellationToken));

    // 10.11 of 10.11.19-MariaDB: sums of tables are the same within a release series.
    private static string Series(string version) => string.Join('.', version.Split('.').Take(2));

    // In the copy's database, made after it was compared: no table of the warehouse.
    private const string Views = "restored_views";
}
