using System.Buffers;
using System.Text.Json;

namespace ThemePark.Simulator;

/// <summary>One row of <c>liveData</c>.</summary>
internal static class LiveRow
{
    private const int Minute = 60_000;

    private static readonly string[] StatusNames = ["OPERATING", "DOWN", "CLOSED", "REFURBISHMENT"];

    public static string StatusName(RideStatus status) => StatusNames[(int)status];

    public static byte[] Write(LiveEntity entity, LiveState state, ParkDay day)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, EventWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, entity.IdOn(day.Index));
            json.WriteString("name"u8, entity.NameOn(day.Index));
            json.WriteString("entityType"u8, entity.Type);
            json.WriteString("parkId"u8, entity.Park!.Model.Id);
            json.WriteString("externalId"u8, entity.ExternalId);
            if (state.Queue is { } queue)
            {
                Queue(json, entity, queue);
            }

            json.WriteString("status"u8, StatusName(state.Status));
            if (entity is LiveRide ride)
            {
                Forecast(json, ride, state, day);
                Showtimes(json, ride, state);
                Hours(json, ride, state, day);
            }

            Dining(json, state);
            LiveJson.Utc(json, "lastUpdated", state.ChangedMs);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The park's own row: OPERATING and years old whatever happens, as upstream.</summary>
    public static void Park(Utf8JsonWriter json, LivePark park)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, park.Model.Id);
        json.WriteString("name"u8, park.Model.Name);
        json.WriteString("entityType"u8, "PARK");
        json.WriteNull("parkId"u8);
        json.WriteString("externalId"u8, park.ExternalId);
        json.WriteStartObject("queue"u8);
        json.WriteStartObject("STANDBY"u8);
        json.WriteNull("waitTime"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("status"u8, "OPERATING");
        LiveJson.Utc(json, "lastUpdated", LiveNames.LongAgoMs);
        json.WriteEndObject();
    }

    public static void Queue(Utf8JsonWriter json, LiveEntity entity, QueueState queue)
    {
        json.WriteStartObject("queue"u8);
        QueueParts.Write(json, queue, entity.Zone);
        json.WriteEndObject();
    }

    public static void Showtimes(Utf8JsonWriter json, LiveRide ride, LiveState state)
    {
        if (state.Showtimes is null)
        {
            return;
        }

        json.WriteStartArray("showtimes"u8);
        foreach (var show in state.Showtimes)
        {
            Span(json, show.Type, show.StartMs, show.EndMs, ride);
        }

        json.WriteEndArray();
    }

    private static void Hours(Utf8JsonWriter json, LiveRide ride, LiveState state, ParkDay day)
    {
        if (ride.Model.IsShow || !ride.Park!.PublishesRideHours || state.Status == RideStatus.Refurbishment || day.Hours is not { } hours)
        {
            return;
        }

        json.WriteStartArray("operatingHours"u8);
        if (ride.Model.Popularity >= 50 && ride.Park.Schedule.HasEarlyEntry)
        {
            Span(json, "Early Entry", hours.OpenMs - (30 * Minute), hours.OpenMs, ride);
        }

        Span(json, "Operating", hours.OpenMs, hours.CloseMs, ride);
        json.WriteEndArray();
    }

    /// <summary>Hourly for the busier half of the rides of resorts in dollars, the same all day.</summary>
    private static void Forecast(Utf8JsonWriter json, LiveRide ride, LiveState state, ParkDay day)
    {
        var park = ride.Park!;
        if (ride.Model.IsShow || park.Model.Destination.Currency != "USD" || ride.Model.Popularity < 40 || !ride.Model.Queues.HasFlag(QueueKinds.Standby)
            || state.Status == RideStatus.Refurbishment || day.Hours is not { } hours)
        {
            return;
        }

        var crowd = park.Calendar.Crowd(day.Date);
        json.WriteStartArray("forecast"u8);
        for (var at = hours.OpenMs; at < hours.CloseMs; at += 60 * Minute)
        {
            var wait = (int)(ride.Model.Popularity * crowd * RideDay.Curve((double)(at - hours.OpenMs) / (hours.CloseMs - hours.OpenMs)) / 5) * 5;
            json.WriteStartObject();
            LiveJson.Local(json, "time", at, ride.Zone);
            json.WriteNumber("waitTime"u8, wait);
            json.WriteNumber("percentage"u8, Math.Min(100, wait * 5 / 6));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Dining(Utf8JsonWriter json, LiveState state)
    {
        if (state.Dining is null)
        {
            return;
        }

        json.WriteStartArray("diningAvailability"u8);
        for (var i = 0; i < state.Dining.Count; i++)
        {
            json.WriteStartObject();
            LiveJson.Number(json, "waitTime", state.Dining[i]);
            json.WriteNumber("partySize"u8, i + 1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Span(Utf8JsonWriter json, string type, long startMs, long? endMs, LiveRide ride)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        LiveJson.Local(json, "startTime", startMs, ride.Zone);
        LiveJson.Local(json, "endTime", endMs, ride.Zone);
        json.WriteEndObject();
    }
}
