using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>Reads the rows of one live document into a <see cref="LivePoll"/>: keeps, replaces or quarantines each.</summary>
internal sealed class LiveRowReader(LivePoll poll)
{
    private const int MaxNameLength = 255;
    private const int MaxTypeLength = 64;

    // Upstream's own validator calls later ones an error.
    private const long FutureTolerance = 5 * 60_000;

    private readonly long _instant = poll.Asked.Instant.ToUnixTimeMilliseconds();
    private readonly Dictionary<Guid, int> _entities = [];
    private readonly Dictionary<Guid, int> _parks = [];
    private readonly List<(int Start, int Count)> _parts = [];
    private readonly RowParts _row = new();

    /// <summary>Reads the element the reader stands on.</summary>
    public void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var batch = poll.Batch;
        var (queues, shows) = (batch.QueueCount, batch.ShowCount);
        var begin = (int)reader.TokenStartIndex;
        var start = reader;
        var row = new Row { Queues = queues, Shows = shows };
        string? reason = null;
        try
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                _row.Clear();
                ReadFields(ref reader, ref row, body);
            }
            else
            {
                reason = QuarantineReason.NotAnObject;
                reader.Skip();
            }
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: the row is unreadable, the document is not.
            reason = QuarantineReason.NotUnicode;
            reader = start;
            reader.Skip();
        }

        var text = body[begin..(int)reader.BytesConsumed];
        reason ??= Utf8.IsValid(text) ? null : QuarantineReason.NotUnicode;
        row.Raw.MalformedValue |= reason == QuarantineReason.NotUnicode;
        var decision = Decide(ref row);
        reason ??= _row.TooMany ? QuarantineReason.TooManyFields
            : RejectionOf(in decision, row.Raw.EntityId);
        poll.Findings.Report(in decision, text);
        poll.Rows++;
        if (reason is null)
        {
            ReportFields(in row, text);
            Keep(in row, in decision);
            return;
        }

        batch.Rewind(queues, shows);
        poll.Quarantine.Add(QuarantinedRow.Of(poll.Rows - 1, reason, text, row.Raw.EntityId == Presence.Value ? row.Entity : null));
    }

    /// <summary>Drops the parts of replaced rows.</summary>
    public void Finish()
    {
        if (poll.Duplicates > 0)
        {
            var all = poll.Parts.ToArray();
            poll.Parts.Clear();
            foreach (var (start, count) in _parts)
            {
                poll.Parts.AddRange(all.AsSpan(start, count));
            }
        }
    }

    private void ReadFields(ref Utf8JsonReader reader, ref Row row, ReadOnlySpan<byte> body)
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
                _row.Add(unread, at, (int)reader.BytesConsumed - at);
            }
        }
    }

    /// <summary>The name under which the value is to be kept as JSON, if it could not be understood in full.</summary>
    private string? ReadField(ref Utf8JsonReader reader, Field field, ref Row row, ReadOnlySpan<byte> body)
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
                row.Updated = row.Updated == Presence.Value && !JsonFields.IsStorable(row.LastUpdated) ? Presence.Invalid : row.Updated;
                return row.Updated == Presence.Invalid ? "lastUpdated" : null;
            case Field.Status:
                _row.Remove("status");
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

    private string? ReadQueue(ref Utf8JsonReader reader, ref Row row, ReadOnlySpan<byte> body)
    {
        _row.RemoveQueues();
        ref var raw = ref row.Raw;
        var before = Marks.TakeFrom(ref raw);
        var at = (int)reader.TokenStartIndex;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        QueueReader.TryReadQueues(ref reader, poll.Batch, row.Queues, ref row.HasQueue, ref raw);
        var whole = raw.UnknownField || raw.MalformedValue || raw.Wait == Presence.Invalid || (raw.UnknownQueueType && !isObject);
        if (raw.UnknownQueueType && !whole)
        {
            _row.AddUnknownQueues(body, at, (int)reader.BytesConsumed - at);
        }

        before.GiveBack(ref raw);
        return whole ? "queue" : null;
    }

    private string? ReadShowtimes(ref Utf8JsonReader reader, ref Row row)
    {
        _row.Remove("showtimes");
        var before = Marks.TakeFrom(ref row.Raw);
        QueueReader.TryReadShows(ref reader, poll.Batch, row.Shows, ref row.HasShows, ref row.Raw);
        var unread = row.Raw.UnknownField || row.Raw.MalformedValue;
        before.GiveBack(ref row.Raw);
        return unread ? "showtimes" : null;
    }

    private ObservationDecision Decide(ref Row row)
    {
        row.Raw.Time = Presence.Value;
        row.Raw.Instant = row.Raw.Now = row.Raw.WindowStart = _instant;
        row.Raw.WindowEnd = _instant + 1;
        var decision = ObservationDecision.Undecided();
        ObservationRules.Decide(in row.Raw, ref decision);
        return decision;
    }

    private static string? RejectionOf(in ObservationDecision decision, Presence id) =>
        id == Presence.Invalid ? QuarantineReason.InvalidId
        : id != Presence.Value ? QuarantineReason.MissingId
        : decision.Rejection != FindingType.None ? decision.Rejection.ToUpperSnake()
        : null;

    private void ReportFields(in Row row, ReadOnlySpan<byte> text)
    {
        if (row.Name is null || row.EntityType is null || row.Updated is Presence.NotStated or Presence.Null)
        {
            poll.Findings.Report(FindingType.MissingField, text);
        }

        if (row.Updated == Presence.Invalid)
        {
            poll.Findings.Report(FindingType.InvalidTimestamp, text);
        }
        else if (row.Updated == Presence.Value && row.LastUpdated > _instant + FutureTolerance)
        {
            poll.Findings.Report(FindingType.FutureTimestamp, text);
        }

        if (_entities.ContainsKey(row.Entity))
        {
            poll.Findings.Report(FindingType.DuplicateInstant, text);
        }
    }

    private void Keep(in Row row, in ObservationDecision decision)
    {
        var batch = poll.Batch;
        var entity = new LiveEntity(
            row.Entity, row.Name, row.EntityType ?? "", row.ParkId == Presence.Value ? row.Park : null, row.ExternalId,
            row.Updated == Presence.Value ? row.LastUpdated : null);
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_entities, row.Entity, out var known);
        index = known ? index : poll.Entities.Count;
        var snapshot = new SnapshotRow
        {
            Entity = index,
            Instant = _instant,
            Status = row.Status,
            Wait = decision.Wait,
            Flags = decision.Flags | (row.HasShows ? ObservationFlags.ShowtimesStated : ObservationFlags.None),
            Park = entity.ParkUuid is { } park ? ParkOf(park) : -1,
            QueueStart = row.Queues,
            QueueCount = (byte)(batch.QueueCount - row.Queues),
            ShowStart = row.Shows,
            ShowCount = (byte)(batch.ShowCount - row.Shows),
        };
        var parts = (poll.Parts.Count, _row.Count);
        _row.CopyTo(poll.Parts, index);
        if (known)
        {
            poll.Duplicates++;
            (poll.Entities[index], _parts[index], batch.Rows[index]) = (entity, parts, snapshot);
        }
        else
        {
            poll.Entities.Add(entity);
            _parts.Add(parts);
            batch.Add(in snapshot);
        }
    }

    private int ParkOf(Guid uuid)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_parks, uuid, out var known);
        if (!known)
        {
            index = poll.Parks.Count;
            poll.Parks.Add(uuid);
        }

        return index;
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

    private struct Row
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
}
