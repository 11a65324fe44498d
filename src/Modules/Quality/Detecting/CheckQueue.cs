using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Features;

namespace ThemePark.Modules.Quality.Detecting;

/// <summary>Has checks made by jobs. After an import its destination is checked by a job of its own: the import does not wait for that.</summary>
internal sealed class CheckQueue(IJobs jobs) : ILedgerFollower
{
    public ValueTask<JobId> EnqueueAsync(int? destinationId, Depth depth, JobOptions options, CancellationToken ct) =>
        jobs.EnqueueAsync(new CheckQuality.Command { DestinationId = destinationId, Depth = depth }, options, null, ct);

    public async Task CatchUpAsync(int destinationId, CancellationToken cancellationToken) => await EnqueueAsync(
        destinationId,
        Depth.Daily,
        new JobOptions { UniqueKey = FormattableString.Invariant($"quality:{destinationId}"), OnDuplicate = OnDuplicate.ReturnExisting },
        cancellationToken);
}
