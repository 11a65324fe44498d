using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Import.Features;

namespace ThemePark.Host.Cli;

internal static class ImportPreview
{
    private static readonly Option<bool> FromRaw = new("--from-raw") { Description = "Of what was fetched before, as populate reads it." };

    public static Command Verb()
    {
        var verb = CommandTree.Verb(
            "preview",
            "What start would find and do: files, bytes, days held before and days missing.",
            RunAsync,
            ImportStart.Destination,
            ImportStart.Park,
            ImportStart.From,
            ImportStart.To,
            ImportStart.Refetch,
            FromRaw);
        verb.Validators.Add(result =>
        {
            if ((result.GetValue(ImportStart.Destination) is null) == (result.GetValue(ImportStart.Park) is null))
            {
                result.AddError("Say of what, once: --destination ID or --park ID.");
            }
        });
        return verb;
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var named = ImportStart.Named(context);
        var outcome = await context.SendAsync(
            new PreviewImport.Query(
                named.DestinationId,
                named.DestinationUuid,
                named.ParkId,
                named.StartDate,
                named.EndDate,
                context.Arguments.GetValue(ImportStart.Refetch),
                context.Arguments.GetValue(FromRaw)),
            ct);
        return context.Finish(outcome, preview => context.Output.Result(preview, () => Show(context.Output, preview)));
    }

    private static void Show(CliOutput output, PreviewImport.Result preview)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{preview.Files} files, {preview.Bytes:N0} bytes, {preview.FirstDay:yyyy-MM-dd} to {preview.LastDay:yyyy-MM-dd}; {preview.FilesToRead} to read: {preview.FilesNew} new, {preview.FilesChanged} changed, {preview.FilesUnchanged} unchanged; {preview.Others} are no day files"));
        foreach (var gap in preview.Gaps)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"gap\t{gap.From:yyyy-MM-dd}\t{gap.To:yyyy-MM-dd}"));
        }

        if (preview.WaitsFor is { } import)
        {
            output.Line($"{import} of this destination is not finished; wait for it first.");
        }
    }
}

internal static class ImportHoldings
{
    private static readonly Option<string?> Sort = new("--sort") { Description = "name, files, imported, last_day or unmatched; with - in front the other way round. Default: name" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "At most so many. Default: 50" };
    private static readonly Option<int?> Offset = new("--offset") { Description = "Leave out the first so many." };

    public static Command Verb() => CommandTree.Verb("holdings", "How far each destination is imported; asks no source.", RunAsync, Sort, Limit, Offset);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(new ListHoldings.Query(arguments.GetValue(Sort), arguments.GetValue(Limit), arguments.GetValue(Offset)), ct);
        return context.Finish(outcome, page => context.Output.Result(page, () => context.Output.Table(
            ["destination", "id", "name", "first", "last", "files", "imported", "unmatched", "last import", "status", "failed"],
            page.Data.Select(h => (IReadOnlyList<string>)
            [
                h.DestinationUuid.ToString(),
                h.DestinationId?.ToString(CultureInfo.InvariantCulture) ?? "",
                h.DestinationName ?? "",
                h.FirstDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                h.LastDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                h.Files.ToString(CultureInfo.InvariantCulture),
                h.FilesImported.ToString(CultureInfo.InvariantCulture),
                h.UnmatchedOpen.ToString(CultureInfo.InvariantCulture),
                h.LastImport?.ImportId ?? "",
                h.LastImport?.Status ?? "",
                h.LastImport?.FilesFailed.ToString(CultureInfo.InvariantCulture) ?? "",
            ]))));
    }
}
