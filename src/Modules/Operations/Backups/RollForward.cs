using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>
/// Brings a backup forward to a point in time. In a scratch server, because there the database has the name it has in the log: whatever a statement names,
/// it cannot reach the warehouse.
/// </summary>
internal sealed class RollForward(BackupStore store, BinaryLog binaryLog, ILogger<RollForward> log)
{
    /// <summary>Loads the backup, and everything that was committed between it and the instant (UTC, whole seconds), into an empty database.</summary>
    /// <returns>What the scratch server had.</returns>
    /// <exception cref="BackupException">The backup, or what the log says, does not fit.</exception>
    public async Task<(string ServerVersion, IReadOnlyList<TableFact> Tables)> RunAsync(
        Backup backup, DateTime until, MySqlDatabase into, CancellationToken cancellationToken)
    {
        await using var server = await ScratchServer.StartAsync(store.Root, log, cancellationToken);
        await using var copy = await server.CreateAsync(backup.Database, cancellationToken);
        await BackupVerifier.LoadAsync(store.PathOf(backup.Id), copy, cancellationToken);
        await binaryLog.ReplayAsync(backup.Log!, until, backup.Database, copy, cancellationToken);

        var tables = await TableFacts.ReadAsync(copy, cancellationToken);
        await MariaDbTools.CopyAsync(copy.ConnectionString, into.ConnectionString, cancellationToken);
        return (await TableFacts.VersionAsync(copy, cancellationToken), tables);
    }
}
