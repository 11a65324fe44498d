using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>
/// An operator's word on an entity without a ride: map it to one, create one, give one its name, or ignore it. Unless ignored, the
/// days it was seen on are written again, and only those. An ignored entity may be resolved again, another way.
/// </summary>
internal static class ResolveUnmatched
{
    internal enum Action
    {
        Map,
        Create,
        Alias,
        Ignore,
    }

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
            RuleFor(c => c.Action).Must(a => TryParse(a, out _)).WithMessage("action must be one of map, create, alias, ignore; got '{PropertyValue}'.");
            RuleFor(c => c.RideId)
                .NotNull()
                .When(c => TryParse(c.Action, out var action) && action is Action.Map or Action.Alias)
                .WithMessage("ride_id must be given with map and alias.");
            RuleFor(c => c.RideId)
                .Null()
                .When(c => TryParse(c.Action, out var action) && action is Action.Create or Action.Ignore)
                .WithMessage("ride_id must not be given with create and ignore.");
            RuleFor(c => c.Note).MaximumLength(1000);
        }

        public static bool TryParse(string? text, out Action action) => EnumText.TryParse(text?.ToUpperInvariant(), out action);
    }

    internal sealed class Handler(
        MySqlDatabase database,
        ICatalogue catalogue,
        IRideMappings mappings,
        RunControl runs,
        Replays replays,
        IAuditLog audit,
        ICurrentCaller current,
        TimeProvider clock,
        ILogger<Handler> logger) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            _ = Validator.TryParse(request.Action, out var action);
            var resolved = await MySqlRetry.RunAsync(token => ResolveAsync(request, action, token), clock, logger, cancellationToken);
            if (resolved.Failure is { } failure)
            {
                return failure;
            }

            var (entity, importId, plan, before) = resolved.Value;
            await audit.RecordAsync(
                "import.unmatched.resolve",
                entity.EntityUuid.ToString(),
                new { entity.UnmatchedId, Action = entity.Resolution, entity.RideId, Before = before, Replay = importId, Days = plan.Days.Count },
                entity.Note,
                cancellationToken);
            var withoutRaw = action == Action.Ignore ? 0 : entity.Days.Count - plan.Days.Count;
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
                importId is null ? new ReplayView(null, null, 0, withoutRaw, 0) : await replays.FollowAsync(importId, plan, withoutRaw, cancellationToken));
        }

        private async Task<Outcome<Resolved>> ResolveAsync(Command request, Action action, CancellationToken ct)
        {
            await using var connection = await database.OpenAsync(ct);
            await using var db = ImportDb.On(connection);
            var entity = await db.Unmatched.Include(e => e.Days).SingleOrDefaultAsync(e => e.UnmatchedId == request.UnmatchedId, ct);
            if (entity is null)
            {
                return Failure.NotFound("UNMATCHED_NOT_FOUND", $"There is no unmatched entity {request.UnmatchedId}.");
            }

            var before = entity.Status;
            if (before == UnmatchedStatus.Resolved.ToUpperSnake() || (before == UnmatchedStatus.Ignored.ToUpperSnake() && action == Action.Ignore))
            {
                return InvalidState(entity, before);
            }

            var parks = await catalogue.ListParksAsync(entity.DestinationId, ct);
            if (await WrongAsync(request, action, entity, parks, ct) is { } wrong)
            {
                return wrong;
            }

            var destination = (await catalogue.FindDestinationAsync(entity.DestinationId, ct))!;
            var plan = action == Action.Ignore ? ReplayPlan.Nothing : await Replays.PlanAsync(connection, entity, destination.Uuid, ct);
            try
            {
                await using var tx = await connection.BeginTransactionAsync(ct);
                await db.Database.UseTransactionAsync(tx, ct);

                // First what can be refused and rolled back; the catalogue commits on its own, and last but one.
                Decide(entity, request, action);
                await db.SaveChangesAsync(ct);
                var importId = plan.Days.Count == 0 ? null : await replays.CreateAsync(entity, plan, tx, ct);
                var answer = await TellAsync(request, action, entity, parks, ct);
                if (answer is { Effect: MappingEffect.Rejected })
                {
                    return new Failure("MAPPING_REJECTED", StatusCodes.Status409Conflict, $"The catalogue refuses it: {answer.Reason}.");
                }

                entity.RideId = answer?.RideId;
                await db.SaveChangesAsync(ct);
                await tx.CommitAsync(ct);
                return new Resolved(entity, importId, plan, before);
            }
            catch (DbUpdateConcurrencyException)
            {
                return InvalidState(entity, "being resolved by someone else");
            }
            catch (Exception e) when (MySqlErrors.IsDuplicateKey(e))
            {
                return RunControl.InProgress(await runs.LiveAsync(entity.DestinationId, ct));
            }
        }

        private async Task<Failure?> WrongAsync(
            Command request, Action action, UnmatchedEntity entity, IReadOnlyList<Park> parks, CancellationToken ct)
        {
            if (action == Action.Create && entity.Reason == UnmatchedReasons.Ignored)
            {
                return Failure.Validation("action", "The entity is a park or a destination and cannot become a ride.");
            }

            if (action == Action.Create && parks.All(p => p.Uuid != entity.ParkUuid))
            {
                return Failure.Validation("action", $"The catalogue has no park {entity.ParkUuid} for the new ride to be in; map the entity to a ride instead.");
            }

            if (action == Action.Alias && entity.Name is null)
            {
                return Failure.Validation("action", "The entity has no name to become an alias; map it instead.");
            }

            if (request.RideId is not { } rideId)
            {
                return null;
            }

            if (!(await catalogue.GetRidesAsync([rideId], ct)).TryGetValue(rideId, out var ride))
            {
                return Failure.NotFound("RIDE_NOT_FOUND", $"There is no ride {rideId}.");
            }

            return parks.Any(p => p.ParkId == ride.ParkId) ? null : Failure.Validation("ride_id", $"Ride {rideId} is in another destination.");
        }

        private void Decide(UnmatchedEntity entity, Command request, Action action)
        {
            entity.Status = (action == Action.Ignore ? UnmatchedStatus.Ignored : UnmatchedStatus.Resolved).ToUpperSnake();
            entity.Resolution = action.ToUpperSnake();
            entity.RideId = request.RideId;
            entity.Note = request.Note;
            entity.IgnoredAtOccurrences = action == Action.Ignore ? entity.Days.Sum(d => d.Observations) : null;
            entity.ResolvedAt = clock.GetUtcNow().UtcDateTime;
            entity.ResolvedBy = current.Caller.Name;
        }

        // Each is safe to be told twice: what a lost commit left behind is found, not refused.
        private async Task<MappingAnswer?> TellAsync(
            Command request, Action action, UnmatchedEntity entity, IReadOnlyList<Park> parks, CancellationToken ct)
        {
            switch (action)
            {
                case Action.Map:
                    return await mappings.MapUuidAsync(entity.EntityUuid, request.RideId!.Value, null, null, ct);
                case Action.Alias:
                    var named = await mappings.AddNameAliasAsync(request.RideId!.Value, entity.Name!, null, null, ct);
                    return named.Effect == MappingEffect.Rejected
                        ? named
                        : await mappings.MapUuidAsync(entity.EntityUuid, request.RideId.Value, null, null, ct);
                case Action.Create:
                    var park = parks.First(p => p.Uuid == entity.ParkUuid);
                    var created = await mappings.CreateRideAsync(entity.EntityUuid, park.ParkId, entity.Name, EnumText.Parse<EntityKind>(entity.Kind), ct);
                    return created is { Effect: MappingEffect.Rejected, RideId: not null } ? created with { Effect = MappingEffect.Unchanged } : created;
                default:
                    return null;
            }
        }

        private static Failure InvalidState(UnmatchedEntity entity, string status) => new(
            "INVALID_STATE",
            StatusCodes.Status409Conflict,
            $"Unmatched entity {entity.UnmatchedId} is {status}.",
            new Dictionary<string, object?> { ["status"] = status });

        private sealed record Resolved(UnmatchedEntity Entity, string? ImportId, ReplayPlan Plan, string Before);
    }
}
