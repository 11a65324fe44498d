using System.Globalization;
using System.Text.Json;
using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Runs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>What an import found wrong: counts and the first record of each kind, and the days the archive does not have.</summary>
internal static class GetImportQuality
{
    internal sealed record Query(string ImportId) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        string ImportId, Metrics QualityMetrics, IReadOnlyList<Gap> GapAnalysis, IReadOnlyList<Issue> ValidationIssues);

    /// <summary>
    /// Records are events: total = valid + invalid + duplicates (+ those of a park itself, which are no ride's). An event kept with a
    /// flag is valid; its flag is an issue.
    /// </summary>
    internal sealed record Metrics(
        long TotalRecords, long ValidRecords, long InvalidRecords, long DuplicateRecords, long UnmatchedRecords, long ParkRecords, int GapsDetected);

    /// <summary>Days without a usable file, both ends inclusive.</summary>
    internal sealed record Gap(DateOnly StartDate, DateOnly EndDate, double GapHours, string Reason);

    internal sealed record Issue(string IssueType, long Count, string SampleRecord);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/quality/{import_id}", Handle)
            .WithName(nameof(GetImportQuality))
            .WithSummary("The quality report of an import: counts, gaps, and each kind of finding with a sample.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([FromRoute(Name = "import_id")] string importId, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(importId), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(MySqlDatabase database, RunStore store) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await store.FindAsync(request.ImportId, cancellationToken) is not { } run)
            {
                return ImportFailures.NotFound(request.ImportId);
            }

            await using var connection = await database.OpenAsync(cancellationToken);
            var files = (await connection.QueryAsync<Row>(new CommandDefinition(
                SelectFiles, new { run.CheckpointId }, cancellationToken: cancellationToken))).AsList();
            var gaps = Gaps(run, files);
            return new Result(
                run.ImportId,
                new Metrics(
                    files.Sum(f => f.Events),
                    files.Sum(f => f.Records + f.KeptLive + f.Unmatched),
                    files.Sum(f => f.Rejected),
                    files.Sum(f => f.Duplicates),
                    files.Sum(f => f.Unmatched),
                    files.Sum(f => f.ParkEvents),
                    gaps.Count),
                gaps,
                Issues(files));
        }

        // Between the first and the last day the run knows of; an open range ends where the archive does.
        private static List<Gap> Gaps(ImportRun run, List<Row> files)
        {
            // A day may be listed twice: once more under another spelling of the destination, and skipped.
            var listed = files.Where(f => f.Day is not null).GroupBy(f => f.Day!.Value).ToDictionary(d => d.Key, d => d.All(IsUnusable));
            if (listed.Count == 0 || run.OnlyDays is not null)
            {
                return [];
            }

            var gaps = new List<Gap>();
            var last = run.EndDate ?? listed.Keys.Max();
            for (var day = run.StartDate ?? listed.Keys.Min(); day <= last; day = day.AddDays(1))
            {
                var reason = !listed.TryGetValue(day, out var failed) ? "MISSING_ARCHIVE" : failed ? "INVALID_DATA" : null;
                if (reason is null)
                {
                    continue;
                }

                if (gaps.Count > 0 && gaps[^1].Reason == reason && gaps[^1].EndDate == day.AddDays(-1))
                {
                    gaps[^1] = gaps[^1] with { EndDate = day, GapHours = gaps[^1].GapHours + 24 };
                }
                else
                {
                    gaps.Add(new Gap(day, day, 24, reason));
                }
            }

            return gaps;
        }

        private static bool IsUnusable(Row file) =>
            file.Outcome == FileOutcome.Failed || file is { Outcome: FileOutcome.Skipped, Reason: not FileOutcome.Unchanged };

        private static List<Issue> Issues(List<Row> files)
        {
            var issues = new Dictionary<string, Issue>();
            foreach (var file in files)
            {
                if (file.Outcome == FileOutcome.Failed)
                {
                    Add(FindingType.CorruptFile.ToUpperSnake(), 1, string.Create(CultureInfo.InvariantCulture, $"{file.Key}: {file.Reason} {file.Error}"));
                }

                var findings = file.Findings is null ? [] : JsonSerializer.Deserialize<Dictionary<string, FindingJson>>(file.Findings, Json)!;
                foreach (var (type, finding) in findings)
                {
                    Add(type, finding.Count, finding.Sample);
                }
            }

            return [.. issues.Values.OrderByDescending(i => i.Count).ThenBy(i => i.IssueType, StringComparer.Ordinal)];

            void Add(string type, long count, string sample) =>
                issues[type] = issues.TryGetValue(type, out var known) ? known with { Count = known.Count + count } : new Issue(type, count, sample);
        }

        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

        private sealed record FindingJson(long Count, string Sample);

        private sealed class Row
        {
            public string Key { get; init; } = "";
            public DateOnly? Day { get; init; }
            public string Outcome { get; init; } = "";
            public string? Reason { get; init; }
            public string? Error { get; init; }
            public long Events { get; init; }
            public long Records { get; init; }
            public long Duplicates { get; init; }
            public long KeptLive { get; init; }
            public long Unmatched { get; init; }
            public long Rejected { get; init; }
            public long ParkEvents { get; init; }
            public string? Findings { get; init; }
        }

        private const string SelectFiles =
            """
            SELECT
                object_key AS `Key`, object_day AS Day, outcome AS Outcome, reason AS Reason, error AS Error, events AS Events,
                `rows` AS Records, duplicates AS Duplicates, kept_live AS KeptLive, unmatched AS Unmatched, rejected AS Rejected,
                park_events AS ParkEvents, findings AS Findings
            FROM import_files
            WHERE checkpoint_id = @CheckpointId
            ORDER BY object_day, object_key
            """;
    }
}
