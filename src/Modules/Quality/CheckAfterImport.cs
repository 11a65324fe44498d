using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Features;

namespace ThemePark.Modules.Quality;

/// <summary>Has a destination checked by a job of its own once its days are written: an import does not wait for that.</summary>
internal sealed class CheckAfterImport(IJobs jobs) : ILedgerFollower
{
    public async Task CatchUpAsync(int destinationId, CancellationToken cancellationToken) =>
        await jobs.EnqueueAsync(
            new CheckQuality.Command { DestinationId = destinationId, Depth = Depth.Daily },
            new JobOptions { UniqueKey = FormattableString.Invariant($"quality:{destinationId}"), OnDuplicate = OnDuplicate.ReturnExisting },
            null,
            cancellationToken);
}
