using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Features;

/// <summary>Takes up the failed files of an import again, and only those.</summary>
internal static class RetryImport
{
    internal sealed record Command(string ImportId, string? Why = null) : IRequest<Outcome<Result>>;

    internal sealed record Result(string ImportId, string Status, int FilesRetried, DateTime RetriedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/retry/{import_id}", Handle)
            .RequireRateLimiting(RateLimits.ImportControl)
            .WithName(nameof(RetryImport))
            .WithSummary("Retries the failed files of an import.")
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

            if (EnumText.Parse<ImportStatus>(import.Status) is ImportStatus.Pending or ImportStatus.InProgress || import.Progress.FilesFailed == 0)
            {
                return ImportFailures.InvalidState(import.ImportId, import.Status, "an import that stands still and has failed files");
            }

            var restarted = await restarts.RestartAsync(import, onlyFailed: true, cancellationToken);
            if (restarted.Failure is { } failure)
            {
                return failure;
            }

            await audit.RecordAsync("import.retry", import.ImportId, new { files = restarted.Value }, request.Why, cancellationToken);
            return new Result(import.ImportId, "IN_PROGRESS", restarted.Value, clock.GetUtcNow().UtcDateTime);
        }
    }
}
