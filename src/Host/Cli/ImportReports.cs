using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Sources;

namespace ThemePark.Host.Cli;

internal static class ImportSource
{
    public static Command Verb() => CommandTree.Verb("source", "Where the history comes from: kind, place, circuit breaker and requests of this process.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new GetArchiveSource.Query(), ct);
        return context.Finish(outcome, source => context.Output.Result(source, () => Show(context.Output, source)));
    }

    private static void Show(CliOutput output, ArchiveSourceView source)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{source.Kind} {source.Location}: breaker {source.Breaker.State.ToUpperSnake()}, {source.Breaker.ConsecutiveFailures} failures in a row"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"{source.Requests.Sent} requests, {source.Requests.Succeeded} succeeded, {source.Requests.Failed} failed, {source.Requests.Retried} retried"));
        if (source.LastError is { } error)
        {
            output.Line($"{CliOutput.Instant(error.At.UtcDateTime)} {error.Kind} {error.Message}");
        }
    }
}

internal static class ImportFiles
{
    private static readonly Argument<string> Id = ImportArguments.Id();
    private static readonly Option<string?> Status = new("--status") { Description = "PENDING, IMPORTED, SKIPPED or FAILED." };
    private static readonly Option<int?> Limit = new("--limit") { Description = "At most so many. Default: 50" };
    private static readonly Option<int?> Offset = new("--offset") { Description = "Leave out the first so many." };

    public static Command Verb() => CommandTree.Verb("files", "Every object an import listed, with its outcome and the reason.", RunAsync, Id, Status, Limit, Offset);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        var outcome = await context.SendAsync(
            new ListImportFiles.Query(
                arguments.GetRequiredValue(Id), arguments.GetValue(Status)?.ToUpperInvariant(), arguments.GetValue(Limit), arguments.GetValue(Offset)),
            ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
    }

    private static void Show(CliOutput output, ListImportFiles.Result result)
    {
        output.Table(
            ["file", "status", "reason", "events", "records", "duplicates", "unmatched", "rejected", "error"],
            result.Data.Select(f => (IReadOnlyList<string>)
            [
                f.Key,
                f.Status,
                f.Reason ?? "",
                f.Events.ToString(CultureInfo.InvariantCulture),
                f.Records.ToString(CultureInfo.InvariantCulture),
                f.Duplicates.ToString(CultureInfo.InvariantCulture),
                f.Unmatched.ToString(CultureInfo.InvariantCulture),
                f.Rejected.ToString(CultureInfo.InvariantCulture),
                f.Error ?? "",
            ]));
        var totals = result.Summary;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.Listed} listed: {totals.Imported} imported, {totals.Skipped} skipped, {totals.Failed} failed, {totals.Pending} pending"));
    }
}

internal static class ImportQuality
{
    private static readonly Argument<string> Id = ImportArguments.Id();

    public static Command Verb() => CommandTree.Verb("quality", "What an import found wrong: counts, gaps, and each kind of finding with a sample.", RunAsync, Id);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new GetImportQuality.Query(context.Arguments.GetRequiredValue(Id)), ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => Show(context.Output, result)));
    }

    private static void Show(CliOutput output, GetImportQuality.Result result)
    {
        var metrics = result.QualityMetrics;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{metrics.TotalRecords:N0} records: {metrics.ValidRecords:N0} valid, {metrics.InvalidRecords:N0} invalid, {metrics.DuplicateRecords:N0} duplicates, {metrics.UnmatchedRecords:N0} unmatched"));
        foreach (var gap in result.GapAnalysis)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"gap\t{gap.StartDate:yyyy-MM-dd}\t{gap.EndDate:yyyy-MM-dd}\t{gap.Reason}"));
        }

        foreach (var issue in result.ValidationIssues)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{issue.IssueType}\t{issue.Count}\t{issue.SampleRecord}"));
        }
    }
}
