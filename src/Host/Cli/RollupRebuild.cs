using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Analytics.Features;

namespace ThemePark.Host.Cli;

internal static class RollupRebuild
{
    private static readonly Option<DateOnly?> From = new("--from") { Description = "First UTC day whose rows are looked at again. Default: the first there is", HelpName = "DATE" };
    private static readonly Option<DateOnly?> To = new("--to") { Description = "Last UTC day. Default: the last there is", HelpName = "DATE" };

    public static Command Verb() => CommandTree.Verb(
        "rebuild", "Compute the figures by hour and day again from the raw rows; ends with 3 when another run was ahead and goes on with the rest.", RunAsync, From, To);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var command = new RebuildRollups.Command(context.Arguments.GetValue(From), context.Arguments.GetValue(To));
        var outcome = await context.SendAsync(command, ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Days:N0} days of {result.Parks:N0} parks computed from {result.Snapshots:N0} snapshots; {result.ParksLeftToAnotherRun} parks left to another run."))));
        return code == ExitCodes.Done && outcome.Value.ParksLeftToAnotherRun > 0 ? ExitCodes.DoneWithErrors : code;
    }
}
