using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Host.Cli;

internal static class ImportUnmatchedShow
{
    public static Command Verb() => CommandTree.Verb("show", "An entity without a ride beside the rides it may be.", RunAsync, ImportUnmatchedResolve.Id);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new GetUnmatched.Query(context.Arguments.GetRequiredValue(ImportUnmatchedResolve.Id)), ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
    }

    private static void Show(CliOutput output, GetUnmatched.Result result)
    {
        ImportUnmatched.Show(output, [result.Entity]);
        output.Table(
            ["ride", "name", "park", "kind", "metres away", "score", "by"],
            result.Candidates.Select(c => (IReadOnlyList<string>)
            [
                c.RideId.ToString(CultureInfo.InvariantCulture),
                c.Name ?? "",
                c.ParkName ?? "",
                c.Kind ?? "",
                c.DistanceM?.ToString("0", CultureInfo.InvariantCulture) ?? "",
                c.Score.ToString(CultureInfo.InvariantCulture),
                c.Method,
            ]));
    }
}

internal static class ImportUnmatchedPreview
{
    public static Command Verb() => CommandTree.Verb(
        "preview", "What resolve would do, before it is done.", RunAsync, ImportUnmatchedResolve.Id, ImportUnmatchedResolve.Action, ImportUnmatchedResolve.Ride);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new PreviewResolution.Query(
                arguments.GetRequiredValue(ImportUnmatchedResolve.Id),
                arguments.GetRequiredValue(ImportUnmatchedResolve.Action),
                arguments.GetValue(ImportUnmatchedResolve.Ride)),
            ct);
        return context.Finish(outcome, preview => context.Output.Result(preview, () => Show(context.Output, preview)));
    }

    private static void Show(CliOutput output, PreviewResolution.Result preview)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{preview.Days} days with {preview.RowsOfDays:N0} rows are read again, {preview.Observations:N0} observations of the entity among them; {preview.DaysWithoutRaw} days have no raw object"));
        if (preview.FirstDay is { } first && preview.LastDay is { } last)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{first:yyyy-MM-dd} to {last:yyyy-MM-dd} {preview.TimeZone}"));
        }

        foreach (var same in preview.SameRide)
        {
            output.Line($"the same ride: {same.Uuid} {CliOutput.Instant(same.ValidFrom)} {CliOutput.Instant(same.ValidTo)}".TrimEnd());
        }

        if (preview.WaitsFor is { } import)
        {
            output.Line($"{import} of this destination is not finished; wait for it first.");
        }
    }
}

