using System.Globalization;
using Microsoft.Extensions.Options;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>
/// Waits of running rides that hold longer than the fortnight before makes plausible: half as long again as the ride's longest, and as the longest
/// but one in a hundred of its park; never below the setting. A park without enough history is not judged.
/// </summary>
internal sealed class FrozenValues(IOptions<QualityOptions> options) : IDetector
{
    /// <summary>Waits that changed, in the history of a park, below which nothing is known of it.</summary>
    internal const int LeastHistory = 200;

    private const double Plausible = 0.99;
    private const double Allowance = 1.5;

    public string Name => "frozen";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var causes = new List<Cause>();
        foreach (var park in scope.Parks)
        {
            var stretches = (await scope.StretchesAsync(park, cancellationToken)).Where(s => s is { Status: RideStatus.Operating, WaitMinutes: > 0 }).ToList();
            var history = stretches.Where(s => s.Last < scope.JudgedFrom).Select(Length).Order().ToList();
            if (history.Count < LeastHistory)
            {
                continue;
            }

            var longest = history[(int)Math.Ceiling(history.Count * Plausible) - 1] * Allowance;
            var limit = longest > TimeSpan.FromMinutes(options.Value.FrozenMinutes) ? longest : TimeSpan.FromMinutes(options.Value.FrozenMinutes);
            // A walk-on may say five minutes all day.
            var own = stretches.Where(s => s.Last < scope.JudgedFrom).GroupBy(s => s.RideId).ToDictionary(g => g.Key, g => g.Max(Length) * Allowance);
            var judged = stretches.Where(s => s.Last >= scope.JudgedFrom).ToList();
            var frozen = judged.Where(s => Length(s) > limit && Length(s) > own.GetValueOrDefault(s.RideId)).ToList();
            causes.AddRange(await CausesAsync(scope, park, frozen, judged.Select(s => s.RideId).Distinct().Count(), limit, cancellationToken));
        }

        return Detection.Since(scope.JudgedFrom, causes);
    }

    // When most of a park stands still its feed does: one cause, not one per ride.
    private static async Task<IEnumerable<Cause>> CausesAsync(
        CheckScope scope, Park park, List<SteadyStretch> frozen, int rides, TimeSpan limit, CancellationToken ct)
    {
        var still = frozen.Select(s => s.RideId).Distinct().Count();
        if (still >= 3 && still * 2 >= rides)
        {
            var start = frozen.Min(s => s.First);
            return
            [
                Of(
                    $"park:{park.ParkId}|{start:yyyy-MM-ddTHH:mm}",
                    string.Create(CultureInfo.InvariantCulture, $"{still} of {rides} running rides of {CheckScope.NameOf(park)} show the same wait for longer than {limit.TotalHours:0.#} hours: the feed stands still."),
                    null, start, frozen.Max(s => s.Last), still),
            ];
        }

        var names = (await scope.RidesAsync(park, ct)).ToDictionary(r => r.RideId, r => r.Name);
        return frozen.Select(s => Of(
            $"ride:{s.RideId}|{s.First:yyyy-MM-ddTHH:mm}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{names.GetValueOrDefault(s.RideId) ?? $"Ride {s.RideId}"} showed {s.WaitMinutes} minutes without a change from {s.First:yyyy-MM-dd HH:mm}Z to {s.Last:yyyy-MM-dd HH:mm}Z; up to {limit.TotalHours:0.#} hours are plausible in {CheckScope.NameOf(park)}."),
            s.RideId, s.First, s.Last, 1));

        Cause Of(string key, string description, int? rideId, DateTime start, DateTime end, int records) => new(key, IssueType.Invalid, Severity.Warning, description)
        {
            DestinationId = scope.Id,
            ParkId = park.ParkId,
            RideId = rideId,
            Source = DataSource.Live,
            Start = start,
            End = end,
            Records = records,
        };
    }

    private static TimeSpan Length(SteadyStretch stretch) => stretch.Last - stretch.First;
}
