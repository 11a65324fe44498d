using System.Data;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Maintenance;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <param name="Previous">The database that holds the tables as they were before.</param>
internal sealed record Restored(Backup Backup, string Previous, int Tables, long Rows, double Seconds);

/// <summary>
/// Puts a backup in the place of the database. What was there moves into a database beside it, which takes no time, and moves back when anything fails. Killed
/// anywhere and run again, it ends the same.
/// </summary>
internal sealed class BackupRestorer(
    MySqlDatabase database, BackupStore store, Switches switches, SwitchBoard board, IJobDrain drain, MigrationRunner migrations, TimeProvider time, ILogger<BackupRestorer> log)
{
    /// <exception cref="BackupException">It was refused, or failed and was taken back; the message says which and why.</exception>
    public async Task<Restored> RunAsync(Backup backup, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        if (backup.Verification is not { Passed: true } verified)
        {
            throw new BackupException($"Backup {backup.Id} was never restored into a scratch server without a problem. Run `backup verify {backup.Id}` first.");
        }

        if (await store.DamageAsync(backup, cancellationToken) is [var damage, ..])
        {
            throw new BackupException(damage);
        }

        // A host that starts now must wait for the tables, not make empty ones.
        await using var alone = await migrations.HoldAsync(cancellationToken);
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        var name = await connection.ExecuteScalarAsync<string>(new CommandDefinition("SELECT DATABASE()", cancellationToken: cancellationToken));
        var previous = $"{name}_before_{backup.Id.ToLowerInvariant()}";
        var state = await MaintenanceAsync(previous, connection, cancellationToken);
        var moved = await MoveAsync(connection, name!, previous, cancellationToken);
        try
        {
            await BackupVerifier.LoadAsync(store.PathOf(backup.Id), database, cancellationToken);
            await switches.OnAsync(state, cancellationToken);
            await drain.BeginAsync(state.SetBy, state.Why, cancellationToken);
            var tables = await TableFacts.ReadAsync(database, cancellationToken);
            var sameSeries = Series(verified.ServerVersion) == Series(await ScalarAsync(connection, "SELECT VERSION()", cancellationToken));
            var wrong = TableFacts.Differences(
                [.. verified.Tables.Where(t => TableFacts.IsStill(t.Table))], [.. tables.Where(t => TableFacts.IsStill(t.Table))], withChecksums: sameSeries).ToList();
            if (wrong.Count > 0)
            {
                throw new BackupException($"The restored database is not the backup: {string.Join(' ', wrong.Take(3))}");
            }

            board.Forget();
            return new Restored(backup, previous, tables.Count, tables.Sum(t => t.Rows), time.GetElapsedTime(begun).TotalSeconds);
        }
        catch (Exception e)
        {
            log.LogError(e, "The restore of backup {Backup} failed; {Tables} tables move back", backup.Id, moved);
            await MoveBackAsync(connection, name!, previous, CancellationToken.None);
            board.Forget();
            throw e is OperationCanceledException ? e : new BackupException($"Backup {backup.Id} could not be restored, everything is as before: {e.Message}", e);
        }
    }

    /// <summary>Puts what a restore has replaced back in its place. False when there is none of that backup.</summary>
    public async Task<bool> UndoAsync(string id, CancellationToken cancellationToken)
    {
        await using var alone = await migrations.HoldAsync(cancellationToken);
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        var name = await ScalarAsync(connection, "SELECT DATABASE()", cancellationToken);
        var previous = $"{name}_before_{id.ToLowerInvariant()}";
        if ((await TablesOfAsync(connection, previous, cancellationToken)).Count == 0)
        {
            return false;
        }

        await MoveBackAsync(connection, name, previous, cancellationToken);
        board.Forget();
        return true;
    }

    // While the tables are away nobody can read the switch: what holds then must be known from before.
    private async Task<SwitchedOn> MaintenanceAsync(string previous, SafeMySqlConnection connection, CancellationToken cancellationToken)
    {
        if ((await TablesOfAsync(connection, previous, cancellationToken)).Count > 0)
        {
            return new SwitchedOn(Switch.Maintenance, time.GetUtcNow().UtcDateTime, null, "restore", "A restore that was interrupted goes on.");
        }

        var state = (await switches.ReadAsync(cancellationToken)).FirstOrDefault(s => s.Switch == Switch.Maintenance)
            ?? throw new BackupException("The warehouse is not in maintenance: others would write while its tables are replaced. Run `maintenance start` first.");
        var running = await drain.RunningAsync(cancellationToken);
        return running == 0
            ? state
            : throw new BackupException(FormattableString.Invariant($"{running} jobs still run. They are being handed back; try again in a moment (`maintenance status`)."));
    }

    private static async Task<int> MoveAsync(SafeMySqlConnection connection, string name, string previous, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, $"CREATE DATABASE IF NOT EXISTS {TableFacts.Quote(previous)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", cancellationToken);
        var views = await ViewsAsync(connection, cancellationToken);
        var before = await TablesOfAsync(connection, previous, cancellationToken);
        if (before.Contains(Kept))
        {
            // An earlier try was killed after it had moved everything: what lies here is half a restore.
            await DropAllAsync(connection, cancellationToken);
            return before.Count;
        }

        var tables = await TableFacts.TablesAsync(connection, cancellationToken);
        await ExecuteAsync(
            connection, $"CREATE TABLE IF NOT EXISTS {TableFacts.Quote(previous)}.{Keeping} (name VARCHAR(64) NOT NULL PRIMARY KEY, text MEDIUMTEXT NOT NULL)", cancellationToken);
        foreach (var view in views)
        {
            var text = await connection.QuerySingleAsync<(string View, string Text, string Set, string Collation)>(new CommandDefinition(
                $"SHOW CREATE VIEW {TableFacts.Quote(view)}", commandType: CommandType.Text, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                $"REPLACE INTO {TableFacts.Quote(previous)}.{Keeping} (name, text) VALUES (@view, @Text)", new { view, text.Text }, cancellationToken: cancellationToken));
        }

        foreach (var view in views)
        {
            await ExecuteAsync(connection, $"DROP VIEW IF EXISTS {TableFacts.Quote(view)}", cancellationToken);
        }

        // One statement: all of them are here or there. Its last part says that it is done.
        var moves = tables.Select(t => $"{TableFacts.Quote(name)}.{TableFacts.Quote(t)} TO {TableFacts.Quote(previous)}.{TableFacts.Quote(t)}")
            .Append($"{TableFacts.Quote(previous)}.{Keeping} TO {TableFacts.Quote(previous)}.{Kept}");
        await ExecuteAsync(connection, $"RENAME TABLE {string.Join(", ", moves)}", cancellationToken);
        return tables.Count;
    }

    private static async Task MoveBackAsync(SafeMySqlConnection connection, string name, string previous, CancellationToken cancellationToken)
    {
        await DropAllAsync(connection, cancellationToken);
        var tables = (await TablesOfAsync(connection, previous, cancellationToken)).Where(t => t != Kept).ToList();
        await ExecuteAsync(
            connection,
            "RENAME TABLE " + string.Join(", ", tables.Select(t => $"{TableFacts.Quote(previous)}.{TableFacts.Quote(t)} TO {TableFacts.Quote(name)}.{TableFacts.Quote(t)}")),
            cancellationToken);
        foreach (var text in await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT text FROM {TableFacts.Quote(previous)}.{Kept} ORDER BY name", cancellationToken: cancellationToken)))
        {
            await ExecuteAsync(connection, text, cancellationToken);
        }

        await ExecuteAsync(connection, $"DROP DATABASE {TableFacts.Quote(previous)}", cancellationToken);
    }

    private static async Task DropAllAsync(SafeMySqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var view in await ViewsAsync(connection, cancellationToken))
        {
            await ExecuteAsync(connection, $"DROP VIEW IF EXISTS {TableFacts.Quote(view)}", cancellationToken);
        }

        if (await TableFacts.TablesAsync(connection, cancellationToken) is { Count: > 0 } tables)
        {
            await ExecuteAsync(connection, "SET foreign_key_checks = 0", cancellationToken);
            await ExecuteAsync(connection, $"DROP TABLE IF EXISTS {string.Join(", ", tables.Select(TableFacts.Quote))}", cancellationToken);
            await ExecuteAsync(connection, "SET foreign_key_checks = 1", cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string>> ViewsAsync(SafeMySqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY table_name", cancellationToken: cancellationToken))).AsList();

    private static async Task<IReadOnlyList<string>> TablesOfAsync(SafeMySqlConnection connection, string schema, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = @schema ORDER BY table_name", new { schema }, cancellationToken: cancellationToken))).AsList();

    private static async Task<string> ScalarAsync(SafeMySqlConnection connection, string sql, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<string>(new CommandDefinition(sql, cancellationToken: cancellationToken)) ?? "";

    // Renaming waits for readers to finish; nobody starts to read meanwhile, so it must not wait for long.
    private static Task<int> ExecuteAsync(SafeMySqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 120, commandType: CommandType.Text, cancellationToken: cancellationToken));

    // 10.11 of 10.11.19-MariaDB: sums of tables are the same within a release series.
    private static string Series(string version) => string.Join('.', version.Split('.').Take(2));

    // The views of the database before; under its second name it says that all tables have moved.
    private const string Keeping = "restore_views_being_kept";
    private const string Kept = "restore_views";
}
