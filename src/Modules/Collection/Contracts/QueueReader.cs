using System.Text.Json;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>
/// Reads the <c>queue</c> and <c>showtimes</c> parts that archive events and live rows share, in every shape seen upstream:
/// six queue types, null parts, <c>queue</c> as an array, show times as strings or objects. Each method starts on the value's
/// first token, ends on its last one, and answers false when the buffer ends before it does (the caller refills and starts again).
/// </summary>
public static class QueueReader
{
    /// <summary>More show times or queues than this in one event are not stored; they are reported as malformed.</summary>
    private const int MaxParts = byte.MaxValue;

    /// <summary>Reads <c>queue</c>: STANDBY goes into <paramref name="raw"/>, every other queue into <paramref name="batch"/>.</summary>
    public static bool TryReadQueues(ref Utf8JsonReader reader, ObservationBatch batch, ref RawObservation raw)
    {
        ArgumentNullException.ThrowIfNull(batch);
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.StartArray:
                return TryReadQueueArray(ref reader, batch, ref raw);
            case JsonTokenType.StartObject:
                break;
            default:
                raw.MalformedValue = true;
                return reader.TrySkip();
        }

        var start = batch.QueueCount;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var type = TypeOf(ref reader);
            if (!reader.Read() || !TryReadOne(ref reader, type, start, batch, ref raw))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// As the other, of a key that may be stated twice: the last one counts, as in every JSON reader. <paramref name="first"/> is the
    /// observation's first queue, <paramref name="stated"/> whether the key was there before.
    /// </summary>
    public static bool TryReadQueues(ref Utf8JsonReader reader, ObservationBatch batch, int first, ref bool stated, ref RawObservation raw)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (stated)
        {
            // A key of the table holds one row.
            batch.Rewind(first, batch.ShowCount);
            raw.Wait = Presence.NotStated;
            raw.MalformedValue = true;
        }

