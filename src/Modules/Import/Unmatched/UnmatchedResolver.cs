using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Unmatched;

/// <summary>What became of one decision: the entity as it is now, or why it was refused.</summary>
internal sealed record Resolved(int UnmatchedId, UnmatchedEntity? Entity, Failure? Failure);

/// <summary>The decisions of one destination, and the import that writes their days again; without one, no day has a raw object, or nothing was to be written.</summary>
/// <param name="DaysWithoutRaw">Of those that were not ignored: they follow when they are imported again.</param>
internal sealed record ResolvedDestination(int DestinationId, IReadOnlyList<Resolved> Decisions, string? ImportId, ReplayPlan Plan, int DaysWithoutRaw);

/// <summary>
/// Takes operators' words on entities without a ride. What is decided for one destination commits at once with one replay of all its days; an entity
/// that cannot be resolved stops no other.
/// </summary>
internal sealed class UnmatchedResolver(
    MySqlDatabase database,
    ICatalogue catalogue,
    IRideMappings mappings,
    RunControl runs,
    Replays replays,
    IAuditLog audit,
    ICurrentCaller current,
    TimeProvider clock,
    ILogger<UnmatchedResolver> logger)
{
    /// <summary>All decisions are about entities of the destination.</summary>
    public async Task<ResolvedDestination> ResolveAsync(int destinationId, IReadOnlyList<Decision> decisions, string? note, CancellationToken ct)
    {
        var befores = new Dictionary<int, string>();
        var resolved = await MySqlRetry.RunAsync(token => DecideAsync(destinationId, decisions, note, befores, token), clock, logger, ct);
        foreach (var entity in resolved.Decisions.Select(d => d.Entity).OfType<UnmatchedEntity>())
        {
            await audit.RecordAsync(
                "import.unmatched.resolve",
                entity.EntityUuid.ToString(),
                new
                {
                    entity.UnmatchedId,
                    Action = entity.Resolution,
                    entity.RideId,
                    Before = befores[entity.UnmatchedId],
                    Replay = resolved.ImportId,
                    Days = resolved.Plan.Days.Count,
                },
                entity.Note,
                ct);
        }

        return resolved;
    }

    /// <summary>Why the decision would be refused, looking only; null when nothing speaks against it.</summary>
    public async Task<Failure?> CheckAsync(UnmatchedEntity entity, Decision decision, CancellationToken ct) =>
        await WrongAsync(decision, entity, await catalogue.ListParksAsync(entity.DestinationId, ct), ct);

    private async Task<ResolvedDestination> DecideAsync(
        int destinationId, IReadOnlyList<Decision> decisions, string? note, Dictionary<int, string> befores, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var db = ImportDb.On(connection);
        var parks = await catalogue.ListParksAsync(destinationId, ct);
        var answers = new Dictionary<int, Resolved>();
        var accepted = new List<(Decision Decision, UnmatchedEntity Entity)>();
        foreach (var decision in decisions)
        {
            var entity = await db.Unmatched.Include(e => e.Days).SingleAsync(e => e.UnmatchedId == decision.UnmatchedId, ct);
            if (await WrongAsync(decision, entity, parks, ct) is { } wrong)
            {
                answers[decision.UnmatchedId] = new Resolved(decision.UnmatchedId, null, wrong);
            }
            else
            {
                accepted.Add((decision, entity));
                befores[entity.UnmatchedId] = entity.Status;
            }
        }

        var written = accepted.Where(a => a.Decision.Resolution != Resolution.Ignore).Select(a => a.Entity).ToList();
        var destination = (await catalogue.FindDestinationAsync(destinationId, ct))!;
        var plan = await Replays.PlanAsync(connection, written, destination.Uuid, ct);
        try
        {
            await using var tx = await connection.BeginTransactionAsync(ct);
            await db.Database.UseTransactionAsync(tx, ct);

            // First what can be refused and rolled back; the catalogue commits on its own, and last but one.
            var undecided = accepted.ToDictionary(a => a.Entity.UnmatchedId, a => db.Entry(a.Entity).CurrentValues.Clone());
            foreach (var (decision, entity) in accepted)
            {
                Decide(entity, decision, note);
            }

            await db.SaveChangesAsync(ct);
            var importId = plan.Days.Count == 0 ? null : await replays.CreateAsync(destinationId, plan, tx, ct);
            foreach (var (decision, entity) in accepted)
            {
                var answer = await TellAsync(decision, entity, parks, ct);
                if (answer is { Effect: MappingEffect.Rejected })
                {
                    // Its days stay in the replay, which then finds them unchanged.
                    db.Entry(entity).CurrentValues.SetValues(undecided[entity.UnmatchedId]);
                    var refused = new Failure("MAPPING_REJECTED", StatusCodes.Status409Conflict, $"The catalogue refuses it: {answer.Reason}.");
                    answers[entity.UnmatchedId] = new Resolved(entity.UnmatchedId, null, refused);
                }
                else
                {
                    entity.RideId = answer?.RideId;
                    answers[entity.UnmatchedId] = new Resolved(entity.UnmatchedId, entity, null);
                }
            }

            if (accepted.TrueForAll(a => answers[a.Entity.UnmatchedId].Failure is not null))
            {
                return Ended(null, ReplayPlan.Nothing);
            }

            await db.SaveChangesAsync(ct);
            await tx.CommitAsync(ct);
            return Ended(importId, plan);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refused(entity => UnmatchedFailures.InvalidState(entity.UnmatchedId, "being resolved by someone else"));
        }
        catch (Exception e) when (MySqlErrors.IsDuplicateKey(e))
        {
            var busy = RunControl.InProgress(await runs.LiveAsync(destinationId, ct));
            return Refused(_ => busy);
        }

        ResolvedDestination Refused(Func<UnmatchedEntity, Failure> why)
        {
            foreach (var (_, entity) in accepted)
            {
                answers[entity.UnmatchedId] = new Resolved(entity.UnmatchedId, null, why(entity));
            }

            return Ended(null, ReplayPlan.Nothing);
        }

        ResolvedDestination Ended(string? importId, ReplayPlan done)
        {
            var days = written.Where(e => answers[e.UnmatchedId].Failure is null).SelectMany(e => e.Days).Select(d => d.ObjectDay).ToHashSet();
            days.ExceptWith(plan.Days);
            return new ResolvedDestination(destinationId, [.. decisions.Select(d => answers[d.UnmatchedId])], importId, done, days.Count);
        }
    }

    private async Task<Failure?> WrongAsync(Decision decision, UnmatchedEntity entity, IReadOnlyList<Park> parks, CancellationToken ct)
    {
        if (entity.Status == UnmatchedStatus.Resolved.ToUpperSnake()
            || (entity.Status == UnmatchedStatus.Ignored.ToUpperSnake() && decision.Resolution == Resolution.Ignore))
        {
            return UnmatchedFailures.InvalidState(entity.UnmatchedId, entity.Status);
        }

        if (decision.Resolution == Resolution.Create && entity.Reason == UnmatchedReasons.Ignored)
        {
            return Failure.Validation("action", "The entity is a park or a destination and cannot become a ride.");
        }

        if (decision.Resolution == Resolution.Create && parks.All(p => p.Uuid != entity.ParkUuid))
        {
            var park = entity.ParkUuid is { } uuid ? $"The catalogue has no park {uuid}" : "Upstream states no park";
            return Failure.Validation("action", $"{park} for the new ride to be in; map the entity to a ride instead.");
        }

        if (decision.Resolution == Resolution.Alias && entity.Name is null)
        {
            return Failure.Validation("action", "The entity has no name to become an alias; map it instead.");
        }

        if (decision.RideId is not { } rideId)
        {
            return null;
        }

        if (!(await catalogue.GetRidesAsync([rideId], ct)).TryGetValue(rideId, out var ride))
        {
            return Failure.NotFound("RIDE_NOT_FOUND", $"There is no ride {rideId}.");
        }

        return parks.Any(p => p.ParkId == ride.ParkId) ? null : Failure.Validation("ride_id", $"Ride {rideId} is in another destination.");
    }

    private void Decide(UnmatchedEntity entity, Decision decision, string? note)
    {
        entity.Status = (decision.Resolution == Resolution.Ignore ? UnmatchedStatus.Ignored : UnmatchedStatus.Resolved).ToUpperSnake();
        entity.Resolution = decision.Resolution.ToUpperSnake();
        entity.RideId = decision.RideId;
        entity.Note = note;
        entity.IgnoredAtOccurrences = decision.Resolution == Resolution.Ignore ? entity.Days.Sum(d => d.Observations) : null;
        entity.ResolvedAt = clock.GetUtcNow().UtcDateTime;
        entity.ResolvedBy = current.Caller.Name;
    }

    // Each is safe to be told twice: what a lost commit left behind is found, not refused.
    private async Task<MappingAnswer?> TellAsync(Decision decision, UnmatchedEntity entity, IReadOnlyList<Park> parks, CancellationToken ct)
    {
        switch (decision.Resolution)
        {
            case Resolution.Map:
                return await mappings.MapUuidAsync(entity.EntityUuid, decision.RideId!.Value, null, null, ct);
            case Resolution.Alias:
                var named = await mappings.AddNameAliasAsync(decision.RideId!.Value, entity.Name!, null, null, ct);
                return named.Effect == MappingEffect.Rejected
                    ? named
                    : await mappings.MapUuidAsync(entity.EntityUuid, decision.RideId.Value, null, null, ct);
            case Resolution.Create:
                var park = parks.First(p => p.Uuid == entity.ParkUuid);
                var created = await mappings.CreateRideAsync(entity.EntityUuid, park.ParkId, entity.Name, EnumText.Parse<EntityKind>(entity.Kind), ct);
                return created is { Effect: MappingEffect.Rejected, RideId: not null } ? created with { Effect = MappingEffect.Unchanged } : created;
            default:
                return null;
        }
    }
}
