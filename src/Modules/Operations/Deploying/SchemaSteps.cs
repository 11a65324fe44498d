using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>Migrations that only add: the current release goes on working beside them.</summary>
internal sealed class SchemaSteps(MigrationRunner migrations)
{
    public async Task<IReadOnlyDictionary<string, string>> ExpandAsync(DeployRun run, CancellationToken cancellationToken)
    {
        var report = await migrations.UpAsync(cancellationToken);
        if (await migrations.VerifyAsync(cancellationToken) is [var problem, ..])
        {
            throw new DeployException($"After the migrations: {problem}");
        }

        return new Dictionary<string, string>
        {
            ["applied"] = report.Changed.Count == 0 ? "none" : string.Join(' ', report.Changed),
            ["schema"] = report.Version.ToString("0000", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Takes back what did not come to its end. A schema that is whole stays: the release before works on it, and what the new one wrote is not lost.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ShrinkAsync(DeployRun run, CancellationToken cancellationToken)
    {
        if (run.Journal.Lines.Any(l => l.Step == Steps.Expand && l.Event == StepEvent.Done))
        {
            return new Dictionary<string, string> { ["schema"] = "stays as it is: the release before works on it" };
        }

        var before = run.Head.Fresh ? 0 : int.Parse(
            run.Journal.Fact(Steps.Schema, "schema") ?? throw new DeployException("The journal does not say which schema there was."), CultureInfo.InvariantCulture);
        var newer = (await migrations.StatusAsync(cancellationToken)).Count(m => m.Version > before && m.State != MigrationState.Pending);
        return newer == 0
            ? new Dictionary<string, string> { ["taken_back"] = "none" }
            : new Dictionary<string, string> { ["taken_back"] = string.Join(' ', (await migrations.DownAsync(newer, cancellationToken)).Changed) };
    }
}
