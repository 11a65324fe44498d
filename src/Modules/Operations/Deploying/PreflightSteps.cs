using System.Globalization;
using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Backups;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>What must be so before anything is touched. Each check names the fact it looks at.</summary>
internal sealed class PreflightSteps(
    Releases releases, BackupStore backups, MySqlDatabase database, MigrationRunner migrations, IJobDrain drain, ServiceProbe probe, IOptions<DeployOptions> options)
{
    // The dump, the scratch server with its indexes, and a tenth for what grows meanwhile.
    private const double RoomPerByte = 2.2;

    private static readonly Version LeastMariaDb = new(10, 6);
    private static readonly Version LeastMySql = new(8, 0);
    private static readonly TimeSpan BaselineTime = TimeSpan.FromSeconds(5);

    public Task<IReadOnlyDictionary<string, string>> ReleasesAsync(DeployRun run, CancellationToken cancellationToken)
    {
        if (releases.Missing(run.Head.To) is [var missing, ..])
        {
            throw new DeployException($"Release {run.Head.To} is not whole: {missing} is missing.");
        }

        return releases.Current() == run.Head.To
            ? throw new DeployException($"Release {run.Head.To} is the current one already.")
            : Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { ["from"] = run.Head.From ?? "none", ["to"] = run.Head.To });
    }

    public async Task<IReadOnlyDictionary<string, string>> SpaceAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var bytes = await connection.ExecuteScalarAsync<decimal?>(new CommandDefinition(SumOfTables, cancellationToken: cancellationToken)) ?? 0;
        Directory.CreateDirectory(backups.Root);
        var free = new DriveInfo(backups.Root).AvailableFreeSpace;
        var needed = (long)((double)bytes * RoomPerByte);
        return free >= needed
            ? new Dictionary<string, string> { ["database_bytes"] = Text(bytes), ["needed_bytes"] = Text(needed), ["free_bytes"] = Text(free), ["directory"] = backups.Root }
            : throw new DeployException(FormattableString.Invariant($"{backups.Root} has {free} bytes free, and a backup with its restore may need {needed} (the database has {bytes})."));
    }

    public async Task<IReadOnlyDictionary<string, string>> SchemaAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var text = await connection.ExecuteScalarAsync<string>(new CommandDefinition("SELECT VERSION()", cancellationToken: cancellationToken)) ?? "";
        var least = text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? LeastMariaDb : LeastMySql;
        if (!Version.TryParse(text.Split('-')[0], out var version) || version < least)
        {
            throw new DeployException($"The server says that it is {text}; at least {least} is needed.");
        }

        var all = await migrations.StatusAsync(cancellationToken);
        if (all.FirstOrDefault(m => m.Problem is not null) is { } wrong)
        {
            throw new DeployException($"Schema version {Number(wrong.Version)}_{wrong.Name}: {wrong.Problem}");
        }

        return new Dictionary<string, string>
        {
            ["server"] = text,
            ["schema"] = Number(all.Where(m => m.State == MigrationState.Applied).Select(m => m.Version).DefaultIfEmpty().Max()),
            ["pending"] = Names(all.Where(m => m is { State: MigrationState.Pending, AwaitsContract: false })),
            ["awaiting_contract"] = Names(all.Where(m => m.AwaitsContract)),
        };
    }

    public async Task<IReadOnlyDictionary<string, string>> BaselineAsync(DeployRun run, CancellationToken cancellationToken)
    {
        if (run.Head.From is null)
        {
            return new Dictionary<string, string> { ["baseline"] = "none: nothing ran before" };
        }

        var reading = await probe.ObserveAsync(BaselineTime, cancellationToken);
        return reading.Requests > reading.Failed
            ? reading.Evidence()
            : throw new DeployException($"The current release does not answer at {options.Value.Url}: there is nothing to compare the new one with. Start it, or take `current` away.");
    }

    public async Task<IReadOnlyDictionary<string, string>> DrainAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await drain.BeginAsync(run.Head.By, $"deployment {run.Head.Id}", cancellationToken);
        return new Dictionary<string, string> { ["running_jobs"] = Text(await DrainedAsync(drain, options.Value, cancellationToken)) };
    }

    public async Task<IReadOnlyDictionary<string, string>> UndrainAsync(DeployRun run, CancellationToken cancellationToken)
    {
        await drain.EndAsync(cancellationToken);
        return Steps.NoEvidence;
    }

    /// <summary>Waits until no job runs.</summary>
    /// <exception cref="DeployException">Some still run after <c>Deploy:DrainSeconds</c>.</exception>
    public static async Task<int> DrainedAsync(IJobDrain drain, DeployOptions options, CancellationToken cancellationToken)
    {
        for (var second = 0; ; second++)
        {
            var running = await drain.RunningAsync(cancellationToken);
            if (running == 0)
            {
                return 0;
            }

            if (second >= options.DrainSeconds)
            {
                throw new DeployException(FormattableString.Invariant($"{running} jobs still run {options.DrainSeconds} s after they were told to hand back."));
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private static string Names(IEnumerable<MigrationStatus> all) => string.Join(' ', all.Select(m => $"{Number(m.Version)}_{m.Name}")) is { Length: > 0 } names ? names : "none";

    private static string Number(int version) => version.ToString("0000", CultureInfo.InvariantCulture);

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private const string SumOfTables = "SELECT SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema = DATABASE()";
}
