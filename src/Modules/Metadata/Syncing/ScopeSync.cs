using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>
/// Syncs one scope: asks for every listed entity, makes rides of those that are none yet, then writes all of it in one transaction of the job, with
/// what it was. Before that transaction only parks and rides are made, which another try finds again.
/// </summary>
internal sealed class ScopeSync(EntityDetails details, IEntityResolver resolver, MySqlDatabase database, TimeProvider clock, ILogger<ScopeSync> logger)
{
    private const string Source = "METADATA";
    private const int MostFailuresTold = 20;

    /// <param name="listed">Every entity of the lists that were read, whatever its scope: what is listed elsewhere has moved and is not gone.</param>
    /// <param name="acceptRemovals">An operator believes the list.</param>
    public async Task<ScopeResult> RunAsync(Scope scope, IReadOnlySet<Guid> listed, bool acceptRemovals, IJobRun job, CancellationToken ct)
    {
        IReadOnlyList<Guid> known;
        Dictionary<Guid, HeldDocument> held;
        await using (var connection = await database.OpenAsync(ct))
        {
            var store = new EntityStore(connection, null, ct);
            known = await store.ReadScopeAsync(scope.Uuid);
            held = await store.ReadHeldAsync(scope.Entities.Select(e => e.Uuid));
        }

        var gone = known.Where(uuid => !listed.Contains(uuid)).ToList();
        if (!acceptRemovals && RemovalGuard.Refusal(known.Count, gone.Count) is { } refusal)
        {
            return await NothingAsync(scope, SyncOutcome.Refused, scope.Entities.Count, refusal, job, ct);
        }

        var found = await details.FetchAsync(scope.Entities.Select(e => e.Uuid), held, ct);
        if (found.Count > 0 && found.Values.All(d => d.Error is not null))
        {
            var error = found.Values.First().Error!;
            return await NothingAsync(scope, SyncOutcome.Failed, scope.Entities.Count, $"No entity could be had: {error.Kind.ToUpperSnake()}: {error.Message}", job, ct);
        }

        var work = new ScopeWork(scope, found, held, scope.Complete ? gone : []);
        foreach (var (uuid, error) in work.Failures.Take(MostFailuresTold))
        {
            job.Log(LogLevel.Warning, $"{uuid}: {error.Kind.ToUpperSnake()}: {error.Message}");
        }

        return await ResolveAsync(work, job, ct) is { } unusable
            ? await NothingAsync(scope, SyncOutcome.Failed, scope.Entities.Count, unusable, job, ct)
            : await WriteAsync(work, job, ct);
    }

    /// <summary>Records a scope of which nothing is changed.</summary>
    public async Task<ScopeResult> NothingAsync(Scope scope, SyncOutcome outcome, int? listed, string reason, IJobRun job, CancellationToken ct)
    {
        var result = ScopeResult.Nothing(outcome, listed, reason);
        await job.WriteAsync(
            database,
            async (tx, token) =>
            {
                var park = (await new CatalogueSession(tx.Connection!, tx, token).FindParksAsync([scope.Uuid])).GetValueOrDefault(scope.Uuid);
                await SyncStates.WriteAsync(tx, scope, job.Id, park == 0 ? null : park, result, Now(), token);
            },
            clock,
            logger,
            ct);
        return result;
    }

    /// <summary>Makes the park and the rides the catalogue lacks. Answers why that cannot be done, or null.</summary>
    private async Task<string?> ResolveAsync(ScopeWork work, IJobRun job, CancellationToken ct)
    {
        var stored = await CatalogueTransaction.RunAsync(
            database,
            clock,
            logger,
            async session =>
            {
                var destinationId = await session.EnsureDestinationAsync(work.Scope.DestinationUuid);
                if (work.Park is { Timezone: { } zone } park)
                {
                    if (!(await session.FindParksAsync([work.Scope.Uuid])).ContainsKey(work.Scope.Uuid))
                    {
                        await session.CreateParksAsync(destinationId, [new NewPark(work.Scope.Uuid, park.Slug, zone)]);
                    }

                    if (await session.UpdateParkAsync(work.Scope.Uuid, destinationId, park.Name, park.Slug, zone))
                    {
                        job.Log(LogLevel.Information, $"Park {park.Name}: name, slug, time zone or destination taken over.");
                    }
                }

                return await session.FindParksAsync(work.ParkUuids);
            },
            ct);
        if (work.IsPark && !stored.ContainsKey(work.Scope.Uuid) && work.Scope.Entities.Count > 0)
        {
            return "The park is new and its own document cannot be had or states no time zone.";
        }

        work.ParkIds = stored;
        var now = Now();
        // What is eaten and slept in is no ride, unless somebody has made it one.
        foreach (var (create, entities) in new[] { (true, work.Observed(now, rides: true)), (false, work.Observed(now, rides: false)) })
        {
            if (entities.Count > 0)
            {
                var answer = await resolver.ResolveAsync(new ResolveRequest(work.Scope.DestinationUuid, entities, create, Source), null, ct);
                work.Take(answer.Entities);
            }
        }

        return null;
    }

    private Task<ScopeResult> WriteAsync(ScopeWork work, IJobRun job, CancellationToken ct) =>
        job.WriteAsync(
            database,
            async (tx, token) =>
            {
                var now = Now();
                var store = new EntityStore(tx.Connection!, tx, token);
                var known = await store.ReadLockedAsync(work.Touched);
                var moved = await new CatalogueSession(tx.Connection!, tx, token).MoveRidesAsync(work.Moves);
                var words = await store.ReadWordsAsync(work.RideIds);
                var writes = work.Writes(known, words);
                var counts = await store.SaveAsync(writes, known, now) with { Failed = work.Failures.Count };
                await store.PointRidesAsync(work.RideIds);

                var result = new ScopeResult(
                    counts.Failed > 0 || !work.Scope.Complete ? SyncOutcome.Partial : SyncOutcome.Synced, counts, work.Scope.Entities.Count, work.Trouble);
                await SyncStates.WriteAsync(tx, work.Scope, job.Id, work.ParkIdOf(work.Scope.Uuid), result, now, token);
                if (moved > 0)
                {
                    job.Log(LogLevel.Information, FormattableString.Invariant($"{moved} rides moved to the park upstream lists them in."));
                }

                return result;
            },
            clock,
            logger,
            ct);

    // As the columns have it: what is compared must be what is stored.
    private DateTime Now() => Entity.Milliseconds(clock.GetUtcNow().UtcDateTime);
}
