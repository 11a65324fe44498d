using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Calendar;

namespace ThemePark.Modules.Quality.Features;

/// <summary>Destinations by UTC days: what is held, what is missing, what nobody expects and what nobody knows.</summary>
internal static class GetCalendar
{
    private const int DefaultDays = 31;
    private const int MostDays = 400;
    private const int MostCells = 12_400;

    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2100, 1, 1);

    internal sealed record Query(
        DateOnly? From, DateOnly? To, [FromQuery(Name = "destination_id")] int? DestinationId, int? Limit, int? Offset) : IRequest<Outcome<Result>>, IPaged;

    internal sealed record Result(DateOnly From, DateOnly To, IReadOnlyList<Row> Destinations, PageMetadata Metadata);

    internal sealed record Row(int DestinationId, Guid DestinationUuid, string? DestinationName, IReadOnlyList<Day> Days);

    /// <summary>
    /// States: FULL (its file was imported, or 95 % of the best live day within two weeks is there), PARTIAL, NONE (expected and not there), NOT_EXPECTED,
    /// UNKNOWN. <c>coverage_percent</c> is null where it is not known.
    /// </summary>
    internal sealed record Day(DateOnly Date, string State, double? CoveragePercent, string? DataSource, long Snapshots);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/calendar", Handle)
            .WithName(nameof(GetCalendar))
            .WithSummary("What is held of each destination on each UTC day from from to to (at most 400; the last 31 unless given), destinations by name, by pages; days times limit is at most 12400.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.From).InclusiveBetween(Earliest, Latest);
            RuleFor(q => q.To).InclusiveBetween(Earliest, Latest);
        }
    }

    internal sealed class Handler(CalendarReader calendar, ICatalogue catalogue, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            var to = request.To ?? request.From?.AddDays(DefaultDays - 1) ?? DateOnly.FromDateTime(now);
            var from = request.From ?? to.AddDays(1 - DefaultDays);
            var days = to.DayNumber - from.DayNumber + 1;
            if (days is < 1 or > MostDays)
            {
                return Failure.Validation("to", $"to must not be before from, and at most {MostDays - 1} days after it.");
            }

            if (request.DestinationId is null && days * request.LimitOrDefault() > MostCells)
            {
                return Failure.Validation("limit", $"limit times the number of days must be at most {MostCells}.");
            }

            var all = (await catalogue.ListDestinationsAsync(cancellationToken)).Where(d => request.DestinationId is not { } id || d.DestinationId == id).ToList();
            if (request.DestinationId is { } missing && all.Count == 0)
            {
                return Failure.NotFound("DESTINATION_NOT_FOUND", $"There is no destination {missing}.");
            }

            var page = all.OrderBy(d => d.Name ?? d.Slug, StringComparer.OrdinalIgnoreCase).ThenBy(d => d.DestinationId)
                .Skip(request.OffsetOrDefault()).Take(request.LimitOrDefault()).ToList();
            var held = await calendar.ReadAsync(page, from, to, cancellationToken);
            return new Result(
                from,
                to,
                [.. page.Select(d => new Row(d.DestinationId, d.Uuid, d.Name ?? d.Slug, [.. held[d.DestinationId].Select(Of)]))],
                new PageMetadata(page.Count, all.Count, now));
        }

        private static Day Of(DestinationDay day) => new(day.Date, day.State.ToUpperSnake(), day.CoveragePercent, day.DataSource, day.Snapshots);
    }
}
