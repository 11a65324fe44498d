using System.Globalization;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Polls that failed or never took place, per park, unless the archive has brought the time since.</summary>
internal sealed class LiveGaps(ILiveCollection live, ICoverage coverage, IOptions<QualityOptions> options) : IDetector
{
    // How far each depth looks back; a gap that began before is followed to its beginning.
    private static readonly TimeSpan[] Windows = [TimeSpan.FromDays(2), TimeSpan.FromDays(35), TimeSpan.FromDays(36_500)];

    public string Name => "live_gap";

    public Depth From => Depth.Quick;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        if (await scope.PolledAsync(cancellationToken) is not { } polled)
        {
            return Detection.Everywhere([]);
        }

        var until = scope.Until(polled);
        var since = Instants.Later(scope.Now - Windows[(int)scope.Depth], polled.First);
        var gaps = await FromBeginningAsync(scope.Id, since, polled.First, until, cancellationToken);
        var seen = (await live.FreshnessAsync(cancellationToken)).Select(p => p.ParkId).ToHashSet();
        var parks = scope.Parks.Where(p => seen.Contains(p.ParkId)).ToList();
        // A destination whose every poll failed has no park that was seen.
        var of = parks.Count > 0 ? parks : scope.Parks;
        var causes = new List<Cause>();
        foreach (var gap in gaps)
        {
            foreach (var (start, end) in await MissingAsync(scope.Id, gap, cancellationToken))
            {
                var ongoing = end >= until && polled.IsTracked;
                var description = string.Create(
                    CultureInfo.InvariantCulture,
                    $"No live data of {{0}} from {start:yyyy-MM-dd HH:mm}Z {(ongoing ? "until now" : $"to {end:yyyy-MM-dd HH:mm}Z")}: {gap.Reason}.");
                var slots = (long)Math.Ceiling((end - start) / ((gap.End - gap.Start) / gap.Slots));
                causes.AddRange(of.Select(park => Cause($"park:{park.ParkId}", string.Format(CultureInfo.InvariantCulture, description, CheckScope.NameOf(park)), park.ParkId)));
                if (of.Count == 0)
                {
                    causes.Add(Cause($"destination:{scope.Id}", string.Format(CultureInfo.InvariantCulture, description, scope.DestinationName), null));
                }

                Cause Cause(string who, string text, int? parkId) =>
                    new(string.Create(CultureInfo.InvariantCulture, $"{who}|{start:yyyy-MM-ddTHH:mm}"), IssueType.Gap, Severity.Warning, text)
                    {
                        DestinationId = scope.Id,
                        ParkId = parkId,
                        Gap = EnumText.TryParse<GapType>(gap.Reason, out var type) ? type : GapType.CollectionFailure,
                        Source = DataSource.Live,
                        Start = start,
                        End = ongoing ? null : end,
                        Records = slots,
                    };
            }
        }

        return Detection.Since(since, causes);
    }

    // A gap is known by its beginning: one that is cut by the window is asked for again from further back.
    private async Task<IReadOnlyList<LiveGap>> FromBeginningAsync(int destinationId, DateTime since, DateTime first, DateTime until, CancellationToken ct)
    {
        for (var (from, back) = (since, TimeSpan.FromDays(7)); ; (from, back) = (Instants.Later(from - back, first), back * 4))
        {
            var gaps = await live.GapsAsync(destinationId, from, until, ct);
            if (from <= first || gaps.Count == 0 || gaps[0].Start > from)
            {
                return [.. gaps.Where(g => g.End > since)];
            }
        }
    }

    private async Task<IReadOnlyList<(DateTime Start, DateTime End)>> MissingAsync(int destinationId, LiveGap gap, CancellationToken ct)
    {
        var covered = await coverage.CoveredAsync(destinationId, gap.Start, gap.End, ct);
        var missing = new List<(DateTime Start, DateTime End)>();
        var at = gap.Start;
        foreach (var stretch in covered)
        {
            Add(at, stretch.Start);
            at = stretch.End;
        }

        Add(at, gap.End);
        return missing;

        void Add(DateTime start, DateTime end)
        {
            if (end - start >= TimeSpan.FromMinutes(options.Value.GapMinutes))
            {
                missing.Add((start, end));
            }
        }
    }
}