        stated = true;
        return TryReadQueues(ref reader, batch, ref raw);
    }

    /// <summary>As <see cref="TryReadShows(ref Utf8JsonReader, ObservationBatch, ref RawObservation)"/>, of a key that may be stated twice: the last one counts.</summary>
    public static bool TryReadShows(ref Utf8JsonReader reader, ObservationBatch batch, int first, ref bool stated, ref RawObservation raw)
    {
        ArgumentNullException.ThrowIfNull(batch);
        raw.MalformedValue |= stated;
        batch.Rewind(batch.QueueCount, first);
        stated = reader.TokenType != JsonTokenType.Null;
        return TryReadShows(ref reader, batch, ref raw);
    }

    /// <summary>Reads <c>showtimes</c> into <paramref name="batch"/>.</summary>
    public static bool TryReadShows(ref Utf8JsonReader reader, ObservationBatch batch, ref RawObservation raw)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            raw.MalformedValue |= reader.TokenType != JsonTokenType.Null;
            return reader.TrySkip();
        }

        var start = batch.ShowCount;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return true;
            }

            var show = new ShowRow { Start = QueueRow.NoInstant, End = QueueRow.NoInstant };
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                if (!TryReadShow(ref reader, ref show, ref raw))
                {
                    return false;
                }
            }
            else
            {
                show.Start = ReadInstant(ref reader, ref raw);
                if (!reader.TrySkip())
                {
                    return false;
                }
            }

            if (show.Start == QueueRow.NoInstant || batch.ShowCount - start == MaxParts)
            {
                raw.MalformedValue = true;
                continue;
            }

            batch.Add(in show);
        }

        return false;
    }

    /// <summary>Reads a number, a null, or something that is neither; a number may also come as text.</summary>
    public static Presence ReadNumber(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return Presence.Null;
            case JsonTokenType.Number when reader.TryGetDouble(out value) && double.IsFinite(value):
                return Presence.Value;
            case JsonTokenType.String when System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out value, out var read)
                                           && read == reader.ValueSpan.Length && double.IsFinite(value):
                return Presence.Value;
            default:
                return Presence.Invalid;
        }
    }

    private static bool TryReadQueueArray(ref Utf8JsonReader reader, ObservationBatch batch, ref RawObservation raw)
    {
        var start = batch.QueueCount;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return true;
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                raw.MalformedValue = true;
                if (!reader.TrySkip())
                {
                    return false;
                }

                continue;
            }

            // The type is a property of the element, maybe its last: look first, then read.
            var peek = reader;
            if (!TryFindType(ref peek, out var type))
            {
                return false;
            }

            if (!TryReadOne(ref reader, type, start, batch, ref raw))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryFindType(ref Utf8JsonReader reader, out QueueType type)
    {
        type = QueueType.None;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var named = reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("queueType"u8);
            if (!reader.Read())
            {
                return false;
            }

            if (named && reader.TokenType == JsonTokenType.String)
            {
                type = TypeOf(ref reader);
            }

            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadOne(
        ref Utf8JsonReader reader, QueueType type, int start, ObservationBatch batch, ref RawObservation raw)
    {
        if (type == QueueType.None)
        {
            // A queue is an object or null; anything else is some other property.
            raw.UnknownQueueType |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.Null;
            return reader.TrySkip();
        }

        var queue = QueueRow.Unknown(type);
        var wait = Presence.NotStated;
        var minutes = 0d;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            if (!TryReadFields(ref reader, ref queue, ref wait, ref minutes, ref raw))
            {
                return false;
            }
        }
        else
        {
            raw.MalformedValue |= reader.TokenType != JsonTokenType.Null;
            if (!reader.TrySkip())
            {
                return false;
            }
        }

        if (type == QueueType.Standby)
        {
            // A STANDBY object without a wait still says that the queue exists and has no value.
            raw.Wait = wait == Presence.NotStated ? Presence.Null : wait;
            raw.WaitMinutes = minutes;
            return true;
        }

        StoreWait(ref queue, wait, minutes, ref raw);
        for (var i = start; i < batch.QueueCount; i++)
        {
            if (batch.Queues[i].Type == type)
            {
                // Two parts of one type in one event: the first is kept, the other reported.
                raw.MalformedValue = true;
                return true;
            }
        }

        batch.Add(in queue);
        return true;
    }

    private static void StoreWait(ref QueueRow queue, Presence wait, double minutes, ref RawObservation raw)
    {
        var probe = new RawObservation { EntityId = Presence.Value, Time = Presence.Value, Wait = wait, WaitMinutes = minutes };
        var decision = ObservationDecision.Undecided();
        WaitRule.Decide(in probe, ref decision);
        queue.Wait = decision.Wait;
        queue.Flags = decision.Flags;
        raw.MalformedValue |= decision.HasFindings;
    }

    private static readonly Rules.WaitRangeRule WaitRule = new();

    private static bool TryReadFields(
        ref Utf8JsonReader reader, ref QueueRow queue, ref Presence wait, ref double minutes, ref RawObservation raw)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var field = FieldOf(ref reader);
            if (!reader.Read() || !TryReadField(ref reader, field, ref queue, ref wait, ref minutes, ref raw))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryReadField(
        ref Utf8JsonReader reader, Field field, ref QueueRow queue, ref Presence wait, ref double minutes, ref RawObservation raw)
    {
        switch (field)
        {
            case Field.WaitTime:
                wait = ReadNumber(ref reader, out minutes);
                return reader.TrySkip();
            case Field.State:
                queue.State = StateOf(ref reader, ref raw);
                return reader.TrySkip();
            case Field.ReturnStart:
                queue.ReturnStart = ReadInstant(ref reader, ref raw);
                return reader.TrySkip();
            case Field.ReturnEnd:
                queue.ReturnEnd = ReadInstant(ref reader, ref raw);
                return reader.TrySkip();
            case Field.NextAllocation:
                queue.NextAllocation = ReadInstant(ref reader, ref raw);
                return reader.TrySkip();
            case Field.GroupStart:
                queue.GroupStart = ReadInt(ref reader, ref raw);
                return reader.TrySkip();
            case Field.GroupEnd:
                queue.GroupEnd = ReadInt(ref reader, ref raw);
                return reader.TrySkip();
            case Field.EstimatedWait:
                queue.EstimatedWait = ReadInt(ref reader, ref raw);
                return reader.TrySkip();
            case Field.Price:
                return TryReadPrice(ref reader, ref queue, ref raw);
            case Field.None:
            default:
                raw.UnknownField |= field == Field.None;
                return reader.TrySkip();
        }
    }

    private static bool TryReadPrice(ref Utf8JsonReader reader, ref QueueRow queue, ref RawObservation raw)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            raw.MalformedValue |= reader.TokenType != JsonTokenType.Null;
            return reader.TrySkip();
        }

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var amount = reader.ValueTextEquals("amount"u8);
            var currency = !amount && reader.ValueTextEquals("currency"u8);
            // "formatted" is the same amount once more.
            raw.UnknownField |= !amount && !currency && !reader.ValueTextEquals("formatted"u8);
            if (!reader.Read())
            {
                return false;
            }

            if (amount)
            {
                queue.PriceMinor = ReadMinorUnits(ref reader, ref raw);
            }
            else if (currency && reader.TokenType == JsonTokenType.String && reader.ValueSpan is [var a, var b, var c]
                     && char.IsAsciiLetter((char)a) && char.IsAsciiLetter((char)b) && char.IsAsciiLetter((char)c))
            {
                queue.Currency = ((a & 0xDF) << 16) | ((b & 0xDF) << 8) | (c & 0xDF);
            }
            else if (currency && reader.TokenType != JsonTokenType.Null)
            {
                raw.MalformedValue = true;
            }

            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Minor units are whole by definition; a fraction is not guessed at.</summary>
    private static long ReadMinorUnits(ref Utf8JsonReader reader, ref RawObservation raw)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var minor) && minor is >= -int.MaxValue and <= int.MaxValue)
        {
            return minor;
        }

        raw.MalformedValue |= reader.TokenType != JsonTokenType.Null;
        return QueueRow.NoInstant;
    }

    private static int ReadInt(ref Utf8JsonReader reader, ref RawObservation raw)
    {
        if (ReadNumber(ref reader, out var value) is var presence && presence == Presence.Value
            && value is >= short.MinValue and <= short.MaxValue)
        {
            return (int)Math.Round(value, MidpointRounding.AwayFromZero);
        }

        raw.MalformedValue |= presence != Presence.Null;
        return QueueRow.NoNumber;
    }

    private static bool TryReadShow(ref Utf8JsonReader reader, ref ShowRow show, ref RawObservation raw)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var start = reader.ValueTextEquals("startTime"u8);
            var end = !start && reader.ValueTextEquals("endTime"u8);
            var kind = !start && !end && reader.ValueTextEquals("type"u8);
            raw.UnknownField |= !start && !end && !kind;
            if (!reader.Read())
            {
                return false;
            }

            if (start)
            {
                show.Start = ReadInstant(ref reader, ref raw);
            }
            else if (end)
            {
                show.End = ReadInstant(ref reader, ref raw);
            }
            else if (kind && reader.TokenType == JsonTokenType.String)
            {
                show.Kind = Interned(reader.GetString()!);
            }

            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return false;
    }

    private static string Interned(string kind) =>
        kind switch
        {
            "Performance Time" => "Performance Time",
            "Operating" => "Operating",
            _ => JsonValues.Cut(kind, 64),
        };

    private static long ReadInstant(ref Utf8JsonReader reader, ref RawObservation raw)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return QueueRow.NoInstant;
        }

        // DATETIME columns end with the year 9999; an instant outside them is not one.
        if (reader.TokenType == JsonTokenType.String && IsoInstant.TryRead(ref reader, out var at, out _)
            && at is > -30_000_000_000_000 and < 253_402_300_799_000)
        {
            return at;
        }

        raw.MalformedValue = true;
        return QueueRow.NoInstant;
    }

    internal static QueueType TypeOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("STANDBY"u8) ? QueueType.Standby
        : reader.ValueTextEquals("RETURN_TIME"u8) ? QueueType.ReturnTime
        : reader.ValueTextEquals("PAID_RETURN_TIME"u8) ? QueueType.PaidReturnTime
        : reader.ValueTextEquals("SINGLE_RIDER"u8) ? QueueType.SingleRider
        : reader.ValueTextEquals("BOARDING_GROUP"u8) ? QueueType.BoardingGroup
        : reader.ValueTextEquals("PAID_STANDBY"u8) ? QueueType.PaidStandby
        : QueueType.None;

    private static QueueState StateOf(ref Utf8JsonReader reader, ref RawObservation raw)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return QueueState.None;
        }

        var state = reader.TokenType != JsonTokenType.String ? QueueState.None
            : reader.ValueTextEquals("AVAILABLE"u8) ? QueueState.Available
            : reader.ValueTextEquals("TEMP_FULL"u8) ? QueueState.TempFull
            : reader.ValueTextEquals("FINISHED"u8) ? QueueState.Finished
            : reader.ValueTextEquals("PAUSED"u8) ? QueueState.Paused
            : reader.ValueTextEquals("CLOSED"u8) ? QueueState.Closed
            : QueueState.None;
        raw.MalformedValue |= state == QueueState.None;
        return state;
    }

    private static Field FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("waitTime"u8) ? Field.WaitTime
        : reader.ValueTextEquals("state"u8) || reader.ValueTextEquals("allocationStatus"u8) ? Field.State
        : reader.ValueTextEquals("returnStart"u8) ? Field.ReturnStart
        : reader.ValueTextEquals("returnEnd"u8) ? Field.ReturnEnd
        : reader.ValueTextEquals("price"u8) ? Field.Price
        : reader.ValueTextEquals("currentGroupStart"u8) ? Field.GroupStart
        : reader.ValueTextEquals("currentGroupEnd"u8) ? Field.GroupEnd
        : reader.ValueTextEquals("nextAllocationTime"u8) ? Field.NextAllocation
        : reader.ValueTextEquals("estimatedWait"u8) ? Field.EstimatedWait
        : reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("queueType"u8) ? Field.Type
        : Field.None;

    private enum Field : byte
    {
        None,
        WaitTime,
        State,
        ReturnStart,
        ReturnEnd,
        Price,
        GroupStart,
        GroupEnd,
        NextAllocation,
        EstimatedWait,

        /// <summary>What kind of queue it is, in the array shape.</summary>
        Type,
    }
}
