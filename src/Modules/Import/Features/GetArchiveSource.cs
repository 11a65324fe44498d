using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Sources;

namespace ThemePark.Modules.Import.Features;

/// <summary>Where the history comes from and how that is going; asks the source nothing.</summary>
internal static class GetArchiveSource
{
    internal sealed record Query : IRequest<Outcome<ArchiveSourceView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/source", Handle)
            .WithName(nameof(GetArchiveSource))
            .WithSummary("The archive source of this node: kind, location, circuit breaker, request counts and last error.")
            .Produces<ArchiveSourceView>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(IArchiveSource source, SourceGuard guard) : IRequestHandler<Query, Outcome<ArchiveSourceView>>
    {
        public Task<Outcome<ArchiveSourceView>> Handle(Query request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<ArchiveSourceView>>(ArchiveSourceView.Of(source, guard));
    }
}
