using System.Runtime.InteropServices;
using System.Text.Json;
using NodaTime;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>Reads <c>/entity/{id}/schedule</c> of a park, or of a destination, which has the schedules of its parks. A bad entry is quarantined and the others live.</summary>
internal sealed class ScheduleReader
{
    /// <summary>Entries in one document; a month of a large destination has some hundred.</summary>
    public const int MaxRows = 50_000;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly List<ParkSchedule> _parks = [];
    private readonly List<QuarantinedRow> _quarantine = [];
    private int _rows;

    private ScheduleReader(ReadOnlyMemory<byte> body) => _body = body;

    /// <param name="body">The document; slices in the result refer to it.</param>
    /// <exception cref="UpstreamException">InvalidData: no JSON, or neither a schedule nor parks with schedules.</exception>
    public static ScheduleDocument Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = UpstreamDocument.MaxDepth });
            var reader = new ScheduleReader(body);
            reader.ReadDocument(json.RootElement);
            return new ScheduleDocument(reader._parks, reader._quarantine, reader._rows);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid($"is no JSON: {e.Message}", e);
        }
    }

    private void ReadDocument(JsonElement root)
    {
        var entries = root.Array("schedule");
        var parks = root.Array("parks");
        if (root.Uuid("id") is not { } uuid || (entries is null && parks is null))
        {
            throw Invalid("has no id, or neither a \"schedule\" nor a \"parks\" array");
        }

        // A destination has no hours of its own.
        if (entries is { } own && (parks is null || own.GetArrayLength() > 0))
        {
            ReadPark(root, uuid, own, outerZone: null);
        }

        foreach (var park in parks?.EnumerateArray() ?? default)
        {
            ReadPark(park, root.Text("timezone"));
        }
    }

    private void ReadPark(JsonElement park, string? outerZone)
    {
        if (park.ValueKind != JsonValueKind.Object)
        {
            CountRow();
            Quarantine(park, QuarantineReason.NotAnObject, null);
        }
        else if (park.Uuid("id") is not { } uuid)
        {
            CountRow();
            Quarantine(park, park.Has("id") ? QuarantineReason.InvalidId : QuarantineReason.MissingId, null);
        }
        else
        {
            // A park with nothing published is common.
            ReadPark(park, uuid, park.Array("schedule"), outerZone);
        }
    }

    private void ReadPark(JsonElement park, Guid uuid, JsonElement? entries, string? outerZone)
    {
        var zone = park.Text("timezone") ?? outerZone;
        var known = zone is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone);
        var kept = new List<ScheduleEntry>();
        foreach (var entry in entries?.EnumerateArray() ?? default)
        {
            CountRow();
            if (ReadEntry(entry, known, out var reason) is { } read)
            {
                kept.Add(read);
            }
            else
            {
                Quarantine(entry, reason, uuid);
            }
        }

        _parks.Add(new ParkSchedule(uuid, park.Text("name"), park.Text("entityType"), zone, known is not null, kept));
    }

    private ScheduleEntry? ReadEntry(JsonElement entry, DateTimeZone? zone, out string reason)
    {
        reason = QuarantineReason.NotUnicode;
        if (!entry.IsUnicode())
        {
            return null;
        }

        reason = entry.ValueKind != JsonValueKind.Object ? QuarantineReason.NotAnObject
            : !entry.Has("date") ? QuarantineReason.MissingDate
            : entry.Date("date") is null ? QuarantineReason.InvalidDate
            : entry.Text("type") is null ? QuarantineReason.MissingType
            : "";
        if (reason.Length > 0)
        {
            return null;
        }

        if (!entry.TryInstant("openingTime", out var opens) || !entry.TryInstant("closingTime", out var closes))
        {
            reason = QuarantineReason.InvalidTime;
            return null;
        }

        var date = entry.Date("date")!.Value;
        var type = entry.Text("type")!;
        var (closesAt, flags) = ScheduleTimes.Judge(date, opens, closes, zone);
        return new ScheduleEntry(
            date, TypeOf(type), type, entry.Text("description"), opens?.Instant, closesAt, flags,
            entry.Has("purchases") ? Slice("purchases", entry.GetProperty("purchases")) : null, UnknownOf(entry));
    }

    private List<BodySlice> UnknownOf(JsonElement entry)
    {
        var unknown = new List<BodySlice>();
        foreach (var field in entry.EnumerateObject())
        {
            if (field.Name is not ("date" or "type" or "description" or "openingTime" or "closingTime" or "purchases"))
            {
                unknown.Add(Slice(field.Name, field.Value));
            }
        }

        return unknown;
    }

    private BodySlice Slice(string name, JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        _body.Span.Overlaps(raw, out var at);
        return new BodySlice(name, at, raw.Length);
    }

    private void CountRow()
    {
        if (++_rows > MaxRows)
        {
            throw Invalid($"has more than {MaxRows} entries");
        }
    }

    private void Quarantine(JsonElement row, string reason, Guid? uuid) =>
        _quarantine.Add(QuarantinedRow.Of(_rows - 1, reason, JsonMarshal.GetRawUtf8Value(row), uuid));

    private static ScheduleType TypeOf(string type) => type switch
    {
        "OPERATING" => ScheduleType.Operating,
        "TICKETED_EVENT" => ScheduleType.TicketedEvent,
        "PRIVATE_EVENT" => ScheduleType.PrivateEvent,
        "EXTRA_HOURS" => ScheduleType.ExtraHours,
        "INFO" => ScheduleType.Info,
        _ => ScheduleType.Unknown,
    };

    private static UpstreamException Invalid(string what, Exception? inner = null) =>
        new(UpstreamFailure.InvalidData, $"The schedule document {what}", inner);
}
