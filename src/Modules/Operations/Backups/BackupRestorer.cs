using System.Data;
using System.Data.Common;
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
/// Puts a backup in the place of the database: loads it into a database beside it, compares it there, and only then changes the tables of both in one
/// statement. Until then nothing of the warehouse is touched. Killed anywhere and run again, it ends the same.
/// </summary>
internal sealed class BackupRestorer(
    MySqlDatabase database, BackupStore store, Switches switches, SwitchBoard board, IJobDrain drain, MigrationRunner migrations, TimeProvider time, ILogger<BackupRestorer> log)
{
    /// <exception cref="BackupException">It was refused, or failed; the message says which, and that everything is as before unless it says otherwise.</exception>
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

        // A host that starts now must wait for the tables, not migrate what is about to go.
        await using var alone = await migrations.HoldAsync(cancellationToken);
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        var name = await ScalarAsync(connection, "SELECT DATABASE()", cancellationToken);
        var (incoming, previous) = ($"{name}_restore_{backup.Id.ToLowerInvariant()}", $"{name}_before_{backup.Id.ToLowerInvariant()}");
        var isGoingOn = (await TablesAsync(connection, previous, cancellationToken)).Count > 0;
        var state = isGoingOn
            ? new SwitchedOn(Switch.Maintenance, time.GetUtcNow().UtcDateTime, null, "restore", "A restore that was interrupted goes on.")
            : await MaintenanceAsync(cancellationToken);
        await using var copy = Beside(incoming);
        if (!isGoingOn)
        {
            await LoadAsync(backup, verified, connection, copy, incoming, cancellationToken);
        }

        await ChangeAsync(connection, name, incoming, previous, cancellationToken);
        await switches.OnAsync(state, cancellationToken);
        await drain.BeginAsync(state.SetBy, state.Why, cancellationToken);
        board.Forget();
        log.LogInformation("Backup {Backup} is in place; what was there lies in {Previous}", backup.Id, previous);
        return new Restored(backup, previous, verified.Tables.Count, verified.Tables.Sum(t => t.Rows), time.GetElapsedTime(begun).TotalSeconds);
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

    private async Task LoadAsync(
        Backup backup, Verification verified, SafeMySqlConnection connection, MySqlDatabase copy, string incoming, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {Identifier.Quote(incoming)}", cancellationToken);
            await ExecuteAsync(connection, $"CREATE DATABASE {Identifier.Quote(incoming)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", cancellationToken);
            await BackupVerifier.LoadAsync(store.PathOf(backup.Id), copy, cancellationToken);
            var isSameSeries = Series(verified.ServerVersion) == Series(await ScalarAsync(connection, "SELECT VERSION()", cancellationToken));
            if (TableFacts.Differences(verified.Tables, await TableFacts.ReadAsync(copy, cancellationToken), isSameSeries).FirstOrDefault() is { } wrong)
            {
                throw new BackupException($"What was loaded is not the backup: {wrong}");
            }

            await KeepViewsAsync(copy, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {Identifier.Quote(incoming)}", CancellationToken.None);
            throw new BackupException($"Backup {backup.Id} could not be restored, everything is as before: {e.Message}", e);
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
        if (coming.Any(t => t != Views))
        {
            foreach (var view in await ViewsAsync(connection, name, cancellationToken))
            {
                await ExecuteAsync(connection, $"DROP VIEW IF EXISTS {Identifier.Quote(view)}", cancellationToken);
            }

            await ExecuteAsync(connection, $"RENAME TABLE {string.Join(", ", moves)}", cancellationToken);
        }

        await MakeViewsAsync(connection, incoming, cancellationToken);
        await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {Identifier.Quote(incoming)}", cancellationToken);
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
        if (!(await TablesAsync(connection, incoming, cancellationToken)).Contains(Views))
        {
            // They were made, and the copy's database is gone or about to go.
            return;
        }

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
