using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Sources;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>Lists what a run covers and stores it once: from then on the run's extent is fixed, whatever the source shows later.</summary>
internal sealed class ListingStage(
    IArchiveSource source, RunStore store, MySqlDatabase database, IJobRun job, RunMeter meter, TimeProvider clock, ILogger<ListingStage> logger)
{
    public const string NoObjects = "NO_OBJECTS";

    public async Task ListAsync(ImportRun run, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var listed = new List<ArchiveObject>();
        if (run.FromRaw)
        {
            listed.AddRange((await store.RawListingAsync(run.DestinationUuid, ct)).Where(o => run.Covers(o.Day!.Value)));
        }
        else
        {
            await foreach (var found in source.ListAsync(run.DestinationUuid, run.StartDate, run.EndDate, ct))
            {
                if (found.Day is null || run.Covers(found.Day.Value))
                {
                    listed.Add(found);
                }
            }
        }

        if (listed.All(o => o.SkipReason is not null))
        {
            throw new JobFailedException(
                $"{NoObjects}: {source.Kind} {source.Location} lists no day file of destination {run.DestinationUuid} in this range.", permanent: true);
        }

        await job.WriteAsync(database, (tx, token) => store.StoreListingAsync(run, listed, tx, token), clock, logger, ct);
        meter.Add(RunPhase.List, started);
        job.Log(LogLevel.Information, FormattableString.Invariant($"Listed {listed.Count} objects, {listed.Count(o => o.SkipReason is not null)} of them no day files."));
        logger.LogInformation("Listed {Count} objects, {Skipped} of them no day files", listed.Count, listed.Count(o => o.SkipReason is not null));
    }
}
