using System.Data;
using System.IO.Compression;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>
/// Restores a backup into a server of its own, which lives as long as that takes, and asks it what it holds. A backup nobody has restored is a hope.
/// </summary>
internal sealed class BackupVerifier(BackupStore store, TimeProvider time, ILogger<BackupVerifier> log)
{
    private const string Scratch = "themepark_scratch";

    /// <summary>The backup with what was found, which is written into its description too.</summary>
    /// <exception cref="EmbeddedMariaDbException">The scratch server does not start: nothing is known of the backup.</exception>
    public async Task<Backup> RunAsync(Backup backup, CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow().UtcDateTime;
        var problems = new List<string>(await store.DamageAsync(backup, cancellationToken));
        IReadOnlyList<TableFact> tables = [];
        var version = "";
        if (problems.Count == 0)
        {
            var directory = Path.Combine(store.Root, $"scratch-{Guid.NewGuid():n}");
            try
            {
                (version, tables) = await RestoreAsync(backup, directory, problems, cancellationToken);
            }
            finally
            {
                if (Directory.Exists(directory))
                {
                    Directory.Delete(directory, recursive: true);
                }
            }
        }

        var now = time.GetUtcNow().UtcDateTime;
        var verified = backup with { Verification = new Verification(now, (now - begun).TotalSeconds, version, tables, problems) };
        await store.UpdateAsync(verified, cancellationToken);
        log.LogInformation("Backup {Backup} was restored into a scratch server: {Problems} problems", backup.Id, problems.Count);
        return verified;
    }

    private async Task<(string Version, IReadOnlyList<TableFact> Tables)> RestoreAsync(
        Backup backup, string directory, List<string> problems, CancellationToken cancellationToken)
    {
        await using var server = await EmbeddedMariaDb.StartAsync(new EmbeddedMariaDbOptions(directory, MariaDbSizing.Scratch(store.Root)), log, cancellationToken);
        await using (var all = new MySqlDatabase(server.ConnectionString, maxPoolSize: 1))
        await using (var connection = await all.OpenAsync(cancellationToken))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"CREATE DATABASE {Scratch} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", commandType: CommandType.Text, cancellationToken: cancellationToken));
        }

        await using var copy = new MySqlDatabase($"{server.ConnectionString.TrimEnd(';')};Database={Scratch}", maxPoolSize: 4);
        try
        {
            await LoadAsync(store.PathOf(backup.Id), copy, cancellationToken);
        }
        catch (BackupException e)
        {
            problems.Add($"It cannot be loaded: {e.Message}");
            return ("", []);
        }

        var tables = await TableFacts.ReadAsync(copy, cancellationToken);
        problems.AddRange(TableFacts.Differences(backup.SourceTables, [.. tables.Where(t => backup.SourceTables.Count == 0 || TableFacts.IsStill(t.Table))], withChecksums: true)
            .Where(_ => backup.SourceTables.Count > 0));
        problems.AddRange(await InsideAsync(copy, cancellationToken));
        await using var reader = await copy.OpenAsync(cancellationToken);
        return (await reader.ExecuteScalarAsync<string>(new CommandDefinition("SELECT VERSION()", cancellationToken: cancellationToken)) ?? "", tables);
    }

    public static async Task LoadAsync(string directory, MySqlDatabase into, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(directory, BackupMaker.Dump));
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await MariaDbTools.LoadAsync(into.ConnectionString, plain, cancellationToken);
    }

    // Rows and ledger are written in one transaction: where they agree, the copy is of one instant.
    private static async Task<IReadOnlyList<string>> InsideAsync(MySqlDatabase copy, CancellationToken cancellationToken)
    {
        await using var connection = await copy.OpenAsync(cancellationToken);
        var views = (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE()", cancellationToken: cancellationToken))).AsList();
        if (!views.Contains("v_ledger") || !views.Contains("v_snapshots"))
        {
            return ["The views v_ledger and v_snapshots are missing."];
        }

        var (listed, held) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            "SELECT (SELECT COALESCE(SUM(row_count), 0) FROM v_ledger), (SELECT COUNT(*) FROM v_snapshots)", commandTimeout: 0, cancellationToken: cancellationToken));
        return listed == held ? [] : [FormattableString.Invariant($"The ledger speaks of {listed} snapshots and there are {held}.")];
    }
}
