using System.Runtime.InteropServices;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>For how many seconds a wait of so many minutes held.</summary>
internal readonly record struct WaitSeconds(int Wait, long Seconds);

/// <summary>
/// How long each wait held, as <c>ride_hourly_stats.waits</c> keeps it: pairs of LEB128 (difference to the wait before, seconds), ascending.
/// Unpacked, it is a list ascending by wait in which every wait comes once.
/// </summary>
internal static class WaitDistribution
{
    /// <exception cref="ArgumentException">Not ascending, negative, or a wait without seconds.</exception>
    public static byte[] Encode(ReadOnlySpan<WaitSeconds> waits)
    {
        var packed = new List<byte>(waits.Length * 3);
        var before = -1;
        foreach (var (wait, seconds) in waits)
        {
            if (wait <= before || seconds <= 0)
            {
                throw new ArgumentException($"A wait of {wait} for {seconds} s after one of {before} is no distribution.", nameof(waits));
            }

            Write(packed, (ulong)(wait - Math.Max(before, 0)));
            Write(packed, (ulong)seconds);
            before = wait;
        }

        return [.. packed];
    }

    /// <exception cref="InvalidDataException">The bytes are no distribution.</exception>
    public static List<WaitSeconds> Decode(ReadOnlySpan<byte> packed)
    {
        var waits = new List<WaitSeconds>(packed.Length / 2);
        var wait = 0L;
        while (!packed.IsEmpty)
        {
            var difference = Read(ref packed);
            var seconds = Read(ref packed);
            wait += difference;
            if (wait > int.MaxValue || seconds == 0 || (difference == 0 && waits.Count > 0))
            {
                throw new InvalidDataException($"A wait of {wait} for {seconds} s does not belong into a distribution.");
            }

            waits.Add(new WaitSeconds((int)wait, seconds));
        }

        return waits;
    }

    /// <summary>Adds a packed distribution to <paramref name="sum"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are no distribution.</exception>
    public static void Merge(List<WaitSeconds> sum, ReadOnlySpan<byte> packed) => Merge(sum, CollectionsMarshal.AsSpan(Decode(packed)));

    /// <summary>Adds an unpacked distribution to <paramref name="sum"/>.</summary>
    public static void Merge(List<WaitSeconds> sum, ReadOnlySpan<WaitSeconds> waits)
    {
        var at = 0;
        foreach (var added in waits)
        {
            while (at < sum.Count && sum[at].Wait < added.Wait)
            {
                at++;
            }

            if (at < sum.Count && sum[at].Wait == added.Wait)
            {
                sum[at] = added with { Seconds = sum[at].Seconds + added.Seconds };
            }
            else
            {
                sum.Insert(at, added);
            }
        }
    }

    /// <summary>The least wait that covers at least <paramref name="percent"/> (over 0, at most 100) of the seconds; null without any.</summary>
    public static int? Percentile(ReadOnlySpan<WaitSeconds> waits, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        var total = Seconds(waits);
        var covered = 0L;
        foreach (var (wait, seconds) in waits)
        {
            covered += seconds;
            if (covered * 100 >= total * percent)
            {
                return wait;
            }
        }

        return null;
    }

    public static long Seconds(ReadOnlySpan<WaitSeconds> waits)
    {
        var total = 0L;
        foreach (var (_, seconds) in waits)
        {
            total += seconds;
        }

        return total;
    }

    /// <summary>Σ wait × seconds.</summary>
    public static long Sum(ReadOnlySpan<WaitSeconds> waits)
    {
        var total = 0L;
        foreach (var (wait, seconds) in waits)
        {
            total += wait * seconds;
        }

        return total;
    }

    private static void Write(List<byte> packed, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            packed.Add((byte)(value | 0x80));
        }

        packed.Add((byte)value);
    }

    // Five bytes hold more than any count of seconds; a longer number is damage and must not overflow.
    private static long Read(ref ReadOnlySpan<byte> packed)
    {
        var value = 0L;
        for (var i = 0; i < 5 && i < packed.Length; i++)
        {
            value |= (long)(packed[i] & 0x7F) << (7 * i);
            if (packed[i] < 0x80)
            {
                packed = packed[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("A number of the distribution has no end.");
    }
}
