using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Syncing;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>Enqueues a sync of all parks or of one; while the same sync waits or runs, its job is answered and no other begun.</summary>
internal static class StartMetadataSync
{
    internal sealed record Command(int? ParkId = null, bool AcceptRemovals = false) : IRequest<Outcome<Result>>;

    internal sealed record Result(string JobId, string Status, int? ParkId, DateTime QueuedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/metadata", "Metadata")
            .MapPost("/sync", Handle)
            .WithName(nameof(StartMetadataSync))
            .WithSummary("Syncs the metadata of all parks, or of one; accept_removals believes a park's list that lacks more than a tenth of it.")
            .Produces<Result>(StatusCodes.Status202Accepted)
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle(Command? command, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(command ?? new Command(), cancellationToken)).ToHttp(result => Results.Accepted(null, result));
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.AcceptRemovals)
            .Equal(false)
            .When(c => c.ParkId is null)
            .WithMessage("accept_removals is a word on one park: give park_id.");
    }

    internal sealed class Handler(ICatalogue catalogue, SyncQueue syncs, IAuditLog audit, TimeProvider clock) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (request.ParkId is { } park && await catalogue.FindDestinationOfParkAsync(park, cancellationToken) is null)
            {
                return Failure.NotFound("PARK_NOT_FOUND", $"There is no park {park}.");
            }

            var job = await syncs.EnqueueAsync(request.ParkId, request.AcceptRemovals, cancellationToken);

            await audit.RecordAsync("metadata.sync", job.ToString(), request, null, cancellationToken);
            return new Result(job.ToString(), "QUEUED", request.ParkId, clock.GetUtcNow().UtcDateTime);
        }
    }
}
