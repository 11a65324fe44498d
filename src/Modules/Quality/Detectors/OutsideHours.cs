using System.Globalization;
using Microsoft.Extensions.Options;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Rides that run while their park's published hours say it is closed: a wrong zone, a wrong schedule, or a feed that is not maintained.</summary>
internal sealed class OutsideHours(IParkHours hours, IOptions<QualityOptions> options) : IDetector
{
    // People still in line at closing, rides tested before opening.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(30);

    public string Name => "outside_hours";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var causes = new List<Cause>();
        foreach (var park in scope.Parks)
        {
            var running = (await scope.StretchesAsync(park, cancellationToken))
                .Where(s => s.Status == RideStatus.Operating && s.Last >= scope.JudgedFrom && s.Last > s.First).ToList();
            if (running.Count > 0)
            {
                causes.AddRange(await OfParkAsync(scope, park, running, cancellationToken));
            }
        }

        return Detection.Since(scope.JudgedFrom, causes);
    }

    private async Task<IEnumerable<Cause>> OfParkAsync(CheckScope scope, Park park, List<SteadyStretch> running, CancellationToken ct)
    {
        var (first, last) = (DateOnly.FromDateTime(scope.JudgedFrom).AddDays(-2), DateOnly.FromDateTime(scope.Now).AddDays(2));
        var days = await hours.DaysAsync(park.ParkId, first, last, null, ct);
        var causes = new List<Cause>();
        var names = (await scope.RidesAsync(park, ct)).ToDictionary(r => r.RideId, r => r.Name);
        foreach (var (date, from, to) in Closed(days))
        {
            var outside = running
                .GroupBy(s => s.RideId)
                .Select(ride => (Ride: ride.Key, Minutes: ride.Sum(s => Overlap(s, from, to).TotalMinutes)))
                .Where(r => r.Minutes > options.Value.OutsideHoursMinutes)
                .ToList();
            var rides = running.Where(s => s.Last > from.AddDays(-1) && s.First < to).Select(s => s.RideId).Distinct().Count();
            if (outside.Count >= 3 && outside.Count * 2 >= rides)
            {
                // Most of a park is one cause, such as a wrong zone.
                causes.Add(Of($"park:{park.ParkId}|{date:yyyy-MM-dd}", null, outside.Count, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{outside.Count} of {rides} rides of {CheckScope.NameOf(park)} ran while it was closed after {date:yyyy-MM-dd} (closed {from:yyyy-MM-dd HH:mm}Z to {to:yyyy-MM-dd HH:mm}Z).")));
                continue;
            }

            causes.AddRange(outside.Select(r => Of($"ride:{r.Ride}|{date:yyyy-MM-dd}", r.Ride, (long)r.Minutes, string.Create(
                CultureInfo.InvariantCulture,
                $"{names.GetValueOrDefault(r.Ride) ?? $"Ride {r.Ride}"} ran {r.Minutes:0} minutes while {CheckScope.NameOf(park)} was closed after {date:yyyy-MM-dd}."))));

            Cause Of(string key, int? rideId, long records, string description) => new(key, IssueType.Invalid, Severity.Warning, description)
            {
                DestinationId = scope.Id,
                ParkId = park.ParkId,
                RideId = rideId,
                Source = DataSource.Live,
                Start = from,
                End = to,
                Records = records,
            };
        }

        return causes;
    }

    /// <summary>Between the last closing of a known day and the first opening of the next known one, less the margins.</summary>
    private static IEnumerable<(DateOnly Date, DateTime From, DateTime To)> Closed(IReadOnlyList<PublishedDay> days)
    {
        for (var i = 0; i + 1 < days.Count; i++)
        {
            var (day, next) = (days[i], days[i + 1]);
            if (!day.IsKnown || !next.IsKnown || day.Hours.Count == 0 || next.Hours.Count == 0)
            {
                continue;
            }

            var from = day.Hours[^1].ClosesAt.UtcDateTime + Margin;
            var to = next.Hours[0].OpensAt.UtcDateTime - Margin;
            if (from < to)
            {
                yield return (day.Date, from, to);
            }
        }
    }

    private static TimeSpan Overlap(SteadyStretch stretch, DateTime from, DateTime to)
    {
        var start = stretch.First > from ? stretch.First : from;
        var end = stretch.Last < to ? stretch.Last : to;
        return end > start ? end - start : TimeSpan.Zero;
    }
}
