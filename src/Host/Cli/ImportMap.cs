using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Import.Features;

namespace ThemePark.Host.Cli;

internal static class ImportMap
{
    private static readonly Argument<FileInfo> File = new("file") { Description = "CSV: uuid, ride_id or name and park, valid_from, valid_to." };
    private static readonly Option<string?> Why = ImportArguments.Why();

    static ImportMap() => File.AcceptExistingOnly();

    public static Command Verb() => CommandTree.Verb("map", "Map upstream ids to rides from a CSV file; populate then moves their rows.", RunAsync, File, Why);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        await using var csv = context.Arguments.GetRequiredValue(File).OpenRead();
        var outcome = await context.SendAsync(new PutMappings.Command(csv, context.Arguments.GetValue(Why)), ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
        return code == ExitCodes.Done && outcome.Value.Rejected.Count > 0 ? ExitCodes.DoneWithErrors : code;
    }

    private static void Show(CliOutput output, PutMappings.Result result)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{result.Created} created, {result.Updated} updated, {result.Unchanged} unchanged, {result.Rejected.Count} rejected"));
        foreach (var rejection in result.Rejected)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"line {rejection.Line}: {rejection.Reason}"));
        }
    }
}
