using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>
/// Takes over what upstream says of destinations, parks and entities. First all lists, so that an entity that has moved is not taken for one that is
/// gone; then park by park, each in a transaction of its own: a run that ends anywhere is completed by the next.
/// </summary>
internal sealed class MetadataSync(UpstreamClient upstream, ICatalogue catalogue, ScopeSync scopes, SyncStates states)
{
    /// <param name="parkId">Only this park; null for all there is.</param>
    /// <exception cref="UpstreamException">The list of destinations cannot be had.</exception>
    public async Task<SyncReport> RunAsync(int? parkId, bool acceptRemovals, IJobRun job, CancellationToken ct)
    {
        var plan = parkId is { } park ? await PlanAsync(park, job, ct) : await PlanAsync(job, ct);
        if (plan.Scopes.Any(s => s.Simulated) && await states.HoldsRealDataAsync(ct))
        {
            throw new JobFailedException("A simulator answers in the place of upstream, and this database holds upstream's own metadata: nothing is taken over.", permanent: true);
        }

        var report = new SyncReport();
        var done = await states.DoneAsync(job.Id, ct);
        foreach (var (scope, number) in plan.Scopes.Select((s, i) => (s, i + 1)))
        {
            if (!done.Contains(scope.Uuid))
            {
                var result = plan.Failed.TryGetValue(scope.DestinationUuid, out var error)
                    ? await scopes.NothingAsync(scope, SyncOutcome.Failed, null, error, job, ct)
                    : await scopes.RunAsync(scope, plan.Listed, acceptRemovals, job, ct);
                report.Add(result);
                Tell(scope, result, job);
                await job.AdvancedAsync(ct);
            }

            job.Progress((double)number / plan.Scopes.Count);
        }

        return report;
    }

    private async Task<Plan> PlanAsync(IJobRun job, CancellationToken ct)
    {
        var document = await upstream.GetDestinationsAsync(ct);
        var destinations = UpstreamListing.ReadDestinations(document.Body);
        await catalogue.ApplyDestinationsAsync(AsStream(document.Body), ct);
        var plan = new Plan();
        foreach (var destination in destinations)
        {
            await plan.AddAsync(destination, upstream, job, ct);
        }

        // What was there once and is in no list now: its list is empty.
        foreach (var (scope, destination) in await states.ScopesAsync(ct))
        {
            plan.Add(new Scope(scope, destination, [], true, document.Simulated));
        }

        return plan;
    }

    private async Task<Plan> PlanAsync(int parkId, IJobRun job, CancellationToken ct)
    {
        var destination = await catalogue.FindDestinationOfParkAsync(parkId, ct)
            ?? throw new JobFailedException(FormattableString.Invariant($"There is no park {parkId}."), permanent: true);
        var park = (await catalogue.ListParksAsync(destination.DestinationId, ct)).First(p => p.ParkId == parkId);
        var plan = new Plan();
        await plan.AddAsync(destination.Uuid, upstream, job, ct);
        plan.Add(new Scope(park.Uuid, destination.Uuid, [], true, false));
        plan.Scopes.RemoveAll(s => s.Uuid != park.Uuid);
        return plan;
    }

    private static void Tell(Scope scope, ScopeResult result, IJobRun job)
    {
        var level = result.Outcome == SyncOutcome.Synced ? LogLevel.Information : LogLevel.Warning;
        if (level == LogLevel.Warning || result.Counts is not { Created: 0, Updated: 0, Delisted: 0 })
        {
            job.Log(level, $"{scope.Uuid}: {result.Outcome.ToUpperSnake()}: {result.Counts}{(result.Reason is { } reason ? ": " + reason : "")}");
        }
    }

    private static MemoryStream AsStream(ReadOnlyMemory<byte> body) => MemoryMarshal.TryGetArray(body, out var segment)
        ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
        : new MemoryStream(body.ToArray(), writable: false);

    private sealed class Plan
    {
        private readonly HashSet<Guid> _scopes = [];
        private readonly HashSet<Guid> _listed = [];

        public List<Scope> Scopes { get; } = [];

        public IReadOnlySet<Guid> Listed => _listed;

        /// <summary>Destinations whose list could not be had, and why.</summary>
        public Dictionary<Guid, string> Failed { get; } = [];

        public async Task AddAsync(Guid destination, UpstreamClient upstream, IJobRun job, CancellationToken ct)
        {
            try
            {
                var list = UpstreamListing.ReadChildren(await upstream.GetChildrenAsync(destination, ct), destination);
                // Whoever lists an entity first has it: two destinations must not take turns.
                foreach (var scope in list.Entities.Where(e => _listed.Add(e.Uuid)).GroupBy(e => e.Scope))
                {
                    Add(new Scope(scope.Key, destination, [.. scope], list.Unreadable == 0, list.Simulated));
                }
            }
            catch (UpstreamException e)
            {
                Failed[destination] = $"{e.Kind.ToUpperSnake()}: {e.Message}";
                job.Log(LogLevel.Warning, $"The list of destination {destination} cannot be had: {e.Kind.ToUpperSnake()}: {e.Message}");
                Add(new Scope(destination, destination, [], false, false));
            }
        }

        public void Add(Scope scope)
        {
            if (_scopes.Add(scope.Uuid))
            {
                Scopes.Add(scope);
            }
        }
    }
}
