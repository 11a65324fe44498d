using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Features;

/// <summary>Pauses an import: it finishes the files in hand, keeps what is committed and can be resumed.</summary>
internal static class PauseImport
{
    internal sealed record Command(string ImportId, string? Why = null) : IRequest<Outcome<Result>>;

    /// <summary><c>checkpoint_date</c>: the last day before which nothing is pending.</summary>
    internal sealed record Result(string ImportId, string Status, DateOnly? CheckpointDate, long RecordsImported, DateTime PausedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/pause/{import_id}", Handle)
            .RequireRateLimiting(RateLimits.ImportControl)
            .WithName(nameof(PauseImport))
            .WithSummary("Pauses an import that waits or works; answers when it stands still.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute(Name = "import_id")] string importId, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(importId), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(RunStops stops, ImportReads reads, IAuditLog audit, TimeProvider clock) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await stops.StopAsync(request.ImportId, StopRequest.Pause, cancellationToken) is { } failure)
            {
                return failure;
            }

            await audit.RecordAsync("import.pause", request.ImportId, null, request.Why, cancellationToken);
            var import = (await reads.FindAsync(request.ImportId, cancellationToken))!;
            return new Result(
                import.ImportId, import.Status, import.Progress.CheckpointDate, import.Progress.RecordsImported, clock.GetUtcNow().UtcDateTime);
        }
    }
}
