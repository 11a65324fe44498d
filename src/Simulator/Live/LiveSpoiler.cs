using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThemePark.Simulator;

/// <summary>Spoils the rows of a true answer.</summary>
internal static class LiveSpoiler
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = EventWriter.Options.Encoder };

    /// <returns>The spoilt answer and the ids of the rows that differ from the true one.</returns>
    public static (byte[] Body, IReadOnlyList<string> Entities) Spoil(byte[] body, LiveFault fault, LiveSubject subject, LiveWorld world, long ms)
    {
        var document = JsonNode.Parse(body)!.AsObject();
        var rows = document["liveData"]!.AsArray();
        var hit = new List<string>();
        if (fault.Kind == LiveFaultKind.EmptyLiveData)
        {
            hit.AddRange(rows.Select(Id));
            rows.Clear();
        }
        else if (fault.Kind == LiveFaultKind.ForeignRows)
        {
            foreach (var row in Foreign(subject, world, ms).Take(fault.Rows))
            {
                rows.Add((JsonNode)row);
                hit.Add(Id(row));
            }
        }
        else
        {
            foreach (var row in Chosen(rows, fault))
            {
                hit.Add(Id(row));
                Row(rows, row, fault.Kind, subject);
            }

            if (fault.Kind == LiveFaultKind.ExtraFields)
            {
                document["servedBy"] = new JsonObject { ["node"] = "sim-1" };
            }
        }

        return (JsonSerializer.SerializeToUtf8Bytes(document, Written), hit);
    }

    private static List<JsonObject> Chosen(JsonArray rows, LiveFault fault)
    {
        var objects = rows.Select(r => r!.AsObject());
        return fault.Entity is { } id
            ? [.. objects.Where(r => Id(r).Equals(id, StringComparison.OrdinalIgnoreCase))]
            : [.. objects.Where(r => (string?)r["entityType"] == "ATTRACTION" && r["queue"] is JsonObject).Take(fault.Rows)];
    }

    private static void Row(JsonArray rows, JsonObject row, LiveFaultKind kind, LiveSubject subject)
    {
        switch (kind)
        {
            case LiveFaultKind.DuplicateRows:
                var stale = row.DeepClone().AsObject();
                if (stale["queue"]?["STANDBY"] is JsonObject standby)
                {
                    standby["waitTime"] = (standby["waitTime"]?.GetValue<int>() ?? 0) + 5;
                }

                rows.Insert(0, stale);
                break;
            case LiveFaultKind.WrongPark:
                var own = (string?)row["parkId"];
                row["parkId"] = subject.Destination.Parks.Select(p => p.Model.Id).FirstOrDefault(p => p != own) ?? own;
                break;
            case LiveFaultKind.MissingRows:
                rows.Remove(row);
                break;
            case LiveFaultKind.NullQueue:
                row["queue"] = null;
                break;
            case LiveFaultKind.NullQueueParts:
                NullParts(row["queue"] as JsonObject);
                break;
            case LiveFaultKind.QueueArray:
                row["queue"] = new JsonArray();
                break;
            case LiveFaultKind.UnknownStatus:
                row["status"] = "WEATHER_HOLD";
                break;
            case LiveFaultKind.UnknownQueue when row["queue"] is JsonObject queue:
                queue["VIRTUAL_PASS"] = new JsonObject { ["state"] = "OPEN", ["waitTime"] = 10 };
                break;
            case LiveFaultKind.ExtraFields:
                row["crowdLevel"] = new JsonObject { ["value"] = 3, ["of"] = new JsonArray(1, null, "five") };
                if (row["queue"]?["STANDBY"] is JsonObject known)
                {
                    known["estimated"] = true;
                }

                break;
            case LiveFaultKind.MalformedRow:
                row["queue"] = "closed";
                break;
            case LiveFaultKind.TextRow:
                row.ReplaceWith("unavailable");
                break;
            case LiveFaultKind.MissingId:
                row.Remove("id");
                break;
        }
    }

    private static void NullParts(JsonObject? queue)
    {
        foreach (var part in queue?.Select(p => p.Value).OfType<JsonObject>().ToList() ?? [])
        {
            foreach (var field in part.Select(p => p.Key).ToList())
            {
                part[field] = null;
            }
        }
    }

    /// <summary>Rows of the first sibling park of a park, else of the destination that follows.</summary>
    private static IEnumerable<JsonObject> Foreign(LiveSubject subject, LiveWorld world, long ms)
    {
        var next = world.Destinations[(world.Destinations.IndexOf(subject.Destination) + 1) % world.Destinations.Count];
        var park = subject.Park is { } own ? subject.Destination.Parks.Find(p => p != own) ?? next.Parks[0] : next.Parks[0];
        return park.Entities.OfType<LiveRide>().Where(r => !r.Model.IsShow)
            .Select(r => r.RowAt(ms) is { } row ? JsonNode.Parse(row.Span)!.AsObject() : null)
            .OfType<JsonObject>();
    }

    private static string Id(JsonNode? row) => (string?)row?["id"] ?? "";
}
