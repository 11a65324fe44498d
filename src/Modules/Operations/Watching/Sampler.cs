using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Storage.Contracts;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>Looks at everything that is watched. Each question may fail for itself: its metrics then have no data, and the others theirs.</summary>
internal sealed class Sampler(
    NodeMinutes nodes, IImportWatch imports, IStorageOutlook storage, IRecurring recurring, IOptions<WatchOptions> options, ILogger<Sampler> logger)
{
    /// <summary>A reading of every metric.</summary>
    /// <param name="from">UTC: what came before is not looked at.</param>
    /// <param name="now">UTC.</param>
    public async Task<IReadOnlyList<Reading>> ReadAsync(DateTime from, DateTime now, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<WatchMetric, Fact>();
        await AskAsync(async () => Facts.OfNodes(await nodes.WindowAsync(from, now, cancellationToken), now));
        await AskOneAsync(WatchMetric.ImportSuccess, async () => Facts.OfImports(await imports.EndedAsync(from, now, cancellationToken)));
        await AskOneAsync(WatchMetric.MatchRate, async () => Facts.OfEvents(await imports.EventsAsync(from, now, cancellationToken)));
        await AskOneAsync(WatchMetric.UnmatchedOpen, async () => Facts.OfUnmatched(await imports.UnmatchedAsync(cancellationToken)));
        await AskAsync(async () => Facts.OfDisk(await storage.DiskAsync(cancellationToken), now));
        await AskOneAsync(WatchMetric.AlertsOpen, async () => Facts.OfAlerts(await storage.AlertsAsync(cancellationToken)));
        await AskOneAsync(WatchMetric.SchedulesMissed, async () => Facts.OfSchedules(await recurring.ListAsync(cancellationToken), from, now));
        return [.. Enum.GetValues<WatchMetric>().Select(m => Reading.Of(
            m, facts.TryGetValue(m, out var fact) ? fact : Fact.Unknown("It could not be read; the log of the node says why."), Rule.Of(m, options.Value)))];

        Task AskOneAsync(WatchMetric metric, Func<Task<Fact>> question) =>
            AskAsync(async () => new Dictionary<WatchMetric, Fact> { [metric] = await question() });

        async Task AskAsync(Func<Task<IReadOnlyDictionary<WatchMetric, Fact>>> question)
        {
            try
            {
                foreach (var (metric, fact) in await question())
                {
                    facts[metric] = fact;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogError(e, "A question of the watch failed");
            }
        }
    }
}
