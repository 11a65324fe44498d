using ThemePark.Modules.Analytics.Rollups;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.UnitTests.Analytics;

/// <summary>
/// The slow, obvious way: looks at every minute of a day by itself. Everything it is given lies on whole minutes. Knows docs/metrics.md, and nothing of how the rollup goes about it.
/// </summary>
internal sealed class MinuteModel(OperatingDay day, Stretch[] covered, IReadOnlyList<RollupRide> rides, bool closedIsDown, long from)
{
    private const int Minute = 60;
    private readonly Dictionary<int, (RideStatus Status, int? Wait)[]> _states = rides.ToDictionary(r => r.RideId, r => StatesOf(r, day, covered, from));

    private OpenMinutes? _open;

    private sealed record OpenMinutes(HashSet<long>? Minutes);

    private static bool Watched(Stretch[] covered, long at) => covered.Any(c => c.From <= at && at < c.To);

    private static (RideStatus, int?)[] StatesOf(RollupRide ride, OperatingDay day, Stretch[] covered, long from)
    {
        var states = new (RideStatus, int?)[(day.End - day.Start) / Minute];
        var said = ride.Statements.ToLookup(s => s.At);
        (RideStatus Status, long At, int? Wait, long WaitAt) now = (RideStatus.None, 0, null, 0);
        for (var at = from; at < day.End; at += Minute)
        {
            foreach (var part in said[at])
            {
                now = part.HasStatus ? now with { Status = part.Status, At = at } : now;
                now = part.HasWait ? now with { Wait = part.Wait == Statement.NoWait ? null : part.Wait, WaitAt = at } : now;
            }

            if (!Watched(covered, at))
            {
                now = (RideStatus.None, 0, null, 0);
            }

            now = at - now.At >= 86_400 ? now with { Status = RideStatus.None } : now;
            now = at - now.WaitAt >= 86_400 ? now with { Wait = null } : now;
            if (at >= day.Start)
            {
                states[(at - day.Start) / Minute] = (now.Status, now.Wait);
            }
        }

        return states;
    }

    private IEnumerable<long> Minutes
    {
        get
        {
            for (var at = day.Start; at < day.End; at += Minute)
            {
                yield return at;
            }
        }
    }

    private RideStatus StatusOf(RollupRide ride, long at) => _states[ride.RideId][(at - day.Start) / Minute].Status;

    /// <summary>The open minutes; null: nobody knows.</summary>
    public HashSet<long>? Open() => _open is { } known ? known.Minutes : (_open = new(FindOpen())).Minutes;

    private HashSet<long>? FindOpen()
    {
        var watched = Minutes.Where(m => Watched(covered, m)).ToList();
        if (day.Published is { } published)
        {
            return [.. Minutes.Where(m => watched.Count > 0 && m <= watched[^1] && published.Any(p => p.From <= m && m < p.To))];
        }

        var counted = rides.Where(r => r.Counted).ToList();
        var ran = counted.Count(r => Minutes.Any(m => StatusOf(r, m) == RideStatus.Operating));
        var busy = Minutes.Where(m => counted.Count(r => StatusOf(r, m) == RideStatus.Operating) >= Math.Max(1, ran / 10)).ToList();
        if (ran > 0)
        {
            return busy.Count == 0 ? [] : [.. Minutes.Where(m => busy[0] <= m && m <= busy[^1])];
        }

        var known = counted.Any(r => Minutes.Any(m => StatusOf(r, m) != RideStatus.None));
        return known && watched.Count == Minutes.Count() ? [] : null;
    }

    private bool IsDown(RollupRide ride, long at) => StatusOf(ride, at) is var s && (s == RideStatus.Down || (closedIsDown && s == RideStatus.Closed));

    private bool Operated(RollupRide ride, HashSet<long> open) => open.Any(m => StatusOf(ride, m) == RideStatus.Operating);

    /// <summary>The seconds of a ride in one state.</summary>
    public int Seconds(RollupRide ride, RideStatus status, long start, long end) => Minute * Minutes.Count(m => m >= start && m < end && StatusOf(ride, m) == status);

    public int? Uptime(RollupRide ride, long start, long end) => Open() is not { } open ? null : Minute * open.Count(m => m >= start && m < end && StatusOf(ride, m) == RideStatus.Operating);

    public int? Known(RollupRide ride, long start, long end) => Open() is not { } open ? null : Minute * open.Count(m => m >= start && m < end && StatusOf(ride, m) != RideStatus.None);

    public int? Downtime(RollupRide ride, long start, long end) =>
        Open() is not { } open || !Operated(ride, open) ? null : Minute * open.Count(m => m >= start && m < end && IsDown(ride, m));

    public int? DowntimeEvents(RollupRide ride) =>
        Open() is not { } open || !Operated(ride, open) ? null : open.Count(m => IsDown(ride, m) && !(open.Contains(m - Minute) && IsDown(ride, m - Minute)));

    /// <summary>Every counted wait, once per minute, ascending.</summary>
    public IReadOnlyList<int> Waits(RollupRide ride, long start, long end) =>
    [
        .. (Open() ?? []).Where(m => m >= start && m < end && StatusOf(ride, m) == RideStatus.Operating && _states[ride.RideId][(m - day.Start) / Minute].Wait is not null)
            .Select(m => _states[ride.RideId][(m - day.Start) / Minute].Wait!.Value)
            .Order(),
    ];

    public double? Shame()
    {
        if (Open() is not { } open)
        {
            return null;
        }

        var ran = rides.Where(r => r.Counted && Operated(r, open)).ToList();
        var known = ran.Sum(r => (double)r.Weight * Known(r, day.Start, day.End)!.Value);
        return known == 0 ? null : Math.Round(10 * ran.Sum(r => (double)r.Weight * Downtime(r, day.Start, day.End)!.Value) / known, 1, MidpointRounding.AwayFromZero);
    }
}
