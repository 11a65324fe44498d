using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Metadata.Curation;
using ThemePark.Modules.Metadata.Features;

namespace ThemePark.Host.Cli;

internal static class MetadataExport
{
    private static readonly Argument<FileInfo> File = new("file") { Description = "Where to write the CSV; a file that is there is replaced." };

    public static Command Verb() => CommandTree.Verb("export", "Write what operators have said of every ride to a CSV file: tier, category, indoor_outdoor.", RunAsync, File);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var file = context.Arguments.GetRequiredValue(File);
        var rides = await context.SendAsync(new GetClassifications.Query(), ct);
        await using (var csv = file.Create())
        {
            await RideWordsCsv.WriteAsync(csv, rides, ct);
        }

        context.Output.Result(
            new { File = file.FullName, Rides = rides.Count },
            () => context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{rides.Count} rides in {file.FullName}")));
        return ExitCodes.Done;
    }
}

internal static class MetadataApply
{
    private static readonly Argument<FileInfo> File = new("file") { Description = "CSV: ride_id, and tier, category, indoor_outdoor." };

    static MetadataApply() => File.AcceptExistingOnly();

    public static Command Verb() => CommandTree.Verb("apply", "Set tier, category and indoor_outdoor of rides from a CSV file; an empty field takes a word back.", RunAsync, File);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        await using var csv = context.Arguments.GetRequiredValue(File).OpenRead();
        var outcome = await context.SendAsync(new PutClassifications.Command(csv), ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
        return code == ExitCodes.Done && outcome.Value.Rejected.Count > 0 ? ExitCodes.DoneWithErrors : code;
    }

    private static void Show(CliOutput output, PutClassifications.Result result)
    {
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{result.Updated} updated, {result.Unchanged} unchanged, {result.Rejected.Count} rejected"));
        foreach (var rejection in result.Rejected)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"line {rejection.Line}: {rejection.Reason}"));
        }
    }
}
