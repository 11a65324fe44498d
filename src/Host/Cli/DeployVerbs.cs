using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Deploying;
using ThemePark.Modules.Operations.Features;

namespace ThemePark.Host.Cli;

internal static class DeployVerbs
{
    private static readonly Argument<string> Release = new("RELEASE") { Description = "The new release: a directory of Deploy:Root/releases" };
    private static readonly Option<bool> KeepCollecting = new("--keep-collecting")
    {
        Description = "Let jobs go on until the switch; what they write after the backup, a restore would lose",
    };

    private static readonly Option<bool> Restore = new("--restore") { Description = "Put the deployment's backup in the place of the database too" };
    private static readonly Option<bool> All = new("--all") { Description = "Every deployment, not only the newest" };
    private static readonly Option<string?> Why = new("--why") { Description = "Kept with it and in the audit log" };

    public static Command Group() => CommandTree.Group(
        "deploy",
        "Put a release in the place of the current one on this machine, and take it back.",
        CommandTree.Verb("plan", "Every step, and what the checks find now. Changes nothing.", PlanAsync, Release, KeepCollecting),
        CommandTree.Verb("run", "Deploy, or go on with what was interrupted. A step that fails takes everything back.", RunAsync, Release, KeepCollecting, Why),
        CommandTree.Verb("status", "The newest deployment with every step and its evidence.", StatusAsync, All),
        CommandTree.Verb("rollback", "Take the newest deployment back.", RollBackAsync, Restore, Why),
        CommandTree.Verb("contract", "Run the migrations that take away what the release before needed, once the days of grace have passed.", ContractAsync, Why));

    private static async Task<int> PlanAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(new PlanDeployment.Query(arguments.GetRequiredValue(Release), arguments.GetValue(KeepCollecting)), ct, migrate: false);
        var code = context.Finish(outcome, plan => context.Output.Result(plan, () => Table(context.Output, plan.Steps)));
        return code == ExitCodes.Done && !outcome.Value.Ready ? ExitCodes.Failed : code;
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var command = new RunDeployment.Command(
            arguments.GetRequiredValue(Release), arguments.GetValue(Why), arguments.GetValue(KeepCollecting), new Lines(context.Output));
        // The schema is a step of its own.
        return context.Finish(await context.SendAsync(command, ct, migrate: false), view => context.Output.Result(view, () => End(context.Output, view)));
    }

    private static async Task<int> StatusAsync(CliContext context, CancellationToken ct)
    {
        var query = new ListDeployments.Query(context.Arguments.GetValue(All) ? null : 1);
        return context.Finish(await context.SendAsync(query, ct, migrate: false), page => context.Output.Result(page, () =>
        {
            foreach (var view in page.Data)
            {
                End(context.Output, view);
                Table(context.Output, view.Steps);
            }

            if (page.Data.Count == 0)
            {
                context.Output.Line("Nothing was deployed here.");
            }
        }));
    }

    private static async Task<int> RollBackAsync(CliContext context, CancellationToken ct)
    {
        var command = new RollBackDeployment.Command(context.Arguments.GetValue(Restore), context.Arguments.GetValue(Why), new Lines(context.Output));
        return context.Finish(await context.SendAsync(command, ct, migrate: false), view => context.Output.Result(view, () => End(context.Output, view)));
    }

    private static async Task<int> ContractAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new ContractSchema.Command(context.Arguments.GetValue(Why)), ct, migrate: false), result => context.Output.Result(result, () =>
            context.Output.Line(result.Applied.Count == 0 ? "There is nothing to take away." : $"applied {string.Join(' ', result.Applied)}; backup {result.Backup}")));

    private static void End(CliOutput output, DeploymentView view)
    {
        output.Line($"deployment {view.Id} by {view.By}: {view.From ?? "nothing"} -> {view.To}\t{view.State}");
        if (view.RollbackSeconds is { } seconds)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"taken back in {seconds:0.0} s"));
        }
        else if (view.ContractDueAt is { } due)
        {
            output.Line($"what the release before needs may be taken away from {CliOutput.Instant(due)} on");
        }
    }

    private static void Table(CliOutput output, IEnumerable<StepView> steps) => output.Table(
        ["step", "status", "seconds", "evidence", "what"],
        steps.Select(s => (IReadOnlyList<string>)
            [s.Step, s.Status, s.Seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "", Text(s.Evidence), s.What ?? ""]));

    private static string Text(IReadOnlyDictionary<string, string> evidence) => string.Join("; ", evidence.Select(e => $"{e.Key}={e.Value}"));

    private sealed class Lines(CliOutput output) : IDeployWatcher
    {
        public void Happened(Step step, JournalLine line) => output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{line.At:HH:mm:ss}Z\t{line.Event.ToUpperSnake()}\t{step.Id}\t{(line.Event == StepEvent.Started ? step.What : Text(line.Evidence))}"));
    }
}
