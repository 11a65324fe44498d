using System.Buffers;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Writing;

/// <summary>
/// Turns the observations of a day into rows in key order. Sorting by (ride, instant) is what makes the load fast and the
/// pages dense; of two rows with one key the later one wins, so the result does not depend on how often a day was read.
/// </summary>
internal static class DayEncoder
{
    private const int BitsOfDay = 27;

    /// <param name="held">Keys (<see cref="Key"/>) of other sources' rows that stay; ours with the same key are left out.</param>
    public static EncodedDay Encode(DayContent content, HashSet<ulong>? held)
    {
        var day = new EncodedDay(content);
        var start = IsoInstant.StartOf(content.UtcDay);
        var capacity = content.Slices.Sum(s => s.Batch.RowCount);
        var keys = ArrayPool<ulong>.Shared.Rent(capacity);
        var items = ArrayPool<long>.Shared.Rent(capacity);
        try
        {
            var count = Collect(content, start, keys, items, day);
            Array.Sort(keys, items, 0, count);
            Write(content, keys.AsSpan(0, count), items.AsSpan(0, count), held, day);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(keys);
            ArrayPool<long>.Shared.Return(items);
        }

        foreach (var park in day.Parks)
        {
            park.Dispose();
        }

        return day;
    }

    public static ulong Key(int rideId, long millisecondOfDay) => ((ulong)rideId << BitsOfDay) | (ulong)millisecondOfDay;

    private static int Collect(DayContent content, long start, ulong[] keys, long[] items, EncodedDay day)
    {
        var count = 0;
        for (var s = 0; s < content.Slices.Count; s++)
        {
            var slice = content.Slices[s];
            var rows = slice.Batch.Rows;
            for (var r = 0; r < rows.Length; r++)
            {
                var ofDay = rows[r].Instant - start;
                if ((ulong)ofDay >= (ulong)IsoInstant.MillisecondsPerDay)
                {
                    continue;
                }

                var ride = slice.Rides[rows[r].Entity].RideId;
                if (ride == 0)
                {
                    day.Tallies[s].Unmatched++;
                    continue;
                }

                keys[count] = Key(ride, ofDay);
                items[count++] = ((long)s << 32) | (uint)r;
            }
        }

        return count;
    }

    private static void Write(DayContent content, ReadOnlySpan<ulong> keys, ReadOnlySpan<long> items, HashSet<ulong>? held, EncodedDay day)
    {
        var parks = new Dictionary<int, ParkDay>();
        ParkDay? park = null;
        var rideId = 0;
        var begun = (Snapshots: 0, Queues: 0, Shows: 0);
        for (var i = 0; i < keys.Length; i++)
        {
            var winner = items[i];
            for (; i + 1 < keys.Length && keys[i + 1] == keys[i]; i++)
            {
                day.Tallies[(int)(Math.Min(winner, items[i + 1]) >> 32)].Duplicates++;
                winner = Math.Max(winner, items[i + 1]);
            }

            var tally = day.Tallies[(int)(winner >> 32)];
            if (held is not null && held.Contains(keys[i]))
            {
                tally.KeptLive++;
                continue;
            }

            var slice = content.Slices[(int)(winner >> 32)];
            ref readonly var row = ref slice.Batch.Rows[(int)winner];
            var ride = slice.Rides[row.Entity];
            if (park is null || ride.RideId != rideId)
            {
                begun = Hash(park, day, begun);
                rideId = ride.RideId;
                park = ParkOf(ride.ParkId, parks, day);
                park.Rides.Add(rideId);
            }

            WriteRow(slice, in row, ride, park, tally, day);
        }

        Hash(park, day, begun);
    }

    /// <summary>A ride's rows are next to each other in all three texts: its park's checksum takes them ride by ride.</summary>
    private static (int Snapshots, int Queues, int Shows) Hash(ParkDay? park, EncodedDay day, (int Snapshots, int Queues, int Shows) begun)
    {
        park?.AddRide(day.Snapshots.From(begun.Snapshots), day.Queues.From(begun.Queues), day.Shows.From(begun.Shows));
        return (day.Snapshots.Length, day.Queues.Length, day.Shows.Length);
    }

    private static ParkDay ParkOf(int parkId, Dictionary<int, ParkDay> parks, EncodedDay day)
    {
        if (!parks.TryGetValue(parkId, out var park))
        {
            parks[parkId] = park = new ParkDay(parkId);
            day.Parks.Add(park);
        }

        return park;
    }

