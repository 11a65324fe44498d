using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Features;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Host.Cli;

internal static class MaintenanceVerbs
{
    private static readonly Option<int?> Minutes = new("--minutes") { Description = "How long it is expected to take: what callers are told to wait" };
    private static readonly Option<string?> Why = new("--why") { Description = "Kept with it and in the audit log" };
    private static readonly Option<int> Drain = new("--drain")
    {
        Description = "Wait so many seconds for running jobs to be handed back; 0 does not wait",
        DefaultValueFactory = _ => 120,
    };

    public static Command Group() => CommandTree.Group(
        "maintenance",
        "Refuse callers and hold jobs back, on every node.",
        CommandTree.Verb("start", "Answer 503 with Retry-After, and hand running jobs back. Health and reading by operators go on.", StartAsync, Minutes, Why, Drain),
        CommandTree.Verb("end", "Serve callers and run jobs again.", EndAsync, Why),
        CommandTree.Verb("status", "Whether the warehouse is in maintenance, and how many jobs still run.", StatusAsync));

    public static Command Console() => CommandTree.Group(
        "console",
        "The operators' console, on every node.",
        CommandTree.Verb("close", "Answer 503 to whoever opens the console.", (context, ct) => ConsoleAsync(context, false, ct), Why),
        CommandTree.Verb("open", "Open the console again.", (context, ct) => ConsoleAsync(context, true, ct), Why));

    private static async Task<int> StartAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(new StartMaintenance.Command(arguments.GetValue(Minutes), arguments.GetValue(Why)), ct);
        var patience = TimeSpan.FromSeconds(Math.Max(0, arguments.GetValue(Drain)));
        for (var waited = TimeSpan.Zero; outcome.Succeeded && outcome.Value.RunningJobs > 0 && waited < patience; waited += SwitchBoard.Freshness)
        {
            await Task.Delay(SwitchBoard.Freshness, ct);
            outcome = await context.SendAsync(new GetMaintenance.Query(), ct);
        }

        var code = Finish(context, outcome);
        return code == ExitCodes.Done && outcome.Value.RunningJobs > 0 && patience > TimeSpan.Zero ? ExitCodes.DoneWithErrors : code;
    }

    private static async Task<int> EndAsync(CliContext context, CancellationToken ct) =>
        Finish(context, await context.SendAsync(new EndMaintenance.Command(context.Arguments.GetValue(Why)), ct));

    private static async Task<int> StatusAsync(CliContext context, CancellationToken ct) => Finish(context, await context.SendAsync(new GetMaintenance.Query(), ct));

    private static async Task<int> ConsoleAsync(CliContext context, bool open, CancellationToken ct) =>
        Finish(context, await context.SendAsync(new ChangeConsole.Command(open, context.Arguments.GetValue(Why)), ct));

    private static int Finish(CliContext context, Outcome<MaintenanceView> outcome) => context.Finish(outcome, view => context.Output.Result(view, () =>
    {
        context.Output.Line(Text("maintenance", "off", view.Maintenance));
        context.Output.Line(Text("console", "open", view.ConsoleClosed));
        context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"running jobs\t{view.RunningJobs}"));
    }));

    private static string Text(string what, string off, SwitchView? state) => state is null
        ? $"{what}\t{off}"
        : $"{what}\tsince {CliOutput.Instant(state.SinceAt)}{(state.ExpectedEnd is null ? "" : $" until {CliOutput.Instant(state.ExpectedEnd)}")} by {state.SetBy}: {state.Why ?? "no reason given"}";
}
