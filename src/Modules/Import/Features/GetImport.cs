using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Features;

/// <summary>One import as it stands.</summary>
internal static class GetImport
{
    internal sealed record Query(string ImportId) : IRequest<Outcome<ImportView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/status/{import_id}", Handle)
            .RequireRateLimiting(RateLimits.StatusReads)
            .WithName(nameof(GetImport))
            .WithSummary("One import: state, progress, rates, matching and errors.")
            .Produces<ImportView>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([FromRoute(Name = "import_id")] string importId, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(importId), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(ImportReads reads) : IRequestHandler<Query, Outcome<ImportView>>
    {
        public async Task<Outcome<ImportView>> Handle(Query request, CancellationToken cancellationToken) =>
            await reads.FindAsync(request.ImportId, cancellationToken) is { } import ? import : ImportFailures.NotFound(request.ImportId);
    }
}
