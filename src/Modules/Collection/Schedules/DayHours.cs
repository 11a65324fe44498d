using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Upstream;

namespace ThemePark.Modules.Collection.Schedules;

/// <summary>A version of a day as it is stored, with one of its entries; a version without entries has one row without a type.</summary>
internal sealed class VersionRow
{
    public int ParkId { get; init; }
    public DateOnly LocalDate { get; init; }
    public DateTime ObservedAt { get; init; }
    public bool Unreadable { get; init; }
    public bool Simulated { get; init; }
    public string? Type { get; init; }
    public string? Description { get; init; }
    public DateTime? OpensAt { get; init; }
    public DateTime? ClosesAt { get; init; }
    public int Flags { get; init; }
    public string? Purchases { get; init; }

    private bool IsPublic => Type is "OPERATING" or "EXTRA_HOURS" or "TICKETED_EVENT";

    /// <summary>Hours that visitors can rely on. Nobody is let in for no time at all, or for longer than a day has hours.</summary>
    public bool IsOpening => IsPublic && ClosesAt > OpensAt && !((ScheduleFlags)Flags).HasFlag(ScheduleFlags.ImplausibleLength);

    /// <summary>The park is open at some time, or may be, and this does not say when.</summary>
    public bool IsVague => (IsPublic && !IsOpening) || Unreadable || IsUnknownWord;

    private bool IsUnknownWord => Type is not (null or "PRIVATE_EVENT" or "INFO") && !IsPublic;
}

/// <summary>Judges the versions of days.</summary>
internal static class DayHours
{
    /// <summary>The day, from the rows of one version; none when it was never listed.</summary>
    public static PublishedDay Judge(DateOnly date, IEnumerable<VersionRow> version)
    {
        var rows = version.ToList();
        // Only hours make a day known: a withdrawn day, or one with nothing but information or a private event, says nothing of visitors.
        var known = rows.Any(r => r.IsOpening) && !rows.Any(r => r.IsVague);
        var entries = rows.Where(r => r.Type is not null)
            .Select(r => new PublishedEntry(r.Type!, r.Description, Utc(r.OpensAt), Utc(r.ClosesAt), r.Purchases, r.Flags != 0))
            .ToList();
        var hours = Union(rows.Where(r => r.IsOpening).Select(r => new OpenHours(Utc(r.OpensAt)!.Value, Utc(r.ClosesAt)!.Value)));
        return new PublishedDay(date, known, hours, entries, rows.Count == 0 ? null : Utc(rows[0].ObservedAt), rows.Count > 0 && rows[0].Simulated);
    }

    /// <param name="parkId">Whose days they are.</param>
    /// <param name="instant">Lies on <paramref name="today"/> in the park's zone.</param>
    /// <param name="yesterday">The day before: a night belongs to the day the park opened on.</param>
    /// <param name="today">The local day.</param>
    /// <param name="tomorrow">The day after.</param>
    public static ParkHoursNow At(int parkId, DateTimeOffset instant, PublishedDay yesterday, PublishedDay today, PublishedDay tomorrow)
    {
        var hours = Union([.. yesterday.Hours, .. today.Hours, .. tomorrow.Hours]);
        var open = hours.Where(h => h.OpensAt <= instant && instant < h.ClosesAt).Select(h => (OpenHours?)h).FirstOrDefault();
        var shown = open ?? hours.Where(h => h.OpensAt > instant).Select(h => (OpenHours?)h).FirstOrDefault();
        // Before the first opening it may still be the night of a day we know nothing of.
        var known = today.IsKnown && (yesterday.IsKnown || instant >= today.Hours[0].OpensAt);
        var state = open is not null ? ParkState.Open : known ? ParkState.Closed : ParkState.Unknown;
        var simulated = yesterday.Simulated || today.Simulated || tomorrow.Simulated;
        var operating = yesterday.Entries.Concat(today.Entries).Where(e => e.Type == "OPERATING").ToList();
        return new ParkHoursNow(parkId, state, today.Date, shown?.OpensAt, shown?.ClosesAt, today.ObservedAt, simulated)
        {
            IsOperating = operating.Any(e => e.OpensAt <= instant && instant < e.ClosesAt) ? true
                : state == ParkState.Closed || (state == ParkState.Open && operating.Count > 0) ? false
                : null,
        };
    }

    private static List<OpenHours> Union(IEnumerable<OpenHours> hours)
    {
        var union = new List<OpenHours>();
        foreach (var next in hours.OrderBy(h => h.OpensAt))
        {
            if (union.Count > 0 && next.OpensAt <= union[^1].ClosesAt)
            {
                union[^1] = new OpenHours(union[^1].OpensAt, next.ClosesAt > union[^1].ClosesAt ? next.ClosesAt : union[^1].ClosesAt);
            }
            else
            {
                union.Add(next);
            }
        }

        return union;
    }

    private static DateTimeOffset? Utc(DateTime? utc) => utc is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;
}