    private static void WriteRow(DaySlice slice, in SnapshotRow row, RideRef ride, ParkDay park, SliceTally tally, EncodedDay day)
    {
        var flags = row.Flags;
        if (row.Park >= 0 && slice.Parks[row.Park] != ride.ParkId)
        {
            flags |= ObservationFlags.WrongPark;
            tally.WrongPark++;
        }

        WriteSnapshot(day.Snapshots, ride.RideId, row.Instant, row.Status, row.Wait, flags);
        park.Rows++;
        park.First = Math.Min(park.First, row.Instant);
        park.Last = Math.Max(park.Last, row.Instant);
        tally.Rows++;

        // In the order of their key, whatever order they were stated in.
        var queues = slice.Batch.Queues.Slice(row.QueueStart, row.QueueCount);
        for (var type = QueueType.SingleRider; type <= QueueType.PaidStandby && !queues.IsEmpty; type++)
        {
            foreach (ref readonly var queue in queues)
            {
                if (queue.Type == type)
                {
                    WriteQueue(day.Queues, ride.RideId, row.Instant, in queue);
                }
            }
        }

        park.Queues += queues.Length;
        tally.Queues += queues.Length;

        var position = 0;
        foreach (ref readonly var show in slice.Batch.Shows.Slice(row.ShowStart, row.ShowCount))
        {
            WriteShow(day.Shows, ride.RideId, row.Instant, position++, in show);
            park.Shows++;
            tally.Shows++;
        }
    }

    internal static void WriteSnapshot(TsvBuffer text, int rideId, long instant, RideStatus status, short wait, ObservationFlags flags)
    {
        text.BeginRow();
        text.Number(rideId);
        text.Tab();
        text.InstantWithMilliseconds(instant);
        text.Tab();
        NumberOrNull(text, (int)status, status == RideStatus.None);
        text.Tab();
        NumberOrNull(text, wait, wait == SnapshotRow.NoWait);
        text.Tab();
        text.Number((int)flags);
        text.EndRow();
    }

    internal static void WriteQueue(TsvBuffer text, int rideId, long instant, in QueueRow queue)
    {
        text.BeginRow();
        text.Number(rideId);
        text.Tab();
        text.InstantWithMilliseconds(instant);
        text.Tab();
        text.Number((int)queue.Type);
        text.Tab();
        NumberOrNull(text, queue.Wait, queue.Wait == SnapshotRow.NoWait);
        text.Tab();
        NumberOrNull(text, (int)queue.State, queue.State == QueueState.None);
        text.Tab();
        InstantOrNull(text, queue.ReturnStart);
        text.Tab();
        InstantOrNull(text, queue.ReturnEnd);
        text.Tab();
        NumberOrNull(text, queue.PriceMinor, queue.PriceMinor == QueueRow.NoInstant);
        text.Tab();
        if (queue.Currency == 0)
        {
            text.Null();
        }
        else
        {
            text.Letters(queue.Currency);
        }

        text.Tab();
        NumberOrNull(text, queue.GroupStart, queue.GroupStart == QueueRow.NoNumber);
        text.Tab();
        NumberOrNull(text, queue.GroupEnd, queue.GroupEnd == QueueRow.NoNumber);
        text.Tab();
        InstantOrNull(text, queue.NextAllocation);
        text.Tab();
        NumberOrNull(text, queue.EstimatedWait, queue.EstimatedWait == QueueRow.NoNumber);
        text.Tab();
        text.Number((int)queue.Flags);
        text.EndRow();
    }

    internal static void WriteShow(TsvBuffer text, int rideId, long instant, int position, in ShowRow show)
    {
        text.BeginRow();
        text.Number(rideId);
        text.Tab();
        text.InstantWithMilliseconds(instant);
        text.Tab();
        text.Number(position);
        text.Tab();
        text.Instant(show.Start);
        text.Tab();
        InstantOrNull(text, show.End);
        text.Tab();
        if (show.Kind is null)
        {
            text.Null();
        }
        else
        {
            text.Text(show.Kind);
        }

        text.EndRow();
    }

    private static void NumberOrNull(TsvBuffer text, long value, bool isNull)
    {
        if (isNull)
        {
            text.Null();
        }
        else
        {
            text.Number(value);
        }
    }

    private static void InstantOrNull(TsvBuffer text, long instant)
    {
        if (instant == QueueRow.NoInstant)
        {
            text.Null();
        }
        else
        {
            text.Instant(instant);
        }
    }
}
