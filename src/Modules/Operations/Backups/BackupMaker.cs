using System.IO.Compression;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Operations.Maintenance;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>Makes backups: the database as SQL, which raw objects there are, and the settings in force without what is secret.</summary>
internal sealed class BackupMaker(
    MySqlDatabase database, BinaryLog binaryLog, BackupStore store, Switches switches, IJobDrain drain, MigrationRunner migrations, IRawHoldings raw, ISettingsReport settings,
    TimeProvider time, ILogger<BackupMaker> log)
{
    public const string Dump = "database.sql.gz";
    public const string RawManifest = "raw.jsonl.gz";
    public const string Settings = "settings.json";
    private const int MostDumps = 4;

    /// <summary>
    /// Returns when the backup is complete and named. While jobs are held back the checksums of the source are taken too, before and after; else the copy is of one
    /// transaction.
    /// </summary>
    /// <exception cref="BackupException">It could not be made; nothing of it is left that looks like a backup.</exception>
    public async Task<Backup> RunAsync(string? why, CancellationToken cancellationToken)
    {
        using var alone = store.Alone();
        var begun = time.GetUtcNow().UtcDateTime;
        var id = Backup.IdOf(begun);
        if (Directory.Exists(store.PathOf(id)))
        {
            throw new BackupException($"There is a backup {id} already.");
        }

        var directory = store.Begin(id);
        var maintenance = (await switches.ReadAsync(cancellationToken)).Any(s => s.Switch == Switch.Maintenance);
        var quiesced = await drain.IsOnAsync(cancellationToken) && await drain.RunningAsync(cancellationToken) == 0;
        var before = quiesced ? await TableFacts.ReadStillAsync(database, cancellationToken) : [];
        var (logPlace, noLog) = await DumpAsync(Path.Combine(directory, Dump), cancellationToken);
        if (quiesced && TableFacts.Differences(before, await TableFacts.ReadStillAsync(database, cancellationToken), withChecksums: true).FirstOrDefault() is { } moved)
        {
            if (maintenance)
            {
                throw new BackupException($"Something wrote although the warehouse is in maintenance, so this backup cannot be proved. {moved}");
            }

            // Jobs are held back, but operators may write while callers are served.
            (quiesced, before) = (false, []);
        }

        await WriteRawAsync(Path.Combine(directory, RawManifest), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, Settings), await settings.JsonAsync(cancellationToken), cancellationToken);
        List<BackupFile> files = [];
        foreach (var name in new[] { Dump, RawManifest, Settings })
        {
            files.Add(await BackupStore.DescribeAsync(Path.Combine(directory, name), cancellationToken));
        }

        var backup = new Backup
        {
            Id = id,
            CreatedAt = begun,
            Seconds = (time.GetUtcNow().UtcDateTime - begun).TotalSeconds,
            Why = why,
            ProgramVersion = ThisProgram.Version,
            ServerVersion = await ScalarAsync("SELECT VERSION()", cancellationToken),
            SchemaVersion = (await migrations.StatusAsync(cancellationToken)).Where(m => m.State == MigrationState.Applied).Select(m => m.Version).DefaultIfEmpty().Max(),
            Database = await ScalarAsync("SELECT DATABASE()", cancellationToken),
            Consistency = quiesced ? Consistency.Quiesced : Consistency.SingleTransaction,
            SourceTables = before,
            Files = files,
            Log = logPlace,
            NoLog = noLog,
        };
        await store.FinishAsync(backup, cancellationToken);
        log.LogInformation("Backup {Backup} has {Bytes} bytes", id, backup.Bytes);
        return backup;
    }

    // A table that is altered, as by a new partition, ends a dump whose instant is before that (1412).
    private async Task<(LogPlace? Log, string? NoLog)> DumpAsync(string path, CancellationToken cancellationToken)
    {
        for (var left = MostDumps; ; left--)
        {
            try
            {
                return await DumpOnceAsync(path, cancellationToken);
            }
            catch (BackupException e) when (left > 1 && e.Message.Contains("Error 1412", StringComparison.Ordinal))
            {
                log.LogWarning("The dump begins anew, a table was altered while it ran: {Reason}", e.Message);
            }
        }
    }

    private async Task<(LogPlace? Log, string? NoLog)> DumpOnceAsync(string path, CancellationToken cancellationToken)
    {
        var obstacle = await binaryLog.ObstacleAsync(cancellationToken);
        LogPlace? place = null;
        await using (var file = File.Create(path))
        {
            await using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
            {
                await MariaDbTools.DumpAsync(database.ConnectionString, packed, obstacle is null ? AtLogAsync : null, cancellationToken);
            }

            BackupStore.Settle(file);
        }

        try
        {
            return place is null
                ? (null, obstacle ?? "The dump does not say where in the log it is.")
                : (place with { Stamp = await binaryLog.StampAsync(place.File, cancellationToken) }, null);
        }
        catch (BackupException e)
        {
            return (null, e.Message);
        }

        async Task AtLogAsync(string logFile, long position) => place = new LogPlace(logFile, position, "", (await binaryLog.NowAsync(cancellationToken)).AddSeconds(1));
    }

    private async Task WriteRawAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            await foreach (var holding in raw.ListAsync(cancellationToken))
            {
                await JsonSerializer.SerializeAsync(packed, holding, ApiJson.Options, cancellationToken);
                packed.WriteByte((byte)'\n');
            }
        }

        BackupStore.Settle(file);
    }

    private async Task<string> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string>(new CommandDefinition(sql, cancellationToken: cancellationToken)) ?? "unknown";
    }
}
