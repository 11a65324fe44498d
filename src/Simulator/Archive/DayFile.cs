using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace ThemePark.Simulator;

/// <summary>Turns the events of one day into the bytes of one object, whole or broken, and counts what is readable in it.</summary>
internal sealed class DayFile
{
    private readonly ArrayBufferWriter<byte> _text = new(1 << 20);

    /// <summary>Key, destination and day of the result are for the caller to fill.</summary>
    public FileReport Write(string path, UglyFile? kind, List<SimEvent> events)
    {
        if (kind == UglyFile.NoEvents)
        {
            events = [];
        }

        Render(kind, events);
        var bytes = kind switch
        {
            UglyFile.Gzip => Compress(_text.WrittenSpan, gzip: true),
            UglyFile.Plain => _text.WrittenSpan.ToArray(),
            UglyFile.Corrupt => Corrupted(Compress(_text.WrittenSpan)),
            UglyFile.Truncated => Truncated(Compress(_text.WrittenSpan)),
            UglyFile.Concatenated => Concatenated(events),
            UglyFile.Empty => [],
            _ => Compress(_text.WrittenSpan),
        };
        File.WriteAllBytes(path, bytes);
        var report = new FileReport { Key = "", Destination = "", Day = default, Kind = kind, Bytes = bytes.Length };
        return report.Fails ? report : Count(report with { InflatedBytes = _text.WrittenCount }, events);
    }

    public static bool IsPlaceable(SimEvent e) => e.Ugly is not (>= UglyEvent.MissingEntityId and <= UglyEvent.FutureEventTime);

    public static string WrittenId(SimEvent e) => e.Ugly == UglyEvent.ParkEntity ? e.Entity.Park.Id : e.EntityId;

    private static FileReport Count(FileReport report, List<SimEvent> events)
    {
        var last = new Dictionary<(string, long), SimEvent>(events.Count);
        var ugly = new SortedDictionary<UglyEvent, int>();
        var rejected = 0;
        foreach (var e in events)
        {
            if (e.Ugly is { } kind && kind != UglyEvent.DuplicateInstant)
            {
                ugly[kind] = ugly.GetValueOrDefault(kind) + 1;
            }

            if (IsPlaceable(e))
            {
                last[(WrittenId(e), e.AtMs)] = e;
            }
            else
            {
                rejected++;
            }
        }

        var duplicates = events.Count - rejected - last.Count;
        if (duplicates > 0)
        {
            ugly[UglyEvent.DuplicateInstant] = duplicates;
        }

        var waits = last.Values.Select(EventWriter.StandbyOf).OfType<int>().ToList();
        return report with
        {
            Listed = events.Count,
            Good = last.Count,
            Duplicates = duplicates,
            Rejected = rejected,
            Ugly = ugly,
            StandbyReadings = waits.Count,
            StandbyMinutes = waits.Sum(w => (long)w),
            FirstEvent = last.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(last.Keys.Min(k => k.Item2)),
            LastEvent = last.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(last.Keys.Max(k => k.Item2)),
        };
    }

    private void Render(UglyFile? kind, IReadOnlyList<SimEvent> events)
    {
        _text.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_text, EventWriter.Options);
        if (kind == UglyFile.BareArray)
        {
            Events(json, events);
            return;
        }

        json.WriteStartObject();
        if (kind == UglyFile.ExtraRootProperties)
        {
            json.WriteNumber("schema"u8, 3);
            json.WriteStartObject("source"u8);
            json.WriteStartArray("events"u8);
            json.WriteStringValue("not this list"u8);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (kind == UglyFile.NoEventsProperty)
        {
            json.WriteString("message"u8, "Internal server error");
        }
        else
        {
            json.WritePropertyName("events"u8);
            Events(json, events);
        }

        if (kind == UglyFile.ExtraRootProperties)
        {
            json.WriteNull("next"u8);
        }

        json.WriteEndObject();
    }

    private static void Events(Utf8JsonWriter json, IReadOnlyList<SimEvent> events)
    {
        json.WriteStartArray();
        foreach (var e in events)
        {
            EventWriter.Write(json, e);
        }

        json.WriteEndArray();
    }

    /// <summary>Each stream holds a complete document with half of the events.</summary>
    private byte[] Concatenated(List<SimEvent> events)
    {
        var half = events.Count / 2;
        Render(null, events[..half]);
        var first = Compress(_text.WrittenSpan);
        Render(null, events[half..]);
        return [.. first, .. Compress(_text.WrittenSpan)];
    }

    private static byte[] Corrupted(byte[] bytes)
    {
        var middle = bytes.Length / 2;
        for (var i = middle; i < Math.Min(middle + 16, bytes.Length); i++)
        {
            bytes[i] ^= 0xFF;
        }

        return bytes;
    }

    private static byte[] Truncated(byte[] bytes) => bytes[..(bytes.Length * 3 / 5)];

    private static byte[] Compress(ReadOnlySpan<byte> text, bool gzip = false)
    {
        var target = new MemoryStream(text.Length / 8);
        using (Stream stream = gzip ? new GZipStream(target, CompressionLevel.Optimal) : new ZLibStream(target, CompressionLevel.Optimal))
        {
            stream.Write(text);
        }

        return target.ToArray();
    }
}
