using Microsoft.Extensions.Logging;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detecting;

/// <summary>What a check did.</summary>
/// <param name="Failed">Detectors that could not look, as "name: why".</param>
internal sealed record CheckResult(int Destinations, IssueChanges Changes, IReadOnlyDictionary<string, int> FoundByDetector, IReadOnlyList<string> Failed);

/// <summary>Lets the detectors look and brings the log up to what they find. A detector that fails does not stop the others.</summary>
internal sealed class Checker(
    IEnumerable<IDetector> detectors,
    IssueStore store,
    ICatalogue catalogue,
    ICollectionWatch watch,
    ILiveCollection live,
    TimeProvider clock,
    ILogger<Checker> logger)
{
    public async Task<CheckResult> RunAsync(int? destinationId, Depth depth, Action<double, string>? progress, CancellationToken ct)
    {
        var parks = (await catalogue.ListParksAsync(destinationId, ct)).ToLookup(p => p.DestinationId);
        var destinations = (await catalogue.ListDestinationsAsync(ct)).Where(d => destinationId is null || d.DestinationId == destinationId).ToList();
        var taking = detectors.Where(d => d.From <= depth).ToList();
        var found = taking.ToDictionary(d => d.Name, _ => 0);
        var failed = new List<string>();
        var changes = new IssueChanges(0, 0, 0, 0);
        var done = 0;
        foreach (var destination in destinations)
        {
            progress?.Invoke((double)done++ / (destinations.Count + 1), destination.Name ?? destination.Uuid.ToString());
            var scope = Scope(destination, [.. parks[destination.DestinationId]]);
            foreach (var detector in taking.Where(d => !d.IsGlobal))
            {
                await LookAsync(detector, scope);
            }
        }

        if (destinationId is null)
        {
            var everything = Scope(null, []);
            foreach (var detector in taking.Where(d => d.IsGlobal))
            {
                progress?.Invoke((double)done / (destinations.Count + 1), detector.Name);
                await LookAsync(detector, everything);
            }
        }

        return new CheckResult(destinations.Count, changes, found, failed);

        CheckScope Scope(Destination? of, IReadOnlyList<Park> its) => new(of, its, depth, clock.GetUtcNow().UtcDateTime, catalogue, watch, live);

        async Task LookAsync(IDetector detector, CheckScope scope)
        {
            try
            {
                var detection = await detector.LookAsync(scope, ct);
                var changed = await store.ReconcileAsync(detector.Name, scope.Id, detection.Causes, detection.Covers, ct);
                found[detector.Name] += changed.Found;
                changes += changed;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                logger.LogError(e, "The detector {Detector} could not look at destination {DestinationId}", detector.Name, scope.Id);
                failed.Add($"{detector.Name}: {e.Message}");
                await store.FailAsync(detector.Name, scope.Id, e.Message, ct);
            }
        }
    }
}
