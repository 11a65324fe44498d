using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Modules.Import.Features;

/// <summary>Rides of an existing warehouse nobody can place, with the rows that wait for them, the most rows first. Their rows are in the legacy table still.</summary>
internal static class ListLegacyUnknown
{
    internal sealed record Query(int? Limit = null, int? Offset = null) : IRequest<Outcome<Page<UnknownRideView>>>, IPaged;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/legacy", "Import")
            .MapGet("/unknown", Handle)
            .WithName(nameof(ListLegacyUnknown))
            .WithSummary("Rides of an existing warehouse without one of ours: why, how many rows, first and last.")
            .Produces<Page<UnknownRideView>>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Handler(LegacyStore store, LegacyReads reads, TimeProvider clock) : IRequestHandler<Query, Outcome<Page<UnknownRideView>>>
    {
        public async Task<Outcome<Page<UnknownRideView>>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await store.FindLastAsync(cancellationToken) is not { } copy)
            {
                return LegacyFailures.NotBegun;
            }

            var (rides, total) = await reads.UnknownRidesAsync(copy.CopyId, request.LimitOrDefault(), request.OffsetOrDefault(), cancellationToken);
            return new Page<UnknownRideView>(rides, new PageMetadata(rides.Count, total, clock.GetUtcNow().UtcDateTime));
        }
    }
}
