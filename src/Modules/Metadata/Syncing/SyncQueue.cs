using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Features;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>Enqueues syncs: of the same parks one at a time, whoever asks.</summary>
internal sealed class SyncQueue(IJobs jobs, ICurrentCaller current)
{
    public ValueTask<JobId> EnqueueAsync(int? parkId, bool acceptRemovals, CancellationToken ct) => jobs.EnqueueAsync(
        new SyncMetadata.Command(parkId, acceptRemovals),
        new JobOptions
        {
            UniqueKey = FormattableString.Invariant($"{(object?)parkId ?? "all"}{(acceptRemovals ? " accepted" : "")}"),
            OnDuplicate = OnDuplicate.ReturnExisting,
            By = current.Caller.Name,
        },
        null,
        ct);
}
