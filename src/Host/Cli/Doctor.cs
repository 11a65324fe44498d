using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class Doctor
{
    private static readonly Option<bool> Fix = new("--fix") { Description = "Mend what can be mended without losing anything" };
    private static readonly Option<DateOnly?> From = new("--from") { Description = "First UTC day. Default: the first there is", HelpName = "DATE" };
    private static readonly Option<DateOnly?> To = new("--to") { Description = "Last UTC day. Default: the last there is", HelpName = "DATE" };
    private static readonly Option<int> Sample = new("--sample") { Description = "Of files, days and parks read at most so many; of more, another choice each day", HelpName = "N", DefaultValueFactory = _ => 2000 };

    public static Command Verb() => CommandTree.Verb(
        "doctor",
        "Check every layer against the next: raw files, rows, ledger, figures, API answers; ends with 3 when something is wrong and was not mended.",
        RunAsync,
        Fix,
        From,
        To,
        Sample);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var fix = arguments.GetValue(Fix);
        if (fix)
        {
            // Days are written again by import jobs.
            await context.StartJobsAsync(ct);
        }

        var outcome = await context.SendAsync(new RunDoctor.Command(fix, arguments.GetValue(From), arguments.GetValue(To), arguments.GetValue(Sample)), ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
        return code == ExitCodes.Done && !outcome.Value.Healthy ? ExitCodes.DoneWithErrors : code;
    }

    private static void Show(CliOutput output, RunDoctor.Result result)
    {
        foreach (var check in result.Checks)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{check.Status,-8} {check.Name,-12} {check.Compares}: {check.Checked:N0} of {check.Of:N0} checked{(check.Found > 0 ? $", {check.Found} wrong, {check.Fixed} mended" : "")}{(check.Error is null ? "" : $" ({check.Error})")}"));
            foreach (var ailment in check.Ailments)
            {
                output.Line($"         {(ailment.IsFixed ? "mended" : "WRONG")}: {ailment.What}{(ailment.IsFixed ? "" : $" {ailment.Advice}")}");
            }
        }

        output.Line(result.Healthy
            ? result.Fixed > 0 ? string.Create(CultureInfo.InvariantCulture, $"Healthy: {result.Fixed} mended.") : "Healthy."
            : string.Create(CultureInfo.InvariantCulture, $"Not healthy: {result.Remaining} wrong, {result.Checks.Count(c => c.Status == "UNKNOWN")} checks not made."));
    }
}
