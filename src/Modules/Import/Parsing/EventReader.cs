using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using NodaTime;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Import.Parsing;

/// <summary>
/// Reads archive events one by one into a <see cref="DayFile"/>. Names, zones and parks repeat from event to event, so each is
/// compared as bytes with the last one before anything is decoded: an event of a known entity allocates nothing.
/// </summary>
internal sealed class EventReader
{
    private const int MaxNameLength = 255;

    private readonly DayFile _file;
    private readonly Dictionary<Guid, int> _entities = [];
    private readonly List<byte[]> _entityNames = [];
    private readonly Dictionary<Guid, int> _parks = [];
    private readonly List<byte[]> _zoneIds = [];
    private readonly List<DateTimeZone?> _zones = [];
    private readonly long _now;
    private readonly long _windowStart;
    private readonly long _windowEnd;

    // The zone offset of the last quarter of an hour asked for: offsets change on quarters only.
    private int _offsetZone = -1;
    private long _offsetQuarter;
    private int _offsetMinutes;

    public EventReader(DayFile file, DateOnly day, DateTimeOffset now)
    {
        _file = file;
        _now = now.ToUnixTimeMilliseconds();
        _windowStart = IsoInstant.StartOf(day) - IsoInstant.MillisecondsPerDay;
        _windowEnd = IsoInstant.StartOf(day) + (2 * IsoInstant.MillisecondsPerDay);
    }

    /// <summary>Reads the event the reader stands on; false when the buffer ends before it does. Then nothing was added.</summary>
    public bool TryRead(ref Utf8JsonReader reader, byte[] buffer)
    {
        var batch = _file.Batch;
        var queues = batch.QueueCount;
        var shows = batch.ShowCount;
        var begin = reader.TokenStartIndex;
        var start = reader;
        var parts = new Parts { Zone = -1, Queues = queues, Shows = shows };
        bool complete;
        try
        {
            complete = reader.TokenType == JsonTokenType.StartObject ? TryReadFields(ref reader, ref parts) : SkipForeign(ref reader, ref parts);
        }
        catch (InvalidOperationException)
        {
            // Text that is not Unicode (a lone surrogate): the event is unreadable, the file is not.
            reader = start;
            complete = reader.TrySkip();
            parts = new Parts { Zone = -1 };
            batch.Rewind(queues, shows);
            parts.Raw.MalformedValue = true;
        }

        if (!complete)
        {
            batch.Rewind(queues, shows);
            return false;
        }

        Act(ref parts, queues, shows, buffer, buffer.AsSpan((int)begin, (int)(reader.BytesConsumed - begin)));
        return true;
    }

    private static bool SkipForeign(ref Utf8JsonReader reader, ref Parts parts)
    {
        // Something in the array that is no event: it has no identity and is rejected for that.
        parts.Raw.EntityId = Presence.NotStated;
        return reader.TrySkip();
    }

    private bool TryReadFields(ref Utf8JsonReader reader, ref Parts parts)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var field = FieldOf(ref reader);
            if (!reader.Read())
            {
                return false;
            }

            if (field == Field.Data)
            {
                if (!TryReadData(ref reader, ref parts))
                {
                    return false;
                }

                continue;
            }

