using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>The report of the watch that goes on, or of the last one.</summary>
internal sealed class WatchReports(WatchStore store, TimeProvider time)
{
    public async Task<Outcome<WatchReport>> ReadAsync(int? day, CancellationToken cancellationToken) =>
        await store.LatestAsync(cancellationToken) is { } watch
            ? WatchReport.Of(watch, await store.SamplesAsync(watch.WatchId, cancellationToken), time.GetUtcNow().UtcDateTime, day)
            : Failure.NotFound("WATCH_NOT_FOUND", "No release was ever watched.");
}
