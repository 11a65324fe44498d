namespace ThemePark.Simulator;

/// <summary>ISO 8601 without culture or allocation.</summary>
internal static class TimeText
{
    /// <summary><c>2024-12-25T00:05:10.644Z</c></summary>
    public static ReadOnlySpan<byte> Utc(long ms, Span<byte> text)
    {
        var time = DateTime.UnixEpoch.AddMilliseconds(ms);
        DateAndTime(time, text);
        text[19] = (byte)'.';
        Digits(text[20..], time.Millisecond, 3);
        text[23] = (byte)'Z';
        return text[..24];
    }

    /// <summary><c>2024-12-24T19:05:10-05:00</c></summary>
    public static ReadOnlySpan<byte> Local(long ms, int offsetSeconds, Span<byte> text)
    {
        DateAndTime(DateTime.UnixEpoch.AddMilliseconds(ms).AddSeconds(offsetSeconds), text);
        text[19] = (byte)(offsetSeconds < 0 ? '-' : '+');
        var minutes = Math.Abs(offsetSeconds) / 60;
        Digits(text[20..], minutes / 60, 2);
        text[22] = (byte)':';
        Digits(text[23..], minutes % 60, 2);
        return text[..25];
    }

    private static void DateAndTime(DateTime time, Span<byte> text)
    {
        Digits(text, time.Year, 4);
        text[4] = text[7] = (byte)'-';
        Digits(text[5..], time.Month, 2);
        Digits(text[8..], time.Day, 2);
        text[10] = (byte)'T';
        Digits(text[11..], time.Hour, 2);
        text[13] = text[16] = (byte)':';
        Digits(text[14..], time.Minute, 2);
        Digits(text[17..], time.Second, 2);
    }

    private static void Digits(Span<byte> text, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            text[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
