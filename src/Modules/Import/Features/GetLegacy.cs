using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Modules.Import.Features;

/// <summary>Where bringing over an existing warehouse stands; from our journal alone, so it answers when the old server does not.</summary>
internal static class GetLegacy
{
    internal sealed record Query : IRequest<Outcome<LegacyView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/legacy", "Import")
            .MapGet("/status", Handle)
            .WithName(nameof(GetLegacy))
            .WithSummary("Where bringing over an existing warehouse stands: state, account of all rows, measured downtime.")
            .Produces<LegacyView>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(LegacyStore store, LegacyReads reads) : IRequestHandler<Query, Outcome<LegacyView>>
    {
        public async Task<Outcome<LegacyView>> Handle(Query request, CancellationToken cancellationToken) =>
            await store.FindLastAsync(cancellationToken) is { } copy ? await reads.ViewAsync(copy, cancellationToken) : LegacyFailures.NotBegun;
    }
}
