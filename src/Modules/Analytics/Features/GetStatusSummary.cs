using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>How many rides are in which state now.</summary>
internal static class GetStatusSummary
{
    internal sealed record Query(string? Filter, [FromQuery(Name = "park_id")] int? ParkId) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        bool Success,
        string Filter,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ParkId,
        Counts StatusSummary,
        DateTime Timestamp,
        Attribution Attribution);

    /// <summary>Counted rides that were ever seen live, each once. UNKNOWN: not seen for 24 hours, or without a status we know.</summary>
    internal sealed record Counts(
        [property: JsonPropertyName("OPERATING")] int Operating,
        [property: JsonPropertyName("DOWN")] int Down,
        [property: JsonPropertyName("CLOSED")] int Closed,
        [property: JsonPropertyName("REFURBISHMENT")] int Refurbishment,
        [property: JsonPropertyName("PARK_CLOSED")] int ParkClosed,
        [property: JsonPropertyName("UNKNOWN")] int Unknown,
        int Total);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/live", "Analytics")
            .MapGet("/status-summary", Handle)
            .WithName(nameof(GetStatusSummary))
            .WithSummary("Rides by live status, of all parks or of one.")
            .Produces<Result>()
            .Revalidated(live: true)
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter).MustBeFilter();
    }

    internal sealed class Handler(ParkDirectory directory, LiveBoard board) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var filter = request.Filter ?? ParkDirectory.AllParks;
            var view = await board.ReadAsync(cancellationToken);
            if (request.ParkId is { } id && !(await directory.ListAsync(null, cancellationToken)).ContainsKey(id))
            {
                return ParkDirectory.NotFound(id);
            }

            var parks = await directory.ListAsync(filter, cancellationToken);
            var rides = view.Rides.Values
                .Where(r => r.IsCounted && parks.ContainsKey(r.ParkId) && (request.ParkId is null || r.ParkId == request.ParkId))
                .CountBy(r => r.LiveStatus)
                .ToDictionary();
            var counts = new Counts(Of("OPERATING"), Of("DOWN"), Of("CLOSED"), Of("REFURBISHMENT"), Of("PARK_CLOSED"), Of("UNKNOWN"), rides.Values.Sum());
            return new Result(true, filter, request.ParkId, counts, view.At, Attribution.ThemeParksWiki);

            int Of(string status) => rides.GetValueOrDefault(status);
        }
    }
}
