using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Host.Cli;

internal static class ImportStatusVerb
{
    private static readonly Argument<string> Id = ImportArguments.Id();

    public static Command Verb() => CommandTree.Verb("status", "One import: state, progress, rates, matching and errors.", RunAsync, Id);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new GetImport.Query(context.Arguments.GetRequiredValue(Id)), ct);
        return context.Finish(outcome, import => context.Output.Result(import, () => Show(context.Output, import)));
    }

    private static void Show(CliOutput output, ImportView import)
    {
        ImportText.Table(output, [import]);
        var progress = import.Progress;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.PercentComplete ?? 0:0.##} %, checkpoint {progress.CheckpointDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "none"}, {progress.QueueRecords:N0} queue records, {progress.RecordsReplaced:N0} replaced, {progress.DaysChanged} days changed"));
        if (import.Errors.Kind is { } kind)
        {
            output.Line($"{kind}: {import.Errors.Message}");
        }

        foreach (var error in import.Errors.Latest)
        {
            output.Line($"{error.File}: {error.Kind} {error.Error}");
        }
    }
}

internal static class ImportList
{
    private static readonly Option<string?> Status = new("--status") { Description = "Only this state, such as IN_PROGRESS." };
    private static readonly Option<int?> Destination = new("--destination") { Description = "Only this destination, by id." };
    private static readonly Option<string?> Sort = new("--sort") { Description = "created, status, duration or files_failed; with - in front the other way round. Default: -created" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "At most so many. Default: 50" };
    private static readonly Option<int?> Offset = new("--offset") { Description = "Leave out the first so many." };

    public static Command Verb() => CommandTree.Verb("list", "Imports, newest first.", RunAsync, Status, Destination, Sort, Limit, Offset);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new ListImports.Query(
                arguments.GetValue(Status)?.ToUpperInvariant(),
                arguments.GetValue(Destination),
                null,
                null,
                arguments.GetValue(Limit),
                arguments.GetValue(Offset),
                arguments.GetValue(Sort)),
            ct);
        return context.Finish(outcome, page => context.Output.Result(page, () => ImportText.Table(context.Output, page.Data)));
    }
}

internal static class ImportPause
{
    private static readonly Argument<string> Id = ImportArguments.Id();
    private static readonly Option<string?> Why = ImportArguments.Why();

    public static Command Verb() => CommandTree.Verb("pause", "Pause an import; it can be resumed.", RunAsync, Id, Why);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new PauseImport.Command(context.Arguments.GetRequiredValue(Id), context.Arguments.GetValue(Why)), ct);
        return context.Finish(outcome, paused => context.Output.Result(paused, () => context.Output.Line($"{paused.ImportId} {paused.Status}")));
    }
}

internal static class ImportResume
{
    private static readonly Argument<string> Id = ImportArguments.Id();

    public static Command Verb() => CommandTree.Verb("resume", "Resume a paused, failed or interrupted import.", RunAsync, Id, ImportStart.Wait);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new ResumeImport.Command(context.Arguments.GetRequiredValue(Id)), ct);
        return await ImportArguments.AgainAsync(context, outcome, outcome.Failure is null ? outcome.Value.ImportId : "", ct);
    }
}

internal static class ImportCancel
{
    private static readonly Argument<string> Id = ImportArguments.Id();
    private static readonly Option<string?> Why = ImportArguments.Why();

    public static Command Verb() => CommandTree.Verb("cancel", "Cancel an import for good; what is committed stays.", RunAsync, Id, Why);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new CancelImport.Command(context.Arguments.GetRequiredValue(Id), context.Arguments.GetValue(Why)), ct);
        return context.Finish(outcome, cancelled => context.Output.Result(cancelled, () => context.Output.Line(cancelled.Message)));
    }
}

internal static class ImportRetry
{
    private static readonly Argument<string> Id = ImportArguments.Id();

    public static Command Verb() => CommandTree.Verb("retry", "Try the failed files of an import again.", RunAsync, Id, ImportStart.Wait);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new RetryImport.Command(context.Arguments.GetRequiredValue(Id)), ct);
        return await ImportArguments.AgainAsync(context, outcome, outcome.Failure is null ? outcome.Value.ImportId : "", ct);
    }
}

internal static class ImportDestinations
{
    public static Command Verb() => CommandTree.Verb("destinations", "What the archive holds.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new ListArchiveDestinations.Query(), ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => context.Output.Table(
            ["destination", "id", "name", "first", "last", "files"],
            result.Data.Select(d => (IReadOnlyList<string>)
            [
                d.DestinationUuid.ToString(),
                d.DestinationId?.ToString(CultureInfo.InvariantCulture) ?? "",
                d.DestinationName ?? "",
                d.FirstDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                d.LastDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                d.FileCount.ToString(CultureInfo.InvariantCulture),
            ]))));
    }
}

internal static class ImportArguments
{
    public static Argument<string> Id() => new("import") { Description = "The import's id, imp_…" };

    public static Option<string?> Why() => new("--why") { Description = "The reason, for the audit log." };

    public static async Task<int> AgainAsync<T>(CliContext context, Outcome<T> outcome, string importId, CancellationToken ct) =>
        outcome.Failure is null && context.Arguments.GetValue(ImportStart.Wait)
            ? await ImportWatch.WaitAsync(context, [importId], ct)
            : context.Finish(outcome, value => context.Output.Result(value!, () => context.Output.Line($"{importId} IN_PROGRESS")));
}
