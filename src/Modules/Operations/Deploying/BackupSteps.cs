using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>The way back, made and tried before anything changes.</summary>
internal sealed class BackupSteps(BackupMaker maker, BackupVerifier verifier, BackupRestorer restorer, BackupStore store)
{
    public const string Id = "backup";

    public async Task<IReadOnlyDictionary<string, string>> CreateAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var backup = await maker.RunAsync($"deployment {run.Head.Id}", cancellationToken);
        return new Dictionary<string, string>
        {
            [Id] = backup.Id,
            ["bytes"] = FormattableString.Invariant($"{backup.Bytes}"),
            ["consistency"] = backup.Consistency.ToUpperSnake(),
        };
    }

    public async Task<IReadOnlyDictionary<string, string>> VerifyAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var backup = await FindAsync(run, cancellationToken);
        var verification = (await verifier.RunAsync(backup, cancellationToken)).Verification!;
        return verification.Passed
            ? new Dictionary<string, string>
            {
                ["tables"] = FormattableString.Invariant($"{verification.Tables.Count}"),
                ["rows"] = FormattableString.Invariant($"{verification.Tables.Sum(t => t.Rows)}"),
                ["compared"] = backup.Consistency == Consistency.Quiesced ? "checksum of every table with the source" : "ledger with rows, inside the copy",
            }
            : throw new DeployException($"Backup {backup.Id} does not restore: {string.Join(' ', verification.Problems)}");
    }

    /// <summary>Puts the backup of the deployment in the place of the database: what was written since lies beside it, in the database the evidence names.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RestoreAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var restored = await restorer.RunAsync(await FindAsync(run, cancellationToken), until: null, cancellationToken);
        return new Dictionary<string, string>
        {
            [Id] = restored.Backup.Id,
            ["tables"] = FormattableString.Invariant($"{restored.Tables}"),
            ["rows"] = FormattableString.Invariant($"{restored.Rows}"),
            ["previous"] = restored.Previous,
        };
    }

    private async Task<Backup> FindAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var id = run.Journal.Fact(Steps.Backup, Id) ?? throw new DeployException("The journal does not say which backup was made.");
        return await store.FindAsync(id, cancellationToken) ?? throw new DeployException($"Backup {id} is gone from {store.Root}.");
    }
}
