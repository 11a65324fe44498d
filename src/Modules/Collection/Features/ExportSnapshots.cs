using System.Globalization;
using System.Text.Json;
using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Features;

/// <summary>
/// Raw rows of one ride with their queues, as JSON lines or CSV by <c>Accept</c>; admin keys only, because upstream's terms forbid
/// publishing raw data. Streamed month by month, so that each read touches one partition.
/// </summary>
internal static class ExportSnapshots
{
    private const int MaxDays = 366;

    internal sealed record Query(
        [FromQuery(Name = "ride_id")] int RideId, DateOnly From, DateOnly To) : IRequest<Outcome<IAsyncEnumerable<Row>>>;

    /// <summary>A null status or wait is unknown or not stated: <c>status_stated</c> and <c>wait_stated</c> tell which.</summary>
    internal sealed record Row(
        int RideId,
        DateTime RecordedAt,
        string? Status,
        bool StatusStated,
        int? WaitMinutes,
        bool WaitStated,
        string DataSource,
        IReadOnlyList<string> Flags,
        IReadOnlyList<Queue> Queues);

    internal sealed record Queue(
        string QueueType,
        int? WaitMinutes,
        string? State,
        DateTime? ReturnStart,
        DateTime? ReturnEnd,
        int? PriceMinor,
        string? Currency,
        int? GroupStart,
        int? GroupEnd,
        DateTime? NextAllocationAt,
        int? EstimatedWait);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/snapshots", "Raw data")
            .MapGet("", Handle)
            .WithName(nameof(ExportSnapshots))
            .WithSummary("Raw rows of one ride between two UTC days (both inclusive, at most 366), with queues: JSON lines, or CSV with Accept: text/csv.")
            .Produces<Row>(StatusCodes.Status200OK, "application/x-ndjson", "text/csv")
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, HttpContext http, CancellationToken cancellationToken)
        {
            var outcome = await mediator.Send(query, cancellationToken);
            var csv = http.Request.Headers.Accept.Any(a => a?.Contains("text/csv", StringComparison.OrdinalIgnoreCase) == true);
            return outcome.ToHttp(rows => Results.Stream(body => WriteAsync(body, rows, csv, cancellationToken), csv ? "text/csv" : "application/x-ndjson"));
        }

        private static async Task WriteAsync(Stream body, IAsyncEnumerable<Row> rows, bool csv, CancellationToken cancellationToken)
        {
            await using var writer = new StreamWriter(body, leaveOpen: true);
            if (csv)
            {
                await writer.WriteLineAsync("ride_id,recorded_at,status,wait_minutes,data_source,flags,queues");
            }

            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                await writer.WriteLineAsync(csv ? Csv(row) : JsonSerializer.Serialize(row, ApiJson.Options));
            }
        }

        // Every value is a number, an instant or a word of ours; only the queues' JSON needs quoting.
        private static string Csv(Row row) => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.RideId},{row.RecordedAt:yyyy-MM-ddTHH:mm:ss.fffZ},{row.Status},{row.WaitMinutes},{row.DataSource},{string.Join(' ', row.Flags)},\"{JsonSerializer.Serialize(row.Queues, ApiJson.Options).Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.To).GreaterThanOrEqualTo(q => q.From);
            RuleFor(q => q.To)
                .Must((q, to) => to.DayNumber - q.From.DayNumber < MaxDays)
                .WithMessage($"to must be at most {MaxDays - 1} days after from.");
        }
    }

    internal sealed class Handler(MySqlDatabase database, ICatalogue catalogue) : IRequestHandler<Query, Outcome<IAsyncEnumerable<Row>>>
    {
        public async Task<Outcome<IAsyncEnumerable<Row>>> Handle(Query request, CancellationToken cancellationToken) =>
            (await catalogue.GetRidesAsync([request.RideId], cancellationToken)).Count == 0
                ? Outcome<IAsyncEnumerable<Row>>.FromFailure(Failure.NotFound("RIDE_NOT_FOUND", $"There is no ride {request.RideId}."))
                : Outcome<IAsyncEnumerable<Row>>.FromValue(ReadAsync(request, cancellationToken));

        private async IAsyncEnumerable<Row> ReadAsync(
            Query request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var end = request.To.AddDays(1);
            for (var from = request.From; from < end;)
            {
                var month = new DateOnly(from.Year, from.Month, 1).AddMonths(1);
                var to = month < end ? month : end;
                var bounds = new { request.RideId, From = from.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), To = to.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) };
                var queues = (await connection.QueryAsync<QueueColumns>(new CommandDefinition(SelectQueues, bounds, cancellationToken: cancellationToken)))
                    .ToLookup(q => q.RecordedAt, q => q.ToQueue());
                foreach (var row in await connection.QueryAsync<RowColumns>(new CommandDefinition(SelectRows, bounds, cancellationToken: cancellationToken)))
                {
                    yield return row.ToRow(request.RideId, [.. queues[row.RecordedAt]]);
                }

                from = to;
            }
        }

        private sealed class RowColumns
        {
            public DateTime RecordedAt { get; init; }
            public RideStatus? Status { get; init; }
            public int? WaitMinutes { get; init; }
            public DataSource Source { get; init; }
            public int Flags { get; init; }

            public Row ToRow(int rideId, IReadOnlyList<Queue> queues)
            {
                var flags = (ObservationFlags)Flags;
                return new Row(
                    rideId,
                    RecordedAt,
                    Status?.ToUpperSnake(),
                    flags.HasFlag(ObservationFlags.StatusStated),
                    WaitMinutes,
                    flags.HasFlag(ObservationFlags.WaitStated),
                    Source.ToUpperSnake(),
                    [.. Enum.GetValues<ObservationFlags>().Where(f => f > ObservationFlags.ShowtimesStated && flags.HasFlag(f)).Select(f => f.ToUpperSnake())],
                    queues);
            }
        }

        private sealed class QueueColumns
        {
            public DateTime RecordedAt { get; init; }
            public QueueType Type { get; init; }
            public int? WaitMinutes { get; init; }
            public QueueState? State { get; init; }
            public DateTime? ReturnStart { get; init; }
            public DateTime? ReturnEnd { get; init; }
            public int? PriceMinor { get; init; }
            public string? Currency { get; init; }
            public int? GroupStart { get; init; }
            public int? GroupEnd { get; init; }
            public DateTime? NextAllocationAt { get; init; }
            public int? EstimatedWait { get; init; }

            public Queue ToQueue() => new(
                Type.ToUpperSnake(), WaitMinutes, State?.ToUpperSnake(), ReturnStart, ReturnEnd, PriceMinor, Currency, GroupStart, GroupEnd, NextAllocationAt, EstimatedWait);
        }

        private const string SelectRows =
            """
            SELECT recorded_at AS RecordedAt, status AS Status, wait_minutes AS WaitMinutes, data_source AS Source, flags AS Flags
            FROM ride_status_snapshots
            WHERE ride_id = @RideId
              AND recorded_at >= @From
              AND recorded_at < @To
            ORDER BY recorded_at
            """;

        private const string SelectQueues =
            """
            SELECT
                recorded_at AS RecordedAt, queue_type AS Type, wait_minutes AS WaitMinutes, state AS State, return_start AS ReturnStart,
                return_end AS ReturnEnd, price_minor AS PriceMinor, currency AS Currency, group_start AS GroupStart, group_end AS GroupEnd,
                next_allocation_at AS NextAllocationAt, estimated_wait AS EstimatedWait
            FROM queue_data
            WHERE ride_id = @RideId
              AND recorded_at >= @From
              AND recorded_at < @To
            ORDER BY recorded_at, queue_type
            """;
    }
}
