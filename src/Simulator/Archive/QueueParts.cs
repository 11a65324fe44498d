using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace ThemePark.Simulator;

/// <summary>The six queue types inside <c>queue</c>.</summary>
internal static class QueueParts
{
    /// <summary>All parts of a queue, none of them spoilt.</summary>
    public static void Write(Utf8JsonWriter json, QueueState queue, DateTimeZone zone)
    {
        if (queue.Present.HasFlag(QueueKinds.Standby))
        {
            Wait(json, "STANDBY"u8, queue.Standby);
        }

        AfterStandby(json, queue, zone);
    }

    public static void Write(Utf8JsonWriter json, SimEvent e, QueueState queue)
    {
        var nullPart = e.Ugly == UglyEvent.QueuePartNull;
        if (queue.Present.HasFlag(QueueKinds.Standby))
        {
            if (nullPart)
            {
                json.WriteNull("STANDBY"u8);
            }
            else
            {
                Wait(json, "STANDBY"u8, EventWriter.StandbyOf(e), e.Ugly == UglyEvent.ExtraProperties);
            }
        }
        else if (nullPart)
        {
            json.WriteNull("STANDBY"u8);
        }

        AfterStandby(json, queue, e.Entity.Park.Zone);
        if (e.Ugly == UglyEvent.UnknownQueueType)
        {
            json.WriteStartObject("VIRTUAL_PASS"u8);
            json.WriteString("state"u8, "OPEN");
            json.WriteNumber("waitTime"u8, 10);
            json.WriteEndObject();
        }

        if (e.Ugly == UglyEvent.ExtraProperties)
        {
            json.WriteString("measuredBy"u8, "sensor");
        }
    }

    private static void AfterStandby(Utf8JsonWriter json, QueueState queue, DateTimeZone zone)
    {
        if (queue.Present.HasFlag(QueueKinds.SingleRider))
        {
            Wait(json, "SINGLE_RIDER"u8, queue.SingleRider);
        }

        if (queue.Present.HasFlag(QueueKinds.ReturnTime))
        {
            json.WriteStartObject("RETURN_TIME"u8);
            Window(json, queue.Return, zone);
            json.WriteEndObject();
        }

        if (queue.Present.HasFlag(QueueKinds.PaidReturnTime))
        {
            json.WriteStartObject("PAID_RETURN_TIME"u8);
            Window(json, queue.PaidReturn, zone);
            Money(json, queue.Price);
            json.WriteEndObject();
        }

        if (queue.Present.HasFlag(QueueKinds.BoardingGroup))
        {
            Groups(json, queue.Boarding, zone);
        }

        if (queue.Present.HasFlag(QueueKinds.PaidStandby))
        {
            Wait(json, "PAID_STANDBY"u8, queue.PaidStandby);
        }
    }

    private static void Wait(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? minutes, bool extra = false)
    {
        json.WriteStartObject(name);
        Number(json, "waitTime"u8, minutes);
        if (extra)
        {
            json.WriteBoolean("estimated"u8, true);
        }

        json.WriteEndObject();
    }

    private static void Window(Utf8JsonWriter json, ReturnWindow window, DateTimeZone zone)
    {
        if (window.State is null)
        {
            json.WriteNull("state"u8);
        }
        else
        {
            json.WriteString("state"u8, window.State);
        }

        Time(json, "returnStart"u8, window.StartMs, zone);
        Time(json, "returnEnd"u8, window.EndMs, zone);
    }

    public static void Money(Utf8JsonWriter json, Price price)
    {
        json.WriteStartObject("price"u8);
        Number(json, "amount"u8, price.Amount);
        json.WriteString("currency"u8, price.Currency);
        if (price.Amount is { } amount)
        {
            json.WriteString("formatted"u8, Formatted(amount, price.Currency));
        }

        json.WriteEndObject();
    }

    private static string Formatted(long amount, string currency) => currency switch
    {
        "JPY" => string.Create(CultureInfo.InvariantCulture, $"¥{amount:N0}"),
        "USD" => string.Create(CultureInfo.InvariantCulture, $"${amount / 100}.{amount % 100:00}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{amount / 100}.{amount % 100:00} {currency}"),
    };

    private static void Groups(Utf8JsonWriter json, Boarding boarding, DateTimeZone zone)
    {
        json.WriteStartObject("BOARDING_GROUP"u8);
        if (boarding.State is null)
        {
            json.WriteNull("allocationStatus"u8);
        }
        else
        {
            json.WriteString("allocationStatus"u8, boarding.State);
        }

        Number(json, "currentGroupStart"u8, boarding.GroupFrom);
        Number(json, "currentGroupEnd"u8, boarding.GroupTo);
        Time(json, "nextAllocationTime"u8, boarding.NextMs, zone);
        Number(json, "estimatedWait"u8, boarding.EstimatedWait);
        json.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? ms, DateTimeZone zone)
    {
        if (ms is not { } at)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[32];
        json.WriteString(name, TimeText.Local(at, EventWriter.Offset(zone, at), text));
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
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
}
