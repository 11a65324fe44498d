using System.Globalization;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>
/// Parks of which no rows come although their destination is polled well. A park that is closed still has rows: polls count, changes do not.
/// </summary>
internal sealed class StaleParks(ILiveCollection live, ICollectionWatch watch, IOptions<QualityThresholds> thresholds) : IDetector
{
    public string Name => "stale_park";

    public Depth From => Depth.Quick;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        if (await scope.PolledAsync(cancellationToken) is not { } polled)
        {
            return Detection.Everywhere([]);
        }

        var stale = TimeSpan.FromMinutes(thresholds.Value.StaleMinutes);
        var lastGood = (await watch.TotalsAsync(scope.Id, polled.First, scope.Now, cancellationToken)).LastGood;
        var seen = (await live.FreshnessAsync(cancellationToken)).ToDictionary(p => p.ParkId, p => p.LastSeenAt);
        return Detection.Everywhere(
        [
            .. from park in scope.Parks
               where seen.ContainsKey(park.ParkId)
               let last = seen[park.ParkId]
               where lastGood - last > stale
               select new Cause(
                   string.Create(CultureInfo.InvariantCulture, $"park:{park.ParkId}|{last:yyyy-MM-ddTHH:mm}"),
                   IssueType.Gap,
                   Severity.Warning,
                   string.Create(
                       CultureInfo.InvariantCulture,
                       $"No row of {CheckScope.NameOf(park)} has come since {last:yyyy-MM-dd HH:mm}Z, though {scope.DestinationName} was polled well until {lastGood:yyyy-MM-dd HH:mm}Z."))
               {
                   DestinationId = scope.Id,
                   ParkId = park.ParkId,
                   Gap = GapType.InvalidData,
                   Source = DataSource.Live,
                   Start = last,
               },
        ]);
    }
}
