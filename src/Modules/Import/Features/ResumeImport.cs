using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Features;

/// <summary>Puts a paused, failed or interrupted import back to work where its last committed day ended.</summary>
internal static class ResumeImport
{
    internal sealed record Command(string ImportId, string? Why = null) : IRequest<Outcome<Result>>;

    /// <summary><c>resumed_from_date</c>: the first day still to be imported, null when the run had not listed yet.</summary>
    internal sealed record Result(string ImportId, string Status, DateOnly? ResumedFromDate, DateTime ResumedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/resume/{import_id}", Handle)
            .RequireRateLimiting(RateLimits.ImportControl)
            .WithName(nameof(ResumeImport))
            .WithSummary("Resumes a paused, failed or interrupted import.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute(Name = "import_id")] string importId, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(importId), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(ImportReads reads, RunRestarts restarts, IAuditLog audit, TimeProvider clock) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var import = await reads.FindAsync(request.ImportId, cancellationToken);
            if (import is null)
            {
                return ImportFailures.NotFound(request.ImportId);
            }

            if (EnumText.Parse<ImportStatus>(import.Status) is not (ImportStatus.Paused or ImportStatus.Failed or ImportStatus.Interrupted))
            {
                return import.Status == "IN_PROGRESS"
                    ? RunControl.InProgress(import.ImportId)
                    : ImportFailures.InvalidState(import.ImportId, import.Status, "PAUSED, FAILED or INTERRUPTED");
            }

            if (await restarts.RestartAsync(import, onlyFailed: false, cancellationToken) is { Failure: { } failure })
            {
                return failure;
            }

            await audit.RecordAsync("import.resume", import.ImportId, null, request.Why, cancellationToken);
            var from = await restarts.FirstPendingAsync(import.ImportId, cancellationToken);
            return new Result(import.ImportId, "IN_PROGRESS", from, clock.GetUtcNow().UtcDateTime);
        }
    }
}
