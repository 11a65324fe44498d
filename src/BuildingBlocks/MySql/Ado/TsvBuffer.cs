using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ThemePark.MySql;

/// <summary>
/// Tab-separated text for <see cref="BulkLoader"/> in one growing pooled buffer. The server never raises on a bad value, so every value is
/// formatted here, typed, and no other way in exists.
/// </summary>
public sealed class TsvBuffer(int capacity) : IDisposable
{
    private const int MillisecondsPerDay = 86_400_000;
    private const int UnixEpochDay = 719_162;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    // The date part of the day being written, "yyyy-MM-dd ".
    private readonly byte[] _date = new byte[11];
    private long _dateStart = long.MinValue;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The rows in pieces of at most <paramref name="rows"/>, each with its number of rows.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Text, int Rows)> Batches(int rows)
    {
        var start = 0;
        var count = 0;
        for (var at = 0; at < Length; at++)
        {
            // A newline inside a value is written as backslash and n: a bare one always ends a row.
            at += _buffer.AsSpan(at, Length - at).IndexOf((byte)'\n');
            if (++count == rows || at == Length - 1)
            {
                yield return (_buffer.AsMemory(start, at + 1 - start), count);
                start = at + 1;
                count = 0;
            }
        }
    }

    /// <summary>What was written from this place on.</summary>
    public ReadOnlySpan<byte> From(int start) => _buffer.AsSpan(start, Length - start);

    /// <summary>Room for one row of numbers and instants; text asks for its own.</summary>
    public void BeginRow() => Reserve(256);

    /// <summary>A whole number.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>A whole number, or NULL.</summary>
    public void Number(long? value)
    {
        if (value is { } number)
        {
            Number(number);
        }
        else
        {
            Null();
        }
    }

    /// <summary>NULL.</summary>
    public void Null()
    {
        _buffer[Length++] = (byte)'\\';
        _buffer[Length++] = (byte)'N';
    }

    /// <summary>Between two values.</summary>
    public void Tab() => _buffer[Length++] = (byte)'\t';

    /// <summary>After the last value of a row.</summary>
    public void EndRow() => _buffer[Length++] = (byte)'\n';

    /// <summary><c>yyyy-MM-dd HH:mm:ss.fff</c>, UTC.</summary>
    public void InstantWithMilliseconds(long instant)
    {
        var ofDay = Date(instant);
        Time(ofDay / 1000);
        var milli = ofDay % 1000;
        var at = _buffer.AsSpan(Length, 4);
        at[0] = (byte)'.';
        at[1] = (byte)('0' + (milli / 100));
        at[2] = (byte)('0' + (milli / 10 % 10));
        at[3] = (byte)('0' + (milli % 10));
        Length += 4;
    }

    /// <summary><c>yyyy-MM-dd HH:mm:ss</c>, UTC; fractions are cut.</summary>
    public void Instant(long instant) => Time(Date(instant) / 1000);

    /// <summary>Text with the four characters LOAD DATA gives a meaning to escaped.</summary>
    public void Text(string value)
    {
        Reserve((Encoding.UTF8.GetMaxByteCount(value.Length) * 2) + 256);
        Span<byte> utf8 = stackalloc byte[1024];
        var count = Encoding.UTF8.GetBytes(value, utf8);
        foreach (var b in utf8[..count])
        {
            Escaped(b);
        }
    }

    /// <summary>Bytes of a binary column.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Reserve((bytes.Length * 2) + 256);
        foreach (var b in bytes)
        {
            Escaped(b);
        }
    }

    /// <summary>Three ASCII letters in the low bytes of a number.</summary>
    public void Letters(int packed)
    {
        _buffer[Length++] = (byte)(packed >> 16);
        _buffer[Length++] = (byte)(packed >> 8);
        _buffer[Length++] = (byte)packed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            Length = 0;
        }
    }

    private void Escaped(byte b)
    {
        var escaped = b switch { (byte)'\\' => (byte)'\\', (byte)'\t' => (byte)'t', (byte)'\n' => (byte)'n', 0 => (byte)'0', _ => (byte)0 };
        if (escaped != 0)
        {
            _buffer[Length++] = (byte)'\\';
        }

        _buffer[Length++] = escaped != 0 ? escaped : b;
    }

    private int Date(long instant)
    {
        var ofDay = instant - _dateStart;
        if ((ulong)ofDay >= MillisecondsPerDay)
        {
            ofDay = ((instant % MillisecondsPerDay) + MillisecondsPerDay) % MillisecondsPerDay;
            _dateStart = instant - ofDay;
            var day = DateOnly.FromDayNumber((int)(_dateStart / MillisecondsPerDay) + UnixEpochDay);
            day.TryFormat(_date.AsSpan(), out _, "yyyy-MM-dd ", CultureInfo.InvariantCulture);
        }

        _date.CopyTo(_buffer, Length);
        Length += _date.Length;
        return (int)ofDay;
    }

    private void Time(int seconds)
    {
        var at = _buffer.AsSpan(Length, 8);
        var hour = seconds / 3600;
        var minute = seconds / 60 % 60;
        var second = seconds % 60;
        at[0] = (byte)('0' + (hour / 10));
        at[1] = (byte)('0' + (hour % 10));
        at[2] = (byte)':';
        at[3] = (byte)('0' + (minute / 10));
        at[4] = (byte)('0' + (minute % 10));
        at[5] = (byte)':';
        at[6] = (byte)('0' + (second / 10));
        at[7] = (byte)('0' + (second % 10));
        Length += 8;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - Length >= bytes)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + bytes));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
