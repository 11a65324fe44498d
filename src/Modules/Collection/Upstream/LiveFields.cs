using System.Text.Json;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>One row as read, before anything is decided about it.</summary>
internal struct LiveRow
{
    public RawObservation Raw;
    public Guid Entity;
    public Guid Park;
    public Presence ParkId;
    public Presence Updated;
    public long LastUpdated;
    public bool HasQueue;
    public bool HasShows;
    public int Queues;
    public int Shows;
    public RideStatus Status;
    public string? Name;
    public string? EntityType;
    public string? ExternalId;
}

/// <summary>Reads the fields of a row: what has columns into it and the batch, everything else into its parts.</summary>
internal sealed class LiveFields(ObservationBatch batch, RowParts parts)
{
    private const int MaxNameLength = 255;
    private const int MaxTypeLength = 64;

    /// <summary>Reads the object the reader stands on.</summary>
    /// <exception cref="InvalidOperationException">Text that is no Unicode.</exception>
    public void Read(ref Utf8JsonReader reader, ref LiveRow row, ReadOnlySpan<byte> body)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader);
            var name = field == Field.None ? reader.GetString() : null;
            reader.Read();
            var at = (int)reader.TokenStartIndex;
            var unread = ReadField(ref reader, field, ref row, body) ?? name;
            reader.Skip();
            if (unread is not null)
            {
                parts.Add(unread, at, (int)reader.BytesConsumed - at);
            }
        }
    }

    /// <summary>The name under which the value is to be kept as JSON, if it could not be understood in full.</summary>
    private string? ReadField(ref Utf8JsonReader reader, Field field, ref LiveRow row, ReadOnlySpan<byte> body)
    {
        ref var raw = ref row.Raw;
        switch (field)
        {
            case Field.Id:
                raw.EntityId = JsonValues.ReadGuid(ref reader, out row.Entity);
                return null;
            case Field.ParkId:
                row.ParkId = JsonValues.ReadGuid(ref reader, out row.Park);
                raw.MalformedValue |= row.ParkId == Presence.Invalid;
                return row.ParkId == Presence.Invalid ? "parkId" : null;
            case Field.LastUpdated:
                row.Updated = JsonValues.ReadInstant(ref reader, out row.LastUpdated, out _);
                row.Updated = row.Updated == Presence.Value && !JsonInstants.IsStorable(row.LastUpdated) ? Presence.Invalid : row.Updated;
                return row.Updated == Presence.Invalid ? "lastUpdated" : null;
            case Field.Status:
                parts.Remove("status");
                raw.Status = JsonValues.ReadStatus(ref reader, out row.Status);
                return raw.Status == Presence.Invalid ? "status" : null;
            case Field.Name:
                return TryText(ref reader, MaxNameLength, ref row.Name, ref raw) ? null : "name";
            case Field.EntityType:
                return TryText(ref reader, MaxTypeLength, ref row.EntityType, ref raw) ? null : "entityType";
            case Field.ExternalId:
                return TryText(ref reader, MaxNameLength, ref row.ExternalId, ref raw) ? null : "externalId";
            case Field.Queue:
                return ReadQueue(ref reader, ref row, body);
            case Field.Showtimes:
                return ReadShowtimes(ref reader, ref row);
            case Field.None:
            default:
                return null;
        }
    }

    private string? ReadQueue(ref Utf8JsonReader reader, ref LiveRow row, ReadOnlySpan<byte> body)
    {
        parts.RemoveQueues();
        ref var raw = ref row.Raw;
        var before = Marks.TakeFrom(ref raw);
        var at = (int)reader.TokenStartIndex;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        QueueReader.TryReadQueues(ref reader, batch, row.Queues, ref row.HasQueue, ref raw);
        var whole = raw.UnknownField || raw.MalformedValue || raw.Wait == Presence.Invalid || (raw.UnknownQueueType && !isObject);
        if (raw.UnknownQueueType && !whole)
        {
            parts.AddUnknownQueues(body, at, (int)reader.BytesConsumed - at);
        }

        before.GiveBack(ref raw);
        return whole ? "queue" : null;
    }

    private string? ReadShowtimes(ref Utf8JsonReader reader, ref LiveRow row)
    {
        parts.Remove("showtimes");
        var before = Marks.TakeFrom(ref row.Raw);
        QueueReader.TryReadShows(ref reader, batch, row.Shows, ref row.HasShows, ref row.Raw);
        var unread = row.Raw.UnknownField || row.Raw.MalformedValue;
        before.GiveBack(ref row.Raw);
        return unread ? "showtimes" : null;
    }

    /// <summary>A text, or a number as one; blank and null are none. False when it is something else.</summary>
    private static bool TryText(ref Utf8JsonReader reader, int length, ref string? value, ref RawObservation raw)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!,
            JsonTokenType.Number => JsonValues.Text(reader.ValueSpan, length),
            _ => "",
        };
        value = string.IsNullOrWhiteSpace(text) ? null : JsonValues.Cut(text, length);
        var readable = reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.Null;
        raw.MalformedValue |= !readable;
        return readable;
    }

    private static Field FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("id"u8) ? Field.Id
        : reader.ValueTextEquals("name"u8) ? Field.Name
        : reader.ValueTextEquals("entityType"u8) ? Field.EntityType
        : reader.ValueTextEquals("parkId"u8) ? Field.ParkId
        : reader.ValueTextEquals("externalId"u8) ? Field.ExternalId
        : reader.ValueTextEquals("status"u8) ? Field.Status
        : reader.ValueTextEquals("queue"u8) ? Field.Queue
        : reader.ValueTextEquals("showtimes"u8) ? Field.Showtimes
        : reader.ValueTextEquals("lastUpdated"u8) ? Field.LastUpdated
        : Field.None;

    private enum Field : byte
    {
        None,
        Id,
        Name,
        EntityType,
        ParkId,
        ExternalId,
        Status,
        Queue,
        Showtimes,
        LastUpdated,
    }

    /// <summary>What reading one part noted, apart from what was noted before.</summary>
    private readonly record struct Marks(bool Queue, bool Field, bool Value)
    {
        public static Marks TakeFrom(ref RawObservation raw)
        {
            var marks = new Marks(raw.UnknownQueueType, raw.UnknownField, raw.MalformedValue);
            raw.UnknownQueueType = raw.UnknownField = raw.MalformedValue = false;
            return marks;
        }

        public void GiveBack(ref RawObservation raw)
        {
            raw.UnknownQueueType |= Queue;
            raw.UnknownField |= Field;
            raw.MalformedValue |= Value;
        }
    }
}
