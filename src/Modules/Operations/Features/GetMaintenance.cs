using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Whether the warehouse is in maintenance, whether its console is closed, and what still runs. Asks the database, not this node's memory.</summary>
internal static class GetMaintenance
{
    internal sealed record Query : IRequest<Outcome<MaintenanceView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app.MapAdmin("/maintenance", "Operations")
            .MapGet("", async (IMediator mediator, CancellationToken ct) => (await mediator.Send(new Query(), ct)).ToHttp())
            .WithName("GetMaintenance")
            .WithSummary("Whether the warehouse is in maintenance, and how many jobs still run.")
            .Produces<MaintenanceView>();
    }

    internal sealed class Handler(MaintenanceReader view) : IRequestHandler<Query, Outcome<MaintenanceView>>
    {
        public async Task<Outcome<MaintenanceView>> Handle(Query request, CancellationToken cancellationToken) => await view.ReadAsync(cancellationToken);
    }
}
