using System.Globalization;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Rides of which no rows came for a while although their park was polled well: upstream has left them out.</summary>
internal sealed class RideGaps(IOptions<QualityOptions> options) : IDetector
{
    public string Name => "ride_gap";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        if (await scope.PolledAsync(cancellationToken) is not { } polled)
        {
            return Detection.Everywhere([]);
        }

        var until = scope.Until(polled);
        var gaps = await scope.GapsAsync(cancellationToken);
        var causes = new List<Cause>();
        foreach (var park in scope.Parks)
        {
            var names = (await scope.RidesAsync(park, cancellationToken)).ToDictionary(r => r.RideId, r => r.Name);
            var stretches = await scope.StretchesAsync(park, cancellationToken);
            // A park of which nothing comes is stale; that is one cause, found elsewhere.
            var seen = stretches.Count == 0 ? default : stretches.Max(s => s.Last);
            var rides = stretches.GroupBy(s => s.RideId).ToList();
            var holes = from ride in rides
                        from hole in Holes([.. ride], seen < until ? seen : until)
                        where hole.End > scope.JudgedFrom && Missing(hole, gaps) > options.Value.RideGapMinutes
                        group ride.Key by hole;
            foreach (var hole in holes)
            {
                var ongoing = hole.Key.End >= seen;
                // What half of a park has in common is the park's.
                causes.AddRange(hole.Count() >= 3 && hole.Count() * 2 >= rides.Count
                    ? [Of(scope, park, null, FormattableString.Invariant($"{hole.Count()} of {rides.Count} rides"), hole.Key, ongoing)]
                    : hole.Select(ride => Of(scope, park, ride, names.GetValueOrDefault(ride) ?? FormattableString.Invariant($"ride {ride}"), hole.Key, ongoing)));
            }
        }

        return Detection.Since(scope.JudgedFrom, causes);
    }

    private static Cause Of(CheckScope scope, Park park, int? rideId, string who, (DateTime Start, DateTime End) hole, bool ongoing) => new(
        string.Create(CultureInfo.InvariantCulture, $"{(rideId is null ? $"park:{park.ParkId}" : $"ride:{rideId}")}|{hole.Start:yyyy-MM-ddTHH:mm}"),
        IssueType.Gap,
        Severity.Info,
        string.Create(
            CultureInfo.InvariantCulture,
            $"No row of {who} came from {hole.Start:yyyy-MM-dd HH:mm}Z {(ongoing ? "until now" : $"to {hole.End:yyyy-MM-dd HH:mm}Z")}, though {CheckScope.NameOf(park)} was polled."))
    {
        DestinationId = scope.Id,
        ParkId = park.ParkId,
        RideId = rideId,
        Gap = GapType.InvalidData,
        Source = DataSource.Live,
        Start = hole.Start,
        End = ongoing ? null : hole.End,
    };

    private static IEnumerable<(DateTime Start, DateTime End)> Holes(List<SteadyStretch> stretches, DateTime until)
    {
        for (var i = 1; i < stretches.Count; i++)
        {
            yield return (stretches[i - 1].Last, stretches[i].First);
        }

        yield return (stretches[^1].Last, until);
    }

    /// <summary>Minutes of the hole in which the destination was polled well.</summary>
    private static double Missing((DateTime Start, DateTime End) hole, IReadOnlyList<LiveGap> gaps) =>
        (hole.End - hole.Start).TotalMinutes
        - gaps.Sum(g => Math.Max(0, (Instants.Earlier(g.End, hole.End) - Instants.Later(g.Start, hole.Start)).TotalMinutes));
}