            ReadField(ref reader, field, ref parts);
            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return false;
    }

    private void ReadField(ref Utf8JsonReader reader, Field field, ref Parts parts)
    {
        switch (field)
        {
            case Field.EntityId:
                parts.Raw.EntityId = JsonValues.ReadGuid(ref reader, out parts.Entity);
                break;
            case Field.EventTime:
                parts.Raw.Time = JsonValues.ReadInstant(ref reader, out var instant, out _);
                parts.Raw.Instant = instant;
                break;
            case Field.LocalTime:
                parts.Raw.LocalOffset = JsonValues.ReadInstant(ref reader, out _, out var offset);
                parts.Raw.LocalOffsetMinutes = offset;
                break;
            case Field.TimeZone:
                parts.Zone = ZoneOf(ref reader);
                break;
            case Field.ParkId:
                parts.HasPark = JsonValues.ReadGuid(ref reader, out parts.Park) == Presence.Value;
                break;
            case Field.Name:
                parts.Name = Token.Of(ref reader);
                break;
            case Field.InternalId:
                parts.ExternalId = Token.Of(ref reader);
                break;
            case Field.ParkSlug:
                parts.ParkSlug = Token.Of(ref reader);
                break;
            case Field.None:
            case Field.Data:
            default:
                break;
        }
    }

    private bool TryReadData(ref Utf8JsonReader reader, ref Parts parts)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            parts.Raw.MalformedValue |= reader.TokenType != JsonTokenType.Null;
            return reader.TrySkip();
        }

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var status = reader.ValueTextEquals("status"u8);
            var queue = !status && reader.ValueTextEquals("queue"u8);
            var shows = !status && !queue && reader.ValueTextEquals("showtimes"u8);
            if (!reader.Read())
            {
                return false;
            }

            if (queue)
            {
                if (!QueueReader.TryReadQueues(ref reader, _file.Batch, parts.Queues, ref parts.HasQueue, ref parts.Raw))
                {
                    return false;
                }
            }
            else if (shows)
            {
                if (!QueueReader.TryReadShows(ref reader, _file.Batch, parts.Shows, ref parts.HasShows, ref parts.Raw))
                {
                    return false;
                }
            }
            else
            {
                if (status)
                {
                    parts.Raw.Status = JsonValues.ReadStatus(ref reader, out parts.Status);
                }

                if (!reader.TrySkip())
                {
                    return false;
                }
            }
        }

        return false;
    }

    private void Act(ref Parts parts, int queues, int shows, byte[] buffer, ReadOnlySpan<byte> text)
    {
        ref var raw = ref parts.Raw;
        raw.Now = _now;
        raw.WindowStart = _windowStart;
        raw.WindowEnd = _windowEnd;
        if (raw is { Time: Presence.Value, LocalOffset: Presence.Value } && parts.Zone >= 0
            && raw.Instant >= _windowStart && raw.Instant < _windowEnd)
        {
            raw.ZoneOffset = TryOffset(parts.Zone, raw.Instant, out var minutes) ? Presence.Value : Presence.Invalid;
            raw.ZoneOffsetMinutes = minutes;
        }

        var decision = ObservationDecision.Undecided();
        ObservationRules.Decide(in raw, ref decision);
        _file.Findings.Report(in decision, text);
        if (decision.Rejection != FindingType.None)
        {
            _file.Rejected++;
            _file.Batch.Rewind(queues, shows);
            return;
        }

        if (parts.HasPark && parts.Park == parts.Entity)
        {
            _file.ParkEvents++;
            _file.Batch.Rewind(queues, shows);
            return;
        }

        if (parts.Name.IsEmpty)
        {
            // The UUID says who it is, so the row is kept; a name may come with another event.
            _file.Findings.Report(FindingType.MissingField, text);
        }

        Add(ref parts, in decision, queues, shows, buffer);
    }

    private void Add(ref Parts parts, in ObservationDecision decision, int queues, int shows, byte[] buffer)
    {
        var batch = _file.Batch;
        var index = EntityOf(parts.Entity);
        var entity = _file.Entities[index];
        NoteName(entity, index, parts.Name, buffer, parts.Raw.Instant);
        entity.Observations++;
        entity.FirstSeen = Math.Min(entity.FirstSeen, parts.Raw.Instant);
        entity.LastSeen = Math.Max(entity.LastSeen, parts.Raw.Instant);
        entity.HasShowtimes |= parts.HasShows;
        entity.HasQueues |= parts.Raw.Wait != Presence.NotStated || batch.QueueCount > queues;
        entity.ExternalId ??= parts.ExternalId.Text(buffer, MaxNameLength);
        if (entity.Zone < 0)
        {
            entity.Zone = parts.Zone;
        }

        var park = -1;
        if (parts.HasPark)
        {
            park = ParkOf(parts.Park, parts.ParkSlug, buffer);
            CollectionsMarshal.GetValueRefOrAddDefault(entity.Parks, park, out _)++;
        }

        batch.Add(new SnapshotRow
        {
            Entity = index,
            Instant = parts.Raw.Instant,
            Status = parts.Status,
            Wait = decision.Wait,
            Flags = decision.Flags | (parts.HasShows ? ObservationFlags.ShowtimesStated : ObservationFlags.None),
            Park = park,
            QueueStart = queues,
            QueueCount = (byte)(batch.QueueCount - queues),
            ShowStart = shows,
            ShowCount = (byte)(batch.ShowCount - shows),
        });
    }

    private int EntityOf(Guid uuid)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_entities, uuid, out var known);
        if (!known)
        {
            index = _file.Entities.Count;
            _file.Entities.Add(new FileEntity(uuid));
            _entityNames.Add([]);
        }

        return index;
    }

    private int ParkOf(Guid uuid, Token slug, byte[] buffer)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_parks, uuid, out var known);
        if (!known)
        {
            index = _file.Parks.Count;
            _file.Parks.Add(new FilePark(uuid, slug.Text(buffer, MaxNameLength)));
        }

        return index;
    }

    private void NoteName(FileEntity entity, int index, Token name, byte[] buffer, long instant)
    {
        if (name.IsEmpty || name.Bytes(buffer).SequenceEqual(_entityNames[index]))
        {
            return;
        }

        _entityNames[index] = name.Bytes(buffer).ToArray();
        var text = name.Text(buffer, MaxNameLength);
        if (!string.IsNullOrWhiteSpace(text) && (entity.Names.Count == 0 || entity.Names[^1].Name != text))
        {
            entity.Names.Add(new DatedName(text, instant));
        }
    }

    private int ZoneOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > 64)
        {
            return -1;
        }

        Span<byte> unescaped = stackalloc byte[64];
        var name = reader.ValueIsEscaped ? unescaped[..reader.CopyString(unescaped)] : reader.ValueSpan;
        for (var i = 0; i < _zoneIds.Count; i++)
        {
            if (name.SequenceEqual(_zoneIds[i]))
            {
                return i;
            }
        }

        var id = Encoding.UTF8.GetString(name);
        _zoneIds.Add(name.ToArray());
        _zones.Add(DateTimeZoneProviders.Tzdb.GetZoneOrNull(id));
        _file.Zones.Add(id);
        return _zones.Count - 1;
    }

    private bool TryOffset(int zone, long instant, out int minutes)
    {
        const long quarter = 15 * 60_000;
        minutes = 0;
        if (_zones[zone] is not { } known)
        {
            return false;
        }

        if (_offsetZone != zone || _offsetQuarter != instant / quarter)
        {
            _offsetZone = zone;
            _offsetQuarter = instant / quarter;
            _offsetMinutes = known.GetUtcOffset(Instant.FromUnixTimeMilliseconds(instant)).Seconds / 60;
        }

        minutes = _offsetMinutes;
        return true;
    }

    private static Field FieldOf(ref Utf8JsonReader reader)
    {
        const int longest = 10;
        if (reader.ValueSpan.Length > 6 * longest)
        {
            return Field.None;
        }

        Span<byte> unescaped = stackalloc byte[6 * longest];
        var name = reader.ValueIsEscaped ? unescaped[..reader.CopyString(unescaped)] : reader.ValueSpan;
        return name.Length switch
        {
            4 => name.SequenceEqual("data"u8) ? Field.Data : name.SequenceEqual("name"u8) ? Field.Name : Field.None,
            6 => name.SequenceEqual("parkId"u8) ? Field.ParkId : Field.None,
            8 => name.SequenceEqual("entityId"u8) ? Field.EntityId
                : name.SequenceEqual("timezone"u8) ? Field.TimeZone
                : name.SequenceEqual("parkSlug"u8) ? Field.ParkSlug
                : Field.None,
            9 => name.SequenceEqual("eventTime"u8) ? Field.EventTime : name.SequenceEqual("localTime"u8) ? Field.LocalTime : Field.None,
            10 => name.SequenceEqual("internalId"u8) ? Field.InternalId : Field.None,
            _ => Field.None,
        };
    }

    private enum Field : byte
    {
        None,
        Data,
        Name,
        ParkId,
        EntityId,
        TimeZone,
        ParkSlug,
        EventTime,
        LocalTime,
        InternalId,
    }

    /// <summary>A string or number token, by its place in the buffer: decoded only when it is news.</summary>
    private readonly record struct Token(int Start, int Length, bool Quoted, bool Escaped)
    {
        public bool IsEmpty => Length == 0;

        public static Token Of(ref Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.String => new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, true, reader.ValueIsEscaped),
            JsonTokenType.Number => new((int)reader.TokenStartIndex, reader.ValueSpan.Length, false, false),
            _ => default,
        };

        public ReadOnlySpan<byte> Bytes(byte[] buffer) => buffer.AsSpan(Start, Length);

        public string? Text(byte[] buffer, int maxLength)
        {
            if (IsEmpty)
            {
                return null;
            }

            var text = Escaped ? Unescape(buffer.AsSpan(Start - 1, Length + 2)) : Encoding.UTF8.GetString(Bytes(buffer));
            return JsonValues.Cut(text, maxLength);
        }

        private static string Unescape(ReadOnlySpan<byte> quoted)
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                return Encoding.UTF8.GetString(quoted[1..^1]);
            }
        }
    }

    private struct Parts
    {
        public RawObservation Raw;
        public Guid Entity;
        public Guid Park;
        public bool HasPark;
        public bool HasQueue;
        public bool HasShows;
        public int Queues;
        public int Shows;
        public int Zone;
        public RideStatus Status;
        public Token Name;
        public Token ExternalId;
        public Token ParkSlug;
    }
}
