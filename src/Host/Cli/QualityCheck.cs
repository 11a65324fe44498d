using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Features;

namespace ThemePark.Host.Cli;

internal static class QualityCheck
{
    private static readonly Option<int?> Destination = new("--destination") { Description = "Only this destination, by id", HelpName = "ID" };
    private static readonly Option<bool> Quick = new("--quick") { Description = "Only what needs no raw rows" };
    private static readonly Option<bool> Whole = new("--whole") { Description = "Also count all raw rows against the ledger" };

    public static Command Verb()
    {
        var verb = CommandTree.Verb(
            "check", "Look for everything that is wrong with the data, and bring the issues up to it; ends with 3 when a check could not be made.", RunAsync, Destination, Quick, Whole);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(Quick) && result.GetValue(Whole))
            {
                result.AddError("Give --quick or --whole, not both.");
            }
        });
        return verb;
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var depth = context.Arguments.GetValue(Whole) ? Depth.Whole : context.Arguments.GetValue(Quick) ? Depth.Quick : Depth.Daily;
        var outcome = await context.SendAsync(new RunCheck.Command(context.Arguments.GetValue(Destination), depth), ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
        return code == ExitCodes.Done && outcome.Value.FailedChecks.Count > 0 ? ExitCodes.DoneWithErrors : code;
    }

    private static void Show(CliOutput output, RunCheck.Result result)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Destinations} destinations checked: {result.Issues} issues, {result.Opened} new, {result.Reopened} back, {result.Closed} gone"));
        foreach (var (detector, found) in result.ByDetector.Where(d => d.Value > 0))
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{found}\t{detector}"));
        }

        foreach (var failed in result.FailedChecks)
        {
            output.Line($"could not look: {failed}");
        }
    }
}
