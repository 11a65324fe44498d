using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>
/// Takes over what upstream says of destinations, parks and entities; sent by the daily job and by hand. Safe to run again at any time: what has not
/// changed makes no version. A park that fails stops no other; the run then fails at its end, and its next try does only what is left.
/// </summary>
internal static class SyncMetadata
{
    /// <param name="ParkId">Only this park; null for all.</param>
    /// <param name="AcceptRemovals">Believe a list of this park that lacks more than a tenth of it.</param>
    [Job("metadata.sync.v1", Queue = "metadata", Priority = 4, Retries = 4, FirstDelay = "00:10:00", MaxDelay = "02:00:00")]
    internal sealed record Command(int? ParkId = null, bool AcceptRemovals = false) : IJobCommand;

    internal sealed class Handler(MetadataSync sync, IJobRun job, ILogger<Handler> logger) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            SyncReport report;
            try
            {
                report = await sync.RunAsync(request.ParkId, request.AcceptRemovals, job, cancellationToken);
            }
            catch (UpstreamException e)
            {
                throw new JobFailedException($"Upstream does not list its destinations: {e.Message}", permanent: false, e);
            }

            var level = report.Clean ? LogLevel.Information : LogLevel.Warning;
            job.Log(level, $"Metadata: {report}.");
            logger.Log(level, "Metadata: {Report}", report);
            return report.Failed == 0 ? Unit.Value : throw new JobFailedException($"Not all parks could be synced: {report}.");
        }
    }
}
