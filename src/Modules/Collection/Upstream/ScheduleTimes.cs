using NodaTime;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>An instant as stated: milliseconds since 1970-01-01 UTC, and the offset it came with.</summary>
internal readonly record struct StatedInstant(long Instant, int OffsetMinutes);

/// <summary>Checks the opening and closing of an entry against its date and its zone.</summary>
internal static class ScheduleTimes
{
    private const long Hour = 3_600_000;

    /// <summary>The close to keep, and what is odd.</summary>
    /// <param name="zone">The park's zone; null when unknown: then only what needs no zone is checked.</param>
    public static (long? ClosesAt, ScheduleFlags Flags) Judge(DateOnly date, StatedInstant? opens, StatedInstant? closes, DateTimeZone? zone)
    {
        var flags = OffsetDiffers(opens, zone) || OffsetDiffers(closes, zone) ? ScheduleFlags.OffsetMismatch : ScheduleFlags.None;
        if (opens is { } opening && DateOf(opening, zone) != LocalDate.FromDateOnly(date))
        {
            flags |= ScheduleFlags.DateMismatch;
        }

        var closesAt = closes?.Instant;
        if (opens?.Instant is { } from && closesAt is { } until)
        {
            if (until < from && from - until < 24 * Hour)
            {
                closesAt = NextDay(until, zone);
                flags |= ScheduleFlags.CloseMoved;
            }
            // A day has 25 hours in autumn.
            else if (until < from || until - from > 25 * Hour)
            {
                flags |= ScheduleFlags.ImplausibleLength;
            }
        }

        return (closesAt, flags);
    }

    private static bool OffsetDiffers(StatedInstant? stated, DateTimeZone? zone) =>
        stated is { } at && zone is not null && zone.GetUtcOffset(At(at.Instant)) != Stated(at);

    private static LocalDate DateOf(StatedInstant stated, DateTimeZone? zone) =>
        At(stated.Instant).WithOffset(zone?.GetUtcOffset(At(stated.Instant)) ?? Stated(stated)).Date;

    private static Offset Stated(StatedInstant stated) => Offset.FromSeconds(stated.OffsetMinutes * 60);

    // The same time on the clock, a day later: not 24 hours when the clocks change in between.
    private static long NextDay(long instant, DateTimeZone? zone) =>
        zone is null
            ? instant + (24 * Hour)
            : zone.AtLeniently(At(instant).InZone(zone).LocalDateTime.PlusDays(1)).ToInstant().ToUnixTimeMilliseconds();

    private static Instant At(long instant) => Instant.FromUnixTimeMilliseconds(instant);
}
