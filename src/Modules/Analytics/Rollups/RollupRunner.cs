using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>A run of days of one park that are computed and written together.</summary>
/// <param name="Ledger">Everything dirty of the park when the run began.</param>
/// <param name="Finishes">Of it, what is in the figures once this chunk is written.</param>
internal sealed record RollupChunk(
    int ParkId, byte[] Basis, IReadOnlyList<int> RideIds, IReadOnlyList<OperatingDay> Days, IReadOnlyList<DirtyDay> Ledger, IReadOnlyList<DirtyDay> Finishes);

/// <summary>What a rollup did.</summary>
/// <param name="Waiting">Parks another run was ahead of: what is left of them comes with the next run.</param>
internal sealed record RollupResult(int Parks, int Days, long Snapshots, int Waiting);

/// <summary>
/// Brings the figures up to the ledger: exactly the operating days that a moved ledger entry touches are computed again, park by park. May be
/// killed at any point: a chunk of days is there as a whole, with its watermarks, or not at all.
/// </summary>
internal sealed class RollupRunner(
    DirtyDays dirty,
    RollupStore store,
    ICatalogue catalogue,
    ParkDirectory directory,
    ICoverage coverage,
    IParkHours hours,
    MySqlDatabase database,
    IOptions<AnalyticsOptions> options,
    TimeProvider clock,
    ILogger<RollupRunner> logger) : ILedgerFollower
{
    // Raised when the same input gives other figures: everything is computed again.
    private const int Rules = 1;

    private const int ChunkDays = 31;

    public async Task CatchUpAsync(int destinationId, CancellationToken cancellationToken)
    {
        var result = await RunAsync(await dirty.ParksAsync(destinationId, cancellationToken), cancellationToken);
        if (result.Waiting > 0)
        {
            // The run that was ahead may have begun before the last days were written.
            await RunAsync(await dirty.ParksAsync(destinationId, cancellationToken), cancellationToken);
        }
    }

    /// <summary>All parks with something to do, or those given.</summary>
    public async Task<RollupResult> RunAsync(IReadOnlyCollection<int>? parkIds, CancellationToken cancellationToken)
    {
        var parks = new Dictionary<int, KnownPark>();
        var infos = await directory.ListAsync(null, cancellationToken);
        var bases = await store.BasesAsync(cancellationToken);
        foreach (var park in (await catalogue.ListParksAsync(null, cancellationToken)).Where(p => parkIds?.Contains(p.ParkId) != false))
        {
            var rides = await catalogue.ListRidesAsync(park.ParkId, cancellationToken);
            var basis = BasisOf(park, rides);
            parks.Add(park.ParkId, new KnownPark(park, infos[park.ParkId], rides, basis));
            if (bases.TryGetValue(park.ParkId, out var known) && !known.AsSpan().SequenceEqual(basis))
            {
                logger.LogInformation("Rules, zone, tiers or kinds of park {Park} have changed: its figures are computed again", park.ParkId);
                await store.RestartAsync(park.ParkId, basis, cancellationToken);
            }
        }

        var waiting = await dirty.FindAsync(parks.Keys, cancellationToken);
        var (days, snapshots, behind) = (0, 0L, 0);
        await Parallel.ForEachAsync(
            waiting,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.RollupParallelism, CancellationToken = cancellationToken },
            async (group, ct) =>
            {
                var (done, rows, complete) = await RollUpAsync(parks[group.Key], [.. group], ct);
                Interlocked.Add(ref days, done);
                Interlocked.Add(ref snapshots, rows);
                Interlocked.Add(ref behind, complete ? 0 : 1);
            });
        return new RollupResult(waiting.Count, days, snapshots, behind);
    }

    /// <summary>The dates from first to last, both included, of which a park's figures are not those its rows give. Changes nothing.</summary>
    public async Task<IReadOnlyList<DateOnly>> DifferAsync(int parkId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var park = (await catalogue.ListParksAsync(null, cancellationToken)).Single(p => p.ParkId == parkId);
        var rides = await catalogue.ListRidesAsync(parkId, cancellationToken);
        var known = new KnownPark(park, (await directory.ListAsync(null, cancellationToken))[parkId], rides, BasisOf(park, rides));
        var published = (await hours.DaysAsync(parkId, first.AddDays(-1), last.AddDays(1), null, cancellationToken)).ToDictionary(d => d.Date);
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        var (rows, _) = await ComputeAsync(connection, known, [.. OperatingDays.Of(known.Info.Zone, first, last, published)], cancellationToken);
        using var encoded = new EncodedRollup(parkId, rows);
        return await store.DifferAsync(parkId, [.. rides.Select(r => r.RideId)], first, last, encoded, cancellationToken);
    }

    private async Task<(int Days, long Snapshots, bool Complete)> RollUpAsync(KnownPark known, List<DirtyDay> entries, CancellationToken cancellationToken)
    {
        var park = known.Park;
        var (first, last) = (entries[0].UtcDay.AddDays(-2), entries[^1].UtcDay.AddDays(3));
        var published = (await hours.DaysAsync(park.ParkId, first.AddDays(-1), last.AddDays(1), null, cancellationToken)).ToDictionary(d => d.Date);
        var touched = OperatingDays.Of(known.Info.Zone, first, last, published).Where(day => entries.Any(e => e.Touches(day))).ToList();
        var (written, snapshots) = (0, 0L);
        var done = 0;
        await using var connection = await database.OpenDedicatedAsync(cancellationToken);
        foreach (var days in Runs(touched))
        {
            cancellationToken.ThrowIfCancellationRequested();
            written += days.Count;
            // An entry is in the figures when the last day it touches is.
            var finishes = entries.Skip(done).TakeWhile(e => !touched.Skip(written).Any(e.Touches)).ToList();
            done += finishes.Count;
            var chunk = new RollupChunk(park.ParkId, known.Basis, [.. known.Rides.Select(r => r.RideId)], days, entries, finishes);
            var (rows, read) = await ComputeAsync(connection, known, days, cancellationToken);
            snapshots += read;
            using var encoded = new EncodedRollup(park.ParkId, rows);
            if (!await MySqlRetry.RunAsync(ct => store.WriteAsync(chunk, encoded, ct), clock, logger, cancellationToken))
            {
                logger.LogInformation("Another run has newer figures of park {Park}; this one leaves it", park.ParkId);
                return (written - days.Count, snapshots, false);
            }
        }

        return (written, snapshots, true);
    }

    private async Task<(RollupRows Rows, long Read)> ComputeAsync(
        SafeMySqlConnection connection, KnownPark known, List<OperatingDay> days, CancellationToken cancellationToken)
    {
        var rides = known.Rides;
        var (from, to) = (days[0].Start - RideTimeline.CarrySeconds, days[^1].End);
        var covered = await coverage.CoveredAsync(known.Park.DestinationId, Utc(from), Utc(to), cancellationToken);
        Dictionary<int, Statement[]> statements = [];
        if (rides.Count > 0)
        {
            statements = await RawStatements.ReadAsync(connection, [.. rides.Select(r => r.RideId)], from, to, cancellationToken);
        }

        var asked = rides
            .Where(r => statements.ContainsKey(r.RideId))
            .Select(r => new RollupRide(r.RideId, r.IsCounted, Figures.Weight(r.Tier), statements[r.RideId]))
            .ToList();
        var stretches = covered.Select(c => new Stretch(Seconds(c.Start), Seconds(c.End))).ToArray();
        return (new ParkRollup(days, stretches, !known.Info.IsDisneyOrUniversal).Compute(asked), statements.Values.Sum(s => (long)s.Length));
    }

    // Days that follow one another, a month at most: what is in memory at a time.
    private static IEnumerable<List<OperatingDay>> Runs(List<OperatingDay> days)
    {
        var run = new List<OperatingDay>();
        foreach (var day in days)
        {
            if (run.Count == ChunkDays || (run.Count > 0 && run[^1].Date.AddDays(1) != day.Date))
            {
                yield return run;
                run = [];
            }

            run.Add(day);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private sealed record KnownPark(Park Park, ParkInfo Info, IReadOnlyList<Ride> Rides, byte[] Basis);

    private static byte[] BasisOf(Park park, IReadOnlyList<Ride> rides)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Rules} {park.TimeZone} {park.Operator} {DateTimeZoneProviders.Tzdb.VersionId}");
        // Only what differs from a ride nobody has said anything of: a new ride must not make the history move.
        foreach (var ride in rides.Where(r => r.Tier is not null || !r.IsCounted))
        {
            text.Append(CultureInfo.InvariantCulture, $" {ride.RideId}:{ride.Tier}:{ride.IsCounted}");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))[..8];
    }

    private static DateTime Utc(long seconds) => DateTime.UnixEpoch.AddSeconds(seconds);

    private static long Seconds(DateTime utc) => new DateTimeOffset(utc, TimeSpan.Zero).ToUnixTimeSeconds();
}
