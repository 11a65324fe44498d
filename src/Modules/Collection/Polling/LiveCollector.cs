using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>Polls every tracked destination for the slot of now, some at a time. One destination's failure is its own.</summary>
internal sealed class LiveCollector(
    UpstreamClient upstream, TrackedDestinations tracked, DestinationPoller poller, LivePartitions partitions, PollMeters meters,
    IOptions<CollectionOptions> options, TimeProvider clock)
{
    /// <param name="only">Only this destination; nothing is polled when it is not tracked.</param>
    /// <param name="ct">Ends all polls; what is not committed leaves nothing.</param>
    /// <exception cref="UpstreamException">No destination is known, and upstream cannot name any.</exception>
    public async Task<IReadOnlyList<PollOutcome>> CollectAsync(Guid? only, CancellationToken ct)
    {
        var slot = options.Value.SlotOf(clock.GetUtcNow());
        await partitions.EnsureAsync(DateOnly.FromDateTime(slot), ct);
        var known = await tracked.ListAsync(upstream, ct);
        IReadOnlyList<Guid> destinations = only is { } one ? [.. known.Where(d => d == one)] : known;
        var outcomes = new ConcurrentBag<PollOutcome>();
        await Parallel.ForEachAsync(
            destinations,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = ct },
            async (destination, token) =>
            {
                var started = clock.GetTimestamp();
                var outcome = await poller.PollAsync(upstream, destination, slot, token);
                meters.Polled(outcome, clock.GetElapsedTime(started));
                outcomes.Add(outcome);
            });
        return [.. outcomes.OrderBy(o => o.Destination)];
    }
}

/// <summary>Looks once a day whether there are partitions for what is polled.</summary>
internal sealed class LivePartitions(ISnapshotWriter writer)
{
    private DateOnly? _ensured;

    public async Task EnsureAsync(DateOnly day, CancellationToken ct)
    {
        if (_ensured != day)
        {
            await writer.EnsurePartitionsAsync(day, day, ct);
            _ensured = day;
        }
    }
}
