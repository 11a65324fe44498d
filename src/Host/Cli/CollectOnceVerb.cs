using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Collection.Features;

namespace ThemePark.Host.Cli;

internal static class CollectOnceVerb
{
    private static readonly Option<Guid?> Destination = new("--destination") { Description = "Only this destination, by its upstream UUID." };

    public static Command Verb() => CommandTree.Verb(
        "once", "Poll live data now; ends with 3 when a destination could not be polled. What the slot of now has already is left alone.", RunAsync, Destination);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new CollectOnce.Command(context.Arguments.GetValue(Destination)), ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
        return code == ExitCodes.Done && outcome.Value.Failed > 0 ? ExitCodes.DoneWithErrors : code;
    }

    private static void Show(CliOutput output, CollectOnce.Result result)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Slot:yyyy-MM-dd HH:mm}Z{(result.Simulated ? ", simulated" : "")}: {result.Polled} of {result.Destinations} destinations polled, {result.AlreadyPolled} polled already, {result.Failed} failed"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.RowsSeen} rows: {result.Snapshots} snapshots, {result.Changed} changed, {result.Quarantined} in quarantine, {result.Unmatched} without a ride"));
        foreach (var problem in result.Problems)
        {
            output.Line($"{problem.Kind}\t{problem.Destination}\t{problem.Message}");
        }
    }
}
