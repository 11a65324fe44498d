using System.Text.Json;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>
/// ISO 8601 instants as upstream writes them (<c>2024-12-25T00:05:10.644Z</c>, <c>2024-12-24T19:05:10-05:00</c>), read from
/// UTF-8 without allocating. Fractions beyond milliseconds are cut.
/// </summary>
public static class IsoInstant
{
    public const long MillisecondsPerDay = 86_400_000;

    /// <summary>
    /// Reads <paramref name="text"/> to milliseconds since 1970-01-01 UTC. <paramref name="offsetMinutes"/> is the stated offset.
    /// A time without an offset is refused: nothing says which clock it is.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long instant, out int offsetMinutes)
    {
        instant = 0;
        offsetMinutes = 0;
        if (text.Length < 17 || text[10] is not ((byte)'T' or (byte)' ') || !TryDate(text[..10], out var dayMilliseconds))
        {
            return false;
        }

        if (text[13] != ':' || !TryTwo(text, 11, out var hour) || !TryTwo(text, 14, out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        var at = 16;
        var second = 0;
        var milli = 0;
        if (text[at] == ':')
        {
            if (text.Length < at + 4 || !TryTwo(text, at + 1, out second) || second > 59)
            {
                return false;
            }

            at += 3;
            if (text[at] == '.' && !TryFraction(text, ref at, out milli))
            {
                return false;
            }
        }

        if (!TryOffset(text[at..], out offsetMinutes))
        {
            return false;
        }

        instant = dayMilliseconds + (((((hour * 60L) + minute) * 60) + second) * 1000) + milli - (offsetMinutes * 60_000L);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, of the string a reader stands on; some writers escape <c>+</c>.</summary>
    /// <exception cref="InvalidOperationException">The string is not Unicode.</exception>
    public static bool TryRead(ref Utf8JsonReader reader, out long instant, out int offsetMinutes)
    {
        if (!reader.ValueIsEscaped)
        {
            return TryParse(reader.ValueSpan, out instant, out offsetMinutes);
        }

        Span<byte> text = stackalloc byte[256];
        (instant, offsetMinutes) = (0, 0);
        return reader.ValueSpan.Length <= text.Length && TryParse(text[..reader.CopyString(text)], out instant, out offsetMinutes);
    }

    /// <summary>Milliseconds since 1970-01-01 of a <c>yyyy-MM-dd</c> date.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-' || !TryTwo(text, 0, out var century)
            || !TryTwo(text, 2, out var year) || !TryTwo(text, 5, out var month) || !TryTwo(text, 8, out var day))
        {
            return false;
        }

        year += century * 100;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        milliseconds = DaysFromCivil(year, month, day) * MillisecondsPerDay;
        return true;
    }

    /// <summary>Start of a UTC day in milliseconds since 1970-01-01.</summary>
    public static long StartOf(DateOnly utcDay) => (utcDay.DayNumber - UnixEpochDay) * MillisecondsPerDay;

    /// <summary>The UTC day of an instant.</summary>
    public static DateOnly DayOf(long instant) =>
        DateOnly.FromDayNumber((int)Math.DivRem(instant, MillisecondsPerDay, out var rest) + UnixEpochDay - (rest < 0 ? 1 : 0));

    /// <summary>The instant as UTC <see cref="DateTime"/>.</summary>
    public static DateTime ToDateTime(long instant) => DateTime.UnixEpoch.AddMilliseconds(instant);

    /// <summary>Milliseconds since 1970-01-01 of a UTC <see cref="DateTime"/>.</summary>
    public static long FromDateTime(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    private const int UnixEpochDay = 719_162;

    private static bool TryFraction(ReadOnlySpan<byte> text, ref int at, out int milli)
    {
        milli = 0;
        var scale = 100;
        var start = ++at;
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
        {
            milli += (text[at] - '0') * scale;
            scale /= 10;
            at++;
        }

        return at > start && at - start <= 9 && at < text.Length;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z')
        {
            return text.Length == 1;
        }

        if (text.Length != 6 || text[3] != ':' || text[0] is not ((byte)'+' or (byte)'-')
            || !TryTwo(text, 1, out var hour) || !TryTwo(text, 4, out var minute) || hour > 18 || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, int at, out int value)
    {
        var tens = (uint)(text[at] - '0');
        var ones = (uint)(text[at + 1] - '0');
        value = (int)((tens * 10) + ones);
        return tens <= 9 && ones <= 9;
    }

    // Howard Hinnant's days_from_civil, proleptic Gregorian, 1970-01-01 = 0.
    private static long DaysFromCivil(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = y / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }
}
