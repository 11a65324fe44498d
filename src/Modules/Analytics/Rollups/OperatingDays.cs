using NodaTime;
using NodaTime.Extensions;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>From inclusive to exclusive, seconds since 1970-01-01 UTC.</summary>
internal readonly record struct Stretch(long From, long To)
{
    public long Length => To - From;

    public Stretch Within(long from, long to) => new(Math.Max(From, from), Math.Min(To, to));
}

/// <summary>A clock hour of the park's zone, as far as it lies in its operating day.</summary>
internal readonly record struct ClockHour(long Start, long End, int LocalHour);

/// <summary>A park's day as docs/metrics.md cuts it.</summary>
/// <param name="Published">The OPERATING hours, in order; null when nothing that can be relied on was published.</param>
internal sealed record OperatingDay(DateOnly Date, long Start, long End, IReadOnlyList<Stretch>? Published, IReadOnlyList<ClockHour> Hours);

/// <summary>Cuts a park's time into operating days.</summary>
internal static class OperatingDays
{
    private const long LatestEnd = 12 * 3600;

    /// <summary>The days from <paramref name="first"/> to <paramref name="last"/>, touching one another.</summary>
    /// <param name="zone">The park's.</param>
    /// <param name="first">Local date.</param>
    /// <param name="last">Local date, included.</param>
    /// <param name="published">By date, from the day before the first to the day after the last; a missing one says nothing.</param>
    public static IReadOnlyList<OperatingDay> Of(DateTimeZone zone, DateOnly first, DateOnly last, IReadOnlyDictionary<DateOnly, PublishedDay> published)
    {
        var days = new List<OperatingDay>();
        var start = EndOf(zone, first.AddDays(-1), published);
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            var end = EndOf(zone, date, published);
            days.Add(new OperatingDay(date, start, end, OpenOf(published.GetValueOrDefault(date)), HoursOf(zone, start, end)));
            start = end;
        }

        return days;
    }

    private static long EndOf(DateTimeZone zone, DateOnly date, IReadOnlyDictionary<DateOnly, PublishedDay> published)
    {
        var midnight = Midnight(zone, date.AddDays(1));
        if (published.GetValueOrDefault(date) is not { Hours.Count: > 0 } day)
        {
            return midnight;
        }

        var end = Math.Min(day.Hours.Max(h => h.ClosesAt).ToUnixTimeSeconds(), midnight + LatestEnd);
        if (published.GetValueOrDefault(date.AddDays(1)) is { Hours.Count: > 0 } next)
        {
            end = Math.Min(end, next.Hours.Min(h => h.OpensAt).ToUnixTimeSeconds());
        }

        return Math.Max(midnight, end);
    }

    private static List<Stretch>? OpenOf(PublishedDay? day)
    {
        var open = day is not { IsKnown: true }
            ? []
            : day.Entries
                .Where(e => e is { Type: "OPERATING", OpensAt: not null, ClosesAt: not null } && e.ClosesAt > e.OpensAt)
                .Select(e => new Stretch(e.OpensAt!.Value.ToUnixTimeSeconds(), e.ClosesAt!.Value.ToUnixTimeSeconds()))
                .ToList();
        return open.Count == 0 ? null : Stretches.Union(open);
    }

    private static List<ClockHour> HoursOf(DateTimeZone zone, long start, long end)
    {
        var hours = new List<ClockHour>(25);
        for (var at = start; at < end;)
        {
            var interval = zone.GetZoneInterval(Instant.FromUnixTimeSeconds(at));
            var local = at + interval.WallOffset.Seconds;
            var next = Math.Min(end, at + 3600 - (local % 3600));
            if (interval.HasEnd)
            {
                next = Math.Min(next, interval.End.ToUnixTimeSeconds());
            }

            hours.Add(new ClockHour(at, next, (int)(local / 3600 % 24)));
            at = next;
        }

        return hours;
    }

    private static long Midnight(DateTimeZone zone, DateOnly date) => zone.AtStartOfDay(date.ToLocalDate()).ToInstant().ToUnixTimeSeconds();
}

internal static class Stretches
{
    public static List<Stretch> Union(IEnumerable<Stretch> stretches)
    {
        var union = new List<Stretch>();
        foreach (var next in stretches.OrderBy(s => s.From))
        {
            if (union.Count > 0 && next.From <= union[^1].To)
            {
                union[^1] = new Stretch(union[^1].From, Math.Max(union[^1].To, next.To));
            }
            else
            {
                union.Add(next);
            }
        }

        return union;
    }

    /// <summary>What of them lies within.</summary>
    public static List<Stretch> Within(IEnumerable<Stretch> stretches, long from, long to) =>
        [.. stretches.Select(s => s.Within(from, to)).Where(s => s.Length > 0)];
}
