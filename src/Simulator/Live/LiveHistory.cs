using System.Buffers;
using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace ThemePark.Simulator;

/// <summary><c>/history</c>: what an entity (or each one of a park) stated on one park-local day, from the same changes as the live rows.</summary>
internal static class LiveHistory
{
    /// <summary>How far back callers without a key may look, in days.</summary>
    public const int OpenDays = 7;

    public static byte[] Entity(LiveRide ride, LocalDate date, long nowMs, LivePark park) => LiveJson.Document(json =>
    {
        json.WriteString("id"u8, ride.IdOn(park.DayOf(date).Index));
        json.WriteString("name"u8, ride.NameOn(park.DayAt(nowMs).Index));
        json.WriteString("entityType"u8, ride.Type);
        Origin(json, park, park.Model.Id);
        Range(json, date);
        json.WriteStartObject("coverage"u8);
        json.WriteString("firstRecordedAt"u8, Day(First(park)));
        json.WriteEndObject();
        Changes(json, ride, date, nowMs, park);
    });

    public static byte[] Park(LivePark park, LocalDate date, long nowMs) => LiveJson.Document(json =>
    {
        json.WriteString("id"u8, park.Model.Id);
        json.WriteString("name"u8, park.Model.Name);
        json.WriteString("entityType"u8, "PARK");
        Origin(json, park, park.Model.Destination.Id);
        Range(json, date);
        json.WriteStartArray("entities"u8);
        var index = park.DayOf(date).Index;
        foreach (var ride in park.Entities.OfType<LiveRide>().Where(r => r.ListedOn(index)))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, ride.IdOn(index));
            json.WriteString("name"u8, ride.NameOn(park.DayAt(nowMs).Index));
            json.WriteString("entityType"u8, ride.Type);
            Changes(json, ride, date, nowMs, park);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static LocalDate First(LivePark park) => park.DayAt(0).Date.PlusDays(-park.DayAt(0).Index);

    public static string Day(LocalDate date) => date.ToDateOnly().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static void Origin(Utf8JsonWriter json, LivePark park, string parentId)
    {
        json.WriteString("parentId"u8, parentId);
        json.WriteString("destinationId"u8, park.Model.Destination.Id);
        json.WriteString("timezone"u8, park.Model.Zone.Id);
    }

    private static void Range(Utf8JsonWriter json, LocalDate date)
    {
        json.WriteStartObject("range"u8);
        json.WriteString("from"u8, Day(date));
        json.WriteString("to"u8, Day(date));
        json.WriteEndObject();
    }

    private static void Changes(Utf8JsonWriter json, LiveRide ride, LocalDate date, long nowMs, LivePark park)
    {
        var from = park.Calendar.At(date, 0);
        var to = Math.Min(park.Calendar.At(date.PlusDays(1), 0), nowMs + 1);
        var opening = ride.StateAt(from);
        json.WriteStartObject("opening"u8);
        LiveJson.Utc(json, "time", from);
        if (opening is null)
        {
            json.WriteNull("status"u8);
        }
        else
        {
            State(json, ride, opening);
        }

        json.WriteEndObject();
        json.WriteStartArray("history"u8);
        var before = opening is null ? [] : Leaves(ride, opening);
        // A local day begins in the programme day before it.
        foreach (var day in (ParkDay[])[park.DayOf(date.PlusDays(-1)), park.DayOf(date)])
        {
            var events = ride.EventsOf(day);
            for (var i = 0; i < events.Count; i++)
            {
                if (events[i].AtMs <= from || events[i].AtMs >= to)
                {
                    continue;
                }

                var state = ride.State(events, i, events[i].AtMs, long.MaxValue, day);
                var after = Leaves(ride, state);
                var changed = after.Keys.Union(before.Keys).Where(k => after.GetValueOrDefault(k) != before.GetValueOrDefault(k)).Order(StringComparer.Ordinal).ToList();
                before = after;
                if (changed.Count > 0)
                {
                    Row(json, ride, events[i].AtMs, state, changed);
                }
            }
        }

        json.WriteEndArray();
    }

    private static void Row(Utf8JsonWriter json, LiveRide ride, long atMs, LiveState state, List<string> changed)
    {
        json.WriteStartObject();
        LiveJson.Utc(json, "time", atMs);
        json.WriteStartArray("changed"u8);
        foreach (var path in changed)
        {
            json.WriteStringValue(path);
        }

        json.WriteEndArray();
        State(json, ride, state);
        json.WriteEndObject();
    }

    private static void State(Utf8JsonWriter json, LiveRide ride, LiveState state)
    {
        json.WriteString("status"u8, LiveRow.StatusName(state.Status));
        if (state.Queue is { } queue)
        {
            LiveRow.Queue(json, ride, queue);
        }

        LiveRow.Showtimes(json, ride, state);
    }

    /// <summary>Every leaf of a state by its path, showtimes as one.</summary>
    private static Dictionary<string, string> Leaves(LiveRide ride, LiveState state)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, EventWriter.Options))
        {
            json.WriteStartObject();
            State(json, ride, state);
            json.WriteEndObject();
        }

        using var parsed = JsonDocument.Parse(buffer.WrittenMemory);
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(parsed.RootElement, "");
        return leaves;

        void Collect(JsonElement element, string path)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                leaves[path] = element.GetRawText();
                return;
            }

            foreach (var property in element.EnumerateObject())
            {
                Collect(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
            }
        }
    }
}
