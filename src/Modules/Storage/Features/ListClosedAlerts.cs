using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Alerts;

namespace ThemePark.Modules.Storage.Features;

/// <summary>Alerts that are over, the one that opened last first, and how each of them was told.</summary>
internal static class ListClosedAlerts
{
    internal sealed record Query(int? Limit, int? Offset) : IRequest<Outcome<Page<AlertView>>>, IPaged;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapGet("/alerts/closed", Handle)
            .WithName(nameof(ListClosedAlerts))
            .WithSummary("Alerts that have closed, the newest first, with their deliveries.")
            .Produces<Page<AlertView>>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Handler(AlertStore store, TimeProvider clock) : IRequestHandler<Query, Outcome<Page<AlertView>>>
    {
        public async Task<Outcome<Page<AlertView>>> Handle(Query request, CancellationToken cancellationToken)
        {
            var (closed, total) = await store.ClosedAsync(request.LimitOrDefault(), request.OffsetOrDefault(), cancellationToken);
            var deliveries = await store.DeliveriesAsync([.. closed.Select(a => a.AlertId)], cancellationToken);
            return new Page<AlertView>(
                [.. closed.Select(a => AlertView.Of(a, deliveries[a.AlertId]))], new PageMetadata(closed.Count, total, clock.GetUtcNow().UtcDateTime));
        }
    }
}
