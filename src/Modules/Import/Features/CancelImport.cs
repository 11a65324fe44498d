using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Features;

/// <summary>Cancels an import for good. Days already committed stay: they are complete and right.</summary>
internal static class CancelImport
{
    internal sealed record Command(string ImportId, string? Why = null) : IRequest<Outcome<Result>>;

    internal sealed record Result(string ImportId, string Status, DateTime CancelledAt, long RecordsImported, string Message);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapDelete("/cancel/{import_id}", Handle)
            .RequireRateLimiting(RateLimits.ImportControl)
            .WithName(nameof(CancelImport))
            .WithSummary("Cancels an import; what is committed stays.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([FromRoute(Name = "import_id")] string importId, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(importId), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(RunStops stops, ImportReads reads, IAuditLog audit, TimeProvider clock) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await stops.StopAsync(request.ImportId, StopRequest.Cancel, cancellationToken) is { } failure)
            {
                // The contract answers 400, not 409, when there is nothing left to cancel.
                return failure.Code == "INVALID_STATE" ? failure with { Status = StatusCodes.Status400BadRequest } : failure;
            }

            await audit.RecordAsync("import.cancel", request.ImportId, null, request.Why, cancellationToken);
            var import = (await reads.FindAsync(request.ImportId, cancellationToken))!;
            return new Result(
                import.ImportId,
                import.Status,
                clock.GetUtcNow().UtcDateTime,
                import.Progress.RecordsImported,
                $"{import.Progress.FilesDone} of {import.Progress.FilesTotal ?? 0} files are imported and stay; a new import goes on with the others.");
        }
    }
}
