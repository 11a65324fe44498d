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
            (version, tables) = await RestoreAsync(backup, problems, cancellationToken);
        }

        var now = time.GetUtcNow().UtcDateTime;
        var verified = backup with { Verification = new Verification(now, (now - begun).TotalSeconds, version, tables, problems) };
        await store.UpdateAsync(verified, cancellationToken);
        log.LogInformation("Backup {Backup} was restored into a scratch server: {Problems} problems", backup.Id, problems.Count);
        return verified;
    }

    private async Task<(string Version, IReadOnlyList<TableFact> Tables)> RestoreAsync(Backup backup, List<string> problems, CancellationToken cancellationToken)
    {
        await using var server = await ScratchServer.StartAsync(store.Root, log, cancellationToken);
        await using var copy = await server.CreateAsync("themepark_scratch", cancellationToken);
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
        return (await TableFacts.VersionAsync(copy, cancellationToken), tables);
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
