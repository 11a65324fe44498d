using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Modules.Import.Features;

/// <summary>
/// An operator's word on an entity without a ride: map it to one, create one, give one its name, or ignore it. Unless ignored, the
/// days it was seen on are written again, and only those. An ignored entity may be resolved again, another way.
/// </summary>
internal static class ResolveUnmatched
{
    internal sealed record Body(string? Action, int? RideId, string? Note);

    internal sealed record Command(int UnmatchedId, string? Action, int? RideId = null, string? Note = null) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        int UnmatchedId,
        int DestinationId,
        Guid EntityUuid,
        string? Name,
        string Status,
        string Resolution,
        int? RideId,
        string? Note,
        DateTime ResolvedAt,
        string ResolvedBy,
        ReplayView Replay);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/unmatched/{id}/resolve", Handle)
            .WithName(nameof(ResolveUnmatched))
            .WithSummary("Says what an unmatched entity is (map, create, alias) or that it is of no interest (ignore), and replays just its days; waits 25 seconds for them at most.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] int id, Body body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(id, body.Action, body.RideId, body.Note), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Action).Must(a => Resolutions.TryParse(a, out _)).WithMessage("action must be one of map, create, alias, ignore; got '{PropertyValue}'.");
            RuleFor(c => c.RideId).NotNull().When(c => Resolutions.NeedsRide(c.Action)).WithMessage("ride_id must be given with map and alias.");
            RuleFor(c => c.RideId).Null().When(c => Resolutions.RefusesRide(c.Action)).WithMessage("ride_id must not be given with create and ignore.");
            RuleFor(c => c.Note).MaximumLength(1000);
        }
    }

    internal sealed class Handler(UnmatchedReads reads, UnmatchedResolver resolver, Replays replays) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await reads.FindAsync(request.UnmatchedId, cancellationToken) is not { } found)
            {
                return UnmatchedFailures.NotFound(request.UnmatchedId);
            }

            _ = Resolutions.TryParse(request.Action, out var resolution);
            var resolved = await resolver.ResolveAsync(
                found.DestinationId, [new Decision(request.UnmatchedId, resolution, request.RideId)], request.Note, cancellationToken);
            if (resolved.Decisions.Single() is not { Entity: { } entity, Failure: null })
            {
                return resolved.Decisions.Single().Failure!;
            }

            return new Result(
                entity.UnmatchedId,
                entity.DestinationId,
                entity.EntityUuid,
                entity.Name,
                entity.Status,
                entity.Resolution!,
                entity.RideId,
                entity.Note,
                entity.ResolvedAt!.Value,
                entity.ResolvedBy!,
                resolved.ImportId is null
                    ? new ReplayView(null, null, 0, resolved.DaysWithoutRaw, 0)
                    : await replays.FollowAsync(resolved.ImportId, resolved.Plan, resolved.DaysWithoutRaw, cancellationToken));
        }
    }
}