internal static class ImportUnmatchedResolveMany
{
    private static readonly Option<int[]> Ids = new("--ids") { Description = "The entities' ids.", Required = true, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> Action = new("--action")
    {
        Description = "map each to its best candidate of at least --min-score, create a ride of each, or ignore them.",
        Required = true,
    };

    private static readonly Option<int?> MinScore = new("--min-score") { Description = "For map: 1 to 100." };
    private static readonly Option<string?> Note = new("--note") { Description = "Kept with the entities and in the audit log." };
    private static readonly Option<bool> Preview = new("--preview") { Description = "Tell what would be done to each, and do nothing." };

    static ImportUnmatchedResolveMany() => Action.AcceptOnlyFromAmong("map", "create", "ignore");

    public static Command Verb() => CommandTree.Verb(
        "resolve-many",
        "Say one thing of many unmatched entities, and replay the days they were seen on; ends with 3 when some were refused.",
        RunAsync,
        Ids,
        Action,
        MinScore,
        Note,
        Preview);

    private static Task<int> RunAsync(CliContext context, CancellationToken ct) =>
        context.Arguments.GetValue(Preview) ? PreviewAsync(context, ct) : ResolveAsync(context, ct);

    private static async Task<int> PreviewAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new PreviewManyResolutions.Query(arguments.GetRequiredValue(Ids), arguments.GetRequiredValue(Action), arguments.GetValue(MinScore)), ct);
        return context.Finish(outcome, preview => context.Output.Result(preview, () => Show(context.Output, preview)));
    }

    private static async Task<int> ResolveAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new ResolveManyUnmatched.Command(
                arguments.GetRequiredValue(Ids), arguments.GetRequiredValue(Action), arguments.GetValue(MinScore), arguments.GetValue(Note)),
            ct);
        var code = context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
        if (code != ExitCodes.Done)
        {
            return code;
        }

        // The replays are jobs: they are done here where no host serves.
        var imports = outcome.Value.Replays.Select(r => r.ImportId).OfType<string>().ToList();
        var replayed = imports.Count == 0 ? ExitCodes.Done : await ImportWatch.WorkAsync(context, imports, ct);
        return replayed != ExitCodes.Done ? replayed : outcome.Value.Refused.Count > 0 ? ExitCodes.DoneWithErrors : ExitCodes.Done;
    }

    private static void Show(CliOutput output, PreviewManyResolutions.Result preview)
    {
        foreach (var chosen in preview.Chosen)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture, $"{chosen.UnmatchedId} {chosen.Name}{(chosen.RideId is { } ride ? $": ride {ride} {chosen.RideName} ({chosen.Score})" : "")}"));
        }

        foreach (var refused in preview.Refused)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{refused.UnmatchedId} {refused.Name}: refused. {refused.Message} ({refused.Code})"));
        }

        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{preview.Days} days are read again, for {preview.Observations:N0} observations; {preview.DaysWithoutRaw} days have no raw object"));
    }

    private static void Show(CliOutput output, ResolveManyUnmatched.Result result)
    {
        foreach (var done in result.Done)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture, $"{done.UnmatchedId} {done.Name}: {done.Status}{(done.RideId is { } ride ? $", ride {ride}" : "")}"));
        }

        foreach (var refused in result.Refused)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{refused.UnmatchedId} {refused.Name}: refused. {refused.Message} ({refused.Code})"));
        }

        output.Line(string.Create(CultureInfo.InvariantCulture, $"{result.Done.Count} done, {result.Refused.Count} refused"));
    }
}

internal static class ImportUnmatchedReopen
{
    private static readonly Option<string?> Note = new("--note") { Description = "Why; kept in the audit log." };

    public static Command Verb() => CommandTree.Verb(
        "reopen", "Take back that an unmatched entity is ignored: it waits for a word again.", RunAsync, ImportUnmatchedResolve.Id, Note);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new ReopenUnmatched.Command(arguments.GetRequiredValue(ImportUnmatchedResolve.Id), arguments.GetValue(Note)), ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => context.Output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{result.EntityUuid} {result.Name}: {result.Status}, seen {result.Occurrences:N0} times without a ride"))));
    }
}

internal static class ImportUnmatchedExport
{
    private static readonly Argument<FileInfo> File = new("file") { Description = "Where to write the CSV; a file that is there is replaced." };

    public static Command Verb() => CommandTree.Verb(
        "export",
        "Write entities without a ride to a CSV file, with the best two rides each may be.",
        RunAsync,
        File,
        ImportUnmatched.Destination,
        ImportUnmatched.Status,
        ImportUnmatched.Text,
        ImportUnmatched.Sort);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new ExportUnmatched.Query(
                arguments.GetValue(ImportUnmatched.Destination),
                arguments.GetValue(ImportUnmatched.Status)?.ToUpperInvariant(),
                arguments.GetValue(ImportUnmatched.Text),
                arguments.GetValue(ImportUnmatched.Sort)),
            ct);
        if (outcome.Failure is not null)
        {
            return context.Finish(outcome, _ => { });
        }

        var file = arguments.GetRequiredValue(File);
        await using (var csv = file.Create())
        {
            await UnmatchedCsv.WriteAsync(csv, outcome.Value, ct);
        }

        context.Output.Result(
            new { File = file.FullName, Entities = outcome.Value.Count },
            () => context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{outcome.Value.Count} entities in {file.FullName}")));
        return ExitCodes.Done;
    }
}
