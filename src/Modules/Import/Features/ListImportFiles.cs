using System.Text.Json;
using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>Every object an import listed, with its outcome and the reason: listed = imported + skipped + failed + still pending.</summary>
internal static class ListImportFiles
{
    internal sealed record Query(string ImportId, string? Status, int? Limit, int? Offset) : IRequest<Outcome<Result>>, IPaged;

    internal sealed record Filter(string? Status, int? Limit, int? Offset);

    internal sealed record Result(IReadOnlyList<File> Data, Totals Summary, PageMetadata Metadata);

    internal sealed record Totals(int Listed, int Imported, int Skipped, int Failed, int Pending);

    /// <summary><c>events</c> = records + duplicates + kept_live + unmatched + rejected + park_events, for an imported file.</summary>
    internal sealed record File(
        string Key,
        DateOnly? Date,
        string Status,
        string? Reason,
        string? Error,
        long SizeBytes,
        int Events,
        int Records,
        int QueueRecords,
        int ShowRecords,
        int Replaced,
        int Duplicates,
        int KeptLive,
        int Unmatched,
        int Rejected,
        int ParkEvents,
        JsonElement? Findings,
        DateTime? FinishedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/files/{import_id}", Handle)
            .WithName(nameof(ListImportFiles))
            .WithSummary("Every object an import listed, with its outcome and the reason.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle(
            [FromRoute(Name = "import_id")] string importId, [AsParameters] Filter filter, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(importId, filter.Status, filter.Limit, filter.Offset), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        private static readonly string[] Outcomes = [FileOutcome.Pending, FileOutcome.Imported, FileOutcome.Skipped, FileOutcome.Failed];

        public Validator() => RuleFor(q => q.Status)
            .Must(s => s is null || Outcomes.Contains(s))
            .WithMessage($"status must be one of {string.Join(", ", Outcomes)}; got '{{PropertyValue}}'.");
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var checkpoint = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
                "SELECT checkpoint_id FROM import_checkpoints WHERE import_id = @ImportId", new { request.ImportId }, cancellationToken: cancellationToken));
            if (checkpoint is null)
            {
                return ImportFailures.NotFound(request.ImportId);
            }

            var counts = (await connection.QueryAsync<(string Outcome, long Count)>(new CommandDefinition(
                CountByOutcome, new { Checkpoint = checkpoint }, cancellationToken: cancellationToken))).ToDictionary(c => c.Outcome, c => (int)c.Count);
            var rows = await connection.QueryAsync<Row>(new CommandDefinition(
                SelectPage,
                new { Checkpoint = checkpoint, request.Status, Limit = request.LimitOrDefault(), Offset = request.OffsetOrDefault() },
                cancellationToken: cancellationToken));
            var files = rows.Select(r => r.ToFile()).ToList();
            var totals = new Totals(
                counts.Values.Sum(),
                counts.GetValueOrDefault(FileOutcome.Imported),
                counts.GetValueOrDefault(FileOutcome.Skipped),
                counts.GetValueOrDefault(FileOutcome.Failed),
                counts.GetValueOrDefault(FileOutcome.Pending));
            var matching = request.Status is null ? totals.Listed : counts.GetValueOrDefault(request.Status);
            return new Result(files, totals, new PageMetadata(files.Count, matching, clock.GetUtcNow().UtcDateTime));
        }

        private sealed class Row
        {
            public string Key { get; init; } = "";
            public DateOnly? Date { get; init; }
            public string Outcome { get; init; } = "";
            public string? Reason { get; init; }
            public string? Error { get; init; }
            public long Size { get; init; }
            public int Events { get; init; }
            public int Records { get; init; }
            public int Queues { get; init; }
            public int Shows { get; init; }
            public int Replaced { get; init; }
            public int Duplicates { get; init; }
            public int KeptLive { get; init; }
            public int Unmatched { get; init; }
            public int Rejected { get; init; }
            public int ParkEvents { get; init; }
            public string? Findings { get; init; }
            public DateTime? FinishedAt { get; init; }

            public File ToFile() => new(
                Key, Date, Outcome, Reason, Error, Size, Events, Records, Queues, Shows, Replaced, Duplicates, KeptLive, Unmatched, Rejected, ParkEvents,
                Findings is null ? null : JsonElement.Parse(Findings), FinishedAt);
        }

        private const string CountByOutcome = "SELECT outcome, COUNT(*) FROM import_files WHERE checkpoint_id = @Checkpoint GROUP BY outcome";

        private const string SelectPage =
            """
            SELECT
                object_key AS `Key`, object_day AS Date, outcome AS Outcome, reason AS Reason, error AS Error, size AS Size, events AS Events,
                `rows` AS Records, queue_rows AS Queues, show_rows AS Shows, replaced AS Replaced, duplicates AS Duplicates,
                kept_live AS KeptLive, unmatched AS Unmatched, rejected AS Rejected, park_events AS ParkEvents, findings AS Findings,
                finished_at AS FinishedAt
            FROM import_files
            WHERE checkpoint_id = @Checkpoint
              AND (@Status IS NULL OR outcome = @Status)
            ORDER BY object_day, object_key
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
