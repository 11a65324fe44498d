using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace ThemePark.Simulator;

/// <summary>Writes events in the documented record, and in every broken form of it.</summary>
internal static class EventWriter
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int WaitInArray = 15;

    private static readonly string[] StatusNames = ["OPERATING", "DOWN", "CLOSED", "REFURBISHMENT"];

    public static void Write(Utf8JsonWriter json, SimEvent e)
    {
        json.WriteStartObject();
        EntityId(json, e);
        json.WriteString("internalId"u8, e.Ugly == UglyEvent.ParkEntity ? e.Entity.Park.Slug : e.Entity.InternalId);
        json.WriteString("name"u8, e.Ugly == UglyEvent.ParkEntity ? e.Entity.Park.Name : e.Name);
        Data(json, e);
        EventTime(json, e);
        Span<byte> text = stackalloc byte[32];
        var zone = e.Entity.Park.Zone;
        json.WriteString("localTime"u8, TimeText.Local(e.AtMs, e.Ugly == UglyEvent.OffsetMismatch ? WrongOffset(zone, e.AtMs) : Offset(zone, e.AtMs), text));
        json.WriteString("timezone"u8, zone.Id);
        var park = e.Ugly == UglyEvent.ParkMismatch ? Sibling(e.Entity.Park) : e.Entity.Park;
        json.WriteString("parkId"u8, park.Id);
        json.WriteString("parkSlug"u8, park.Slug);
        if (e.Ugly == UglyEvent.ExtraProperties)
        {
            json.WriteStartObject("collector"u8);
            json.WriteString("version"u8, "9.1.0");
            json.WriteStartArray("hosts"u8);
            json.WriteNumberValue(1);
            json.WriteNullValue();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>The wait the event states for STANDBY, null when it states none or a null.</summary>
    public static int? StandbyOf(SimEvent e)
    {
        if (e.Ugly == UglyEvent.QueueArray)
        {
            return e.Variant % 2 == 1 ? WaitInArray : null;
        }

        if (e.Queue is not { } queue || !queue.Present.HasFlag(QueueKinds.Standby))
        {
            return null;
        }

        return e.Ugly switch
        {
            UglyEvent.DataNull or UglyEvent.QueueNull or UglyEvent.QueuePartNull or UglyEvent.ParkEntity => null,
            UglyEvent.NegativeWait => e.Variant % 2 == 0 ? -1 : -999,
            UglyEvent.ExtremeWait => (e.Variant % 3) switch { 0 => 480, 1 => 999, _ => 1_440 },
            UglyEvent.ImpossibleWait => e.Variant % 2 == 0 ? 1_441 : 3_030,
            _ => queue.Standby,
        };
    }

    private static void EntityId(Utf8JsonWriter json, SimEvent e)
    {
        switch (e.Ugly)
        {
            case UglyEvent.MissingEntityId when e.Variant % 3 == 0:
                break;
            case UglyEvent.MissingEntityId when e.Variant % 3 == 1:
                json.WriteNull("entityId"u8);
                break;
            case UglyEvent.MissingEntityId:
                json.WriteString("entityId"u8, "");
                break;
            case UglyEvent.InvalidEntityId:
                json.WriteString("entityId"u8, e.EntityId + "7");
                break;
            case UglyEvent.ParkEntity:
                json.WriteString("entityId"u8, e.Entity.Park.Id);
                break;
            default:
                json.WriteString("entityId"u8, e.EntityId);
                break;
        }
    }

    private static void EventTime(Utf8JsonWriter json, SimEvent e)
    {
        Span<byte> text = stackalloc byte[32];
        switch (e.Ugly)
        {
            case UglyEvent.MissingEventTime when e.Variant % 2 == 0:
                break;
            case UglyEvent.MissingEventTime:
                json.WriteNull("eventTime"u8);
                break;
            case UglyEvent.InvalidEventTime:
                json.WriteString("eventTime"u8, (e.Variant % 3) switch { 0 => "2025-02-30T10:00:00.000Z", 1 => "yesterday", _ => "" });
                break;
            case UglyEvent.FutureEventTime:
                TimeText.Utc(e.AtMs, text);
                // A leap year, so that 29 February stays a date.
                "2096"u8.CopyTo(text);
                json.WriteString("eventTime"u8, text[..24]);
                break;
            default:
                json.WriteString("eventTime"u8, TimeText.Utc(e.AtMs, text));
                break;
        }
    }

    private static void Data(Utf8JsonWriter json, SimEvent e)
    {
        if (e.Ugly == UglyEvent.DataNull)
        {
            json.WriteNull("data"u8);
            return;
        }

        json.WriteStartObject("data"u8);
        if (e.Ugly == UglyEvent.UnknownStatus)
        {
            json.WriteString("status"u8, e.Variant % 2 == 0 ? "WEATHER_HOLD" : "operating soon");
        }
        else if (e.Status is { } status)
        {
            json.WriteString("status"u8, StatusNames[(int)status]);
        }

        if (e.Ugly != UglyEvent.ParkEntity)
        {
            Queue(json, e);
            Showtimes(json, e);
        }

        json.WriteString("destinationId"u8, e.Entity.Park.Destination.Id);
        if (e.Ugly == UglyEvent.ExtraProperties)
        {
            json.WriteString("lastUpdatedBy"u8, "poll");
        }

        json.WriteEndObject();
    }

    private static void Queue(Utf8JsonWriter json, SimEvent e)
    {
        if (e.Ugly == UglyEvent.QueueNull)
        {
            json.WriteNull("queue"u8);
            return;
        }

        if (e.Ugly == UglyEvent.QueueArray)
        {
            json.WriteStartArray("queue"u8);
            if (e.Variant % 2 == 1)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "STANDBY");
                json.WriteNumber("waitTime"u8, WaitInArray);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            return;
        }

        if (e.Queue is not { } queue)
        {
            return;
        }

        json.WriteStartObject("queue"u8);
        QueueParts.Write(json, e, queue);
        json.WriteEndObject();
    }

    private static void Showtimes(Utf8JsonWriter json, SimEvent e)
    {
        if (e.Showtimes is null)
        {
            return;
        }

        Span<byte> text = stackalloc byte[32];
        var zone = e.Entity.Park.Zone;
        json.WriteStartArray("showtimes"u8);
        foreach (var show in e.Showtimes)
        {
            if (e.Entity.ShowtimesAsText)
            {
                json.WriteStringValue(TimeText.Local(show.StartMs, Offset(zone, show.StartMs), text));
                continue;
            }

            json.WriteStartObject();
            json.WriteString("type"u8, show.Type);
            json.WriteString("startTime"u8, TimeText.Local(show.StartMs, Offset(zone, show.StartMs), text));
            if (show.EndMs is { } end)
            {
                json.WriteString("endTime"u8, TimeText.Local(end, Offset(zone, end), text));
            }
            else
            {
                json.WriteNull("endTime"u8);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Seconds east of UTC.</summary>
    public static int Offset(DateTimeZone zone, long ms) => zone.GetUtcOffset(Instant.FromUnixTimeMilliseconds(ms)).Seconds;

    private static int WrongOffset(DateTimeZone zone, long ms) => Offset(zone, ms) + 3_600;

    private static ParkModel Sibling(ParkModel park)
    {
        var parks = park.Destination.Parks;
        return parks[(parks.IndexOf(park) + 1) % parks.Count];
    }
}
