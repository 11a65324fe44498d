using System.Buffers;
using System.Text.Json;
using NodaTime;

namespace ThemePark.Simulator;

/// <summary>What the documents of the live API have in common.</summary>
internal static class LiveJson
{
    public static byte[] Document(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, EventWriter.Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whole seconds UTC: <c>2026-04-14T13:16:02Z</c>.</summary>
    public static void Utc(Utf8JsonWriter json, string name, long ms)
    {
        Span<byte> text = stackalloc byte[32];
        TimeText.Utc(ms, text);
        text[19] = (byte)'Z';
        json.WriteString(name, text[..20]);
    }

    /// <summary>Whole seconds with the park's offset; null stays null.</summary>
    public static void Local(Utf8JsonWriter json, string name, long? ms, DateTimeZone zone)
    {
        if (ms is not { } at)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[32];
        json.WriteString(name, TimeText.Local(at, EventWriter.Offset(zone, at), text));
    }

    public static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void Location(Utf8JsonWriter json, Place place, bool pointsOfInterest = false)
    {
        json.WriteStartObject("location"u8);
        Number(json, "latitude", place.Latitude);
        Number(json, "longitude", place.Longitude);
        if (pointsOfInterest)
        {
            json.WriteStartArray("pointsOfInterest"u8);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
