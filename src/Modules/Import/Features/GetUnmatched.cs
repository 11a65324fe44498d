using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Unmatched;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Features;

/// <summary>One entity without a ride beside the rides it may be, and its neighbours in the list it was found in.</summary>
internal static class GetUnmatched
{
    internal sealed record Query(int UnmatchedId, int? DestinationId = null, string? Status = null, string? Text = null, string? Sort = null)
        : IRequest<Outcome<Result>>, IUnmatchedList;

    internal sealed record List([FromQuery(Name = "destination_id")] int? DestinationId, string? Status, string? Text, string? Sort);

    /// <summary>The neighbours are of the list that the filters give; an entity that is not in it has the first there as its next.</summary>
    internal sealed record Result(UnmatchedView Entity, IReadOnlyList<Candidate> Candidates, int? PreviousId, int? NextId);

    /// <summary>
    /// <c>method</c> is what proposed it, with its score of 0 to 100. Park and kind are null when the ride is gone, the distance where upstream
    /// has not said where one of the two is.
    /// </summary>
    internal sealed record Candidate(int RideId, string? Name, int? ParkId, string? ParkName, string? Kind, double? DistanceM, string Method, int Score);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/unmatched/{id}", Handle)
            .WithName(nameof(GetUnmatched))
            .WithSummary("An entity without a ride beside the rides it may be: park, kind, distance, score; and the ids before and behind it in the list.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([FromRoute] int id, [AsParameters] List list, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(id, list.DestinationId, list.Status, list.Text, list.Sort), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => Include(new UnmatchedListRules());
    }

    internal sealed class Handler(UnmatchedReads reads, ICatalogue catalogue) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await reads.FindAsync(request.UnmatchedId, cancellationToken) is not { } entity)
            {
                return UnmatchedFailures.NotFound(request.UnmatchedId);
            }

            var rides = await catalogue.GetRidesAsync([.. entity.Candidates.Select(c => c.RideId)], cancellationToken);
            var parks = (await catalogue.ListParksAsync(entity.DestinationId, cancellationToken)).ToDictionary(p => p.ParkId);
            var places = await catalogue.GetPlacesAsync([entity.EntityUuid, .. rides.Values.Select(r => r.Uuid).OfType<Guid>()], cancellationToken);
            var candidates = entity.Candidates.Select(candidate =>
            {
                var ride = rides.GetValueOrDefault(candidate.RideId);
                return new Candidate(
                    candidate.RideId,
                    ride?.Name ?? candidate.Name,
                    ride?.ParkId,
                    ride is null ? null : parks.GetValueOrDefault(ride.ParkId)?.Name,
                    ride?.Kind.ToUpperSnake(),
                    Distance(places, entity.EntityUuid, ride?.Uuid),
                    candidate.Method,
                    candidate.Score);
            }).ToList();
            var (previous, next) = await reads.NeighboursAsync(request, request.UnmatchedId, cancellationToken);
            return new Result(entity, candidates, previous, next);
        }

        private static double? Distance(IReadOnlyDictionary<Guid, Place> places, Guid entity, Guid? ride) =>
            ride is { } uuid && places.TryGetValue(entity, out var here) && places.TryGetValue(uuid, out var there) ? Math.Round(here.MetresTo(there)) : null;
    }
}
