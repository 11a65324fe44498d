using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Operations.Features;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Host.Cli;

/// <summary><c>watch</c>: seven days of looking at a new release.</summary>
internal static class WatchVerbs
{
    private static readonly Option<string?> Version = new("--version") { Description = "The release. Default: that of this program", HelpName = "VERSION" };
    private static readonly Option<string?> Why = new("--why") { Description = "The reason, kept with the watch and in the audit log" };
    private static readonly Option<string> WhyStop = new("--why") { Description = "The reason, kept with the watch and in the audit log", Required = true };
    private static readonly Option<int?> Day = new("--day") { Description = "1 to 7: the day whose figures are shown. Default: the one the watch is at, or ended on", HelpName = "N" };

    public static Command Group() => CommandTree.Group(
        "watch",
        "Seven days of looking at a new release.",
        CommandTree.Verb("start", "Begin the watch over a release; a deployment begins its own.", StartAsync, Version, Why),
        CommandTree.Verb("status", "The watch, its newest readings, and what speaks against the release.", StatusAsync),
        CommandTree.Verb("report", "The watch day by day, as Markdown.", ReportAsync, Day),
        CommandTree.Verb("stop", "End the watch before its time; it then says nothing about the release.", StopAsync, WhyStop));

    private static async Task<int> StartAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new StartWatch.Command(context.Arguments.GetValue(Version), context.Arguments.GetValue(Why)), ct);
        return context.Finish(outcome, watch => context.Output.Result(watch, () => context.Output.Line(
            $"Release {watch.Version} is watched until {CliOutput.Instant(watch.EndsAt)}.")));
    }

    private static async Task<int> StopAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new StopWatch.Command(context.Arguments.GetRequiredValue(WhyStop)), ct);
        return context.Finish(outcome, watch => context.Output.Result(watch, () => context.Output.Line($"The watch over release {watch.Version} is ended.")));
    }

    private static async Task<int> ReportAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new GetWatchReport.Query(context.Arguments.GetValue(Day)), ct);
        return context.Finish(outcome, report => context.Output.Result(report, () => context.Output.Line(WatchMarkdown.Write(report))));
    }

    private static async Task<int> StatusAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new GetWatch.Query(), ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
    }

    private static void Show(CliOutput output, GetWatch.Result result)
    {
        if (result.Watch is not { } watch)
        {
            output.Line("No release was ever watched.");
            return;
        }

        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Release {watch.Version}: {watch.State}, day {watch.Day} of {WatchPlan.Days}, look first at {watch.Focus}; begun {CliOutput.Instant(watch.BegunAt)} by {watch.BegunBy}"));
        if (watch.EndedAt is { } ended)
        {
            output.Line($"Ended {CliOutput.Instant(ended)} by {watch.EndedBy}: {watch.EndWhy}");
        }

        if (result.SampledAt is null)
        {
            output.Line("Not looked at yet.");
            return;
        }

        output.Line($"Last looked at {CliOutput.Instant(result.SampledAt)}");
        output.Table(
            ["metric", "verdict", "value", "wanted", "detail"],
            result.Readings.Select(r => (IReadOnlyList<string>)
                [r.Metric, r.Verdict, r.Value is { } value ? value.ToString("0.##", CultureInfo.InvariantCulture) : "no data", r.Threshold, r.Detail ?? ""]));
        foreach (var objection in result.Objections)
        {
            output.Line($"against it: {objection}");
        }
    }
}
