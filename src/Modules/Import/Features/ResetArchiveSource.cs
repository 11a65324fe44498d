using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Sources;

namespace ThemePark.Modules.Import.Features;

/// <summary>Lets requests go to the archive again at once, on this node; the other nodes try by themselves after the breaker's pause.</summary>
internal static class ResetArchiveSource
{
    internal sealed record Command(string? Why = null) : IRequest<Outcome<ArchiveSourceView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/source/reset", Handle)
            .RequireRateLimiting(RateLimits.ImportControl)
            .WithName(nameof(ResetArchiveSource))
            .WithSummary("Closes the circuit breaker of this node's archive source and forgets a Retry-After.")
            .Produces<ArchiveSourceView>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(IArchiveSource source, SourceGuard guard, IAuditLog audit) : IRequestHandler<Command, Outcome<ArchiveSourceView>>
    {
        public async Task<Outcome<ArchiveSourceView>> Handle(Command request, CancellationToken cancellationToken)
        {
            var before = guard.Status();
            guard.Reset();
            await audit.RecordAsync(
                "import.source.reset",
                source.Location,
                new { Breaker = before.Breaker, before.ConsecutiveFailures, before.WaitingUntil },
                request.Why,
                cancellationToken);
            return ArchiveSourceView.Of(source, guard);
        }
    }
}
