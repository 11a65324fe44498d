using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Writing;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.UnitTests.Collection;

public sealed class DayEncoderTests
{
    private static readonly DateOnly Day = new(2024, 12, 25);
    private static readonly long Start = IsoInstant.StartOf(Day);

    // Entity 0 has no ride; 4 and 5 are one ride; 6 lies in another park.
    private static readonly RideRef[] Rides = [new(0, 0), new(300, 1), new(2, 1), new(70_000, 1), new(5, 1), new(5, 1), new(4, 2)];
    private static readonly int[] Parks = [1, 2, 0];

    private sealed record Row(int Entity, long OfDay, short Wait, int Park, int Queues, int Shows);

    private static readonly Gen<Row> AnyRow =
        from entity in Gen.Choose(0, Rides.Length - 1)
        from ofDay in Gen.OneOf(Gen.Choose(-3, 3), Gen.Choose(86_399_997, 86_400_003), Gen.Choose(40_000_000, 40_000_002))
        from wait in Gen.Choose(0, 200)
        from park in Gen.Choose(-1, 2)
        from queues in Gen.Choose(0, 2)
        from shows in Gen.Choose(0, 2)
        select new Row(entity, ofDay, (short)wait, park, queues, shows);

    [Fact]
    public void Every_row_of_the_day_is_written_or_accounted_for_and_the_last_of_a_key_wins() =>
        Prop.ForAll(AnyRow.ListOf().Three().ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (slices, someHeld) =>
        {
            IReadOnlyList<Row>[] rows = [slices.Item1, slices.Item2, slices.Item3];
            using var batches = new Batches(rows);
            var keys = rows.SelectMany((r, s) => r.Select((row, at) => (Row: row, Slice: s, At: at)))
                .Where(r => r.Row.OfDay is >= 0 and < 86_400_000).ToList();
            var held = someHeld ? keys.Where(r => r.Row is { OfDay: 0, Entity: 1 or 4 }).Select(r => Key(r.Row)).ToHashSet() : null;

            using var day = DayEncoder.Encode(batches.Content(), held?.Select(k => DayEncoder.Key(k.Ride, k.OfDay)).ToHashSet());

            var winners = keys.Where(r => Rides[r.Row.Entity].RideId != 0).GroupBy(r => Key(r.Row)).Select(g => g.Last()).ToList();
            var kept = winners.Where(w => held?.Contains(Key(w.Row)) != true).OrderBy(w => Key(w.Row)).ToList();
            Lines(day.Snapshots).Select(Fields).Select(f => (f[0], f[1], f[3])).ShouldBe(kept.Select(w => (
                $"{Rides[w.Row.Entity].RideId}", IsoInstant.ToDateTime(Start + w.Row.OfDay).ToString("yyyy-MM-dd HH:mm:ss.fff", null), $"{w.Row.Wait}")));
            for (var s = 0; s < 3; s++)
            {
                var mine = keys.Where(r => r.Slice == s).ToList();
                var tally = day.Slices[s];
                (tally.Rows + tally.Duplicates + tally.KeptLive + tally.Unmatched).ShouldBe(mine.Count);
                tally.Unmatched.ShouldBe(mine.Count(r => r.Row.Entity == 0));
                tally.Rows.ShouldBe(kept.Count(w => w.Slice == s));
                tally.KeptLive.ShouldBe(winners.Count(w => w.Slice == s) - tally.Rows);
                tally.Queues.ShouldBe(kept.Where(w => w.Slice == s).Sum(w => w.Row.Queues));
                tally.Shows.ShouldBe(kept.Where(w => w.Slice == s).Sum(w => w.Row.Shows));
                tally.WrongPark.ShouldBe(kept.Count(w => w.Slice == s && w.Row.Park >= 0 && Parks[w.Row.Park] != Rides[w.Row.Entity].ParkId));
            }

            (day.RowCount, day.QueueCount, day.ShowCount).ShouldBe((Lines(day.Snapshots).Length, Lines(day.Queues).Length, Lines(day.Shows).Length));
            ShouldBeSortedByKey(day.Snapshots);
            ShouldBeSortedByKey(day.Queues);
            ShouldBeSortedByKey(day.Shows);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void With_distinct_keys_the_order_of_rows_and_slices_changes_no_byte() =>
        Prop.ForAll(AnyRow.ListOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (all, seed) =>
        {
            var rows = all.DistinctBy(Key).ToArray();
            using var inOrder = new Batches([rows]);
            new Random(seed).Shuffle(rows);
            var cut = rows.Length / 3;
            using var shuffled = new Batches([rows[..cut], rows[cut..]]);
            using var one = DayEncoder.Encode(inOrder.Content(), null);
            using var other = DayEncoder.Encode(shuffled.Content(), null);

            Text(other.Snapshots).ShouldBe(Text(one.Snapshots));
            Text(other.Queues).ShouldBe(Text(one.Queues));
            Text(other.Shows).ShouldBe(Text(one.Shows));
            Checksums(other).ShouldBe(Checksums(one));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Each_park_gets_its_own_entry_with_counts_ends_and_ascending_rides()
    {
        using var batches = new Batches([[new(1, 5, 10, -1, 1, 0), new(2, 9, 10, -1, 0, 2)], [new(6, 7, 10, -1, 0, 0), new(2, 1, 10, -1, 0, 0), new(0, 3, 10, -1, 0, 0)]]);
        using var day = DayEncoder.Encode(batches.Content(), null);

        var first = day.Parks.Single(p => p.ParkId == 1);
        (first.Rows, first.Queues, first.Shows, first.First - Start, first.Last - Start).ShouldBe((3, 1, 2, 1, 9));
        first.Rides.ShouldBe([2, 300]);
        var second = day.Parks.Single(p => p.ParkId == 2);
        (second.Rows, second.First - Start, second.Last - Start).ShouldBe((1, 7, 7));
        second.Rides.ShouldBe([4]);
        day.Parks.ShouldAllBe(p => p.Checksum.Length == 32);
    }

    [Fact]
    public void A_row_in_full_is_written_column_by_column()
    {
        using var batch = new ObservationBatch();
        batch.Add(new QueueRow
        {
            Type = QueueType.PaidReturnTime,
            State = QueueState.Finished,
            Wait = SnapshotRow.NoWait,
            ReturnStart = Start + 1_000,
            ReturnEnd = QueueRow.NoInstant,
            PriceMinor = 2_100,
            Currency = ('U' << 16) | ('S' << 8) | 'D',
            GroupStart = QueueRow.NoNumber,
            GroupEnd = 7,
            NextAllocation = Start + 2_999,
            EstimatedWait = QueueRow.NoNumber,
        });
        batch.Add(QueueRow.Unknown(QueueType.SingleRider));
        batch.Add(new ShowRow { Start = Start, End = QueueRow.NoInstant });
        batch.Add(new ShowRow { Start = Start, End = Start + 60_000, Kind = "a\tb" });
        batch.Add(new SnapshotRow
        {
            Entity = 1, Instant = Start + 5, Wait = SnapshotRow.NoWait, Status = RideStatus.None, Flags = ObservationFlags.WaitStated, Park = 1,
            QueueCount = 2, ShowCount = 2,
        });
        using var day = DayEncoder.Encode(new DayContent(1, Day, DataSource.Archive, OverlapPolicy.Replace, true, [new DaySlice(batch, Rides, Parks, "o")]), null);

        Text(day.Snapshots).ShouldBe("300\t2024-12-25 00:00:00.005\t\\N\t\\N\t514\n");
        Text(day.Queues).ShouldBe(
            "300\t2024-12-25 00:00:00.005\t2\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t0\n"
            + "300\t2024-12-25 00:00:00.005\t4\t\\N\t3\t2024-12-25 00:00:01\t\\N\t2100\tUSD\t\\N\t7\t2024-12-25 00:00:02\t\\N\t0\n",
            customMessage: "in the order of their key");
        Text(day.Shows).ShouldBe(
            "300\t2024-12-25 00:00:00.005\t0\t2024-12-25 00:00:00\t\\N\t\\N\n300\t2024-12-25 00:00:00.005\t1\t2024-12-25 00:00:00\t2024-12-25 00:01:00\ta\\tb\n");
    }

    private static (int Ride, long OfDay) Key(Row row) => (Rides[row.Entity].RideId, row.OfDay);

    private static string Text(TsvBuffer buffer) => Encoding.UTF8.GetString(buffer.From(0));

    private static string[] Lines(TsvBuffer buffer) => Text(buffer).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Fields(string line) => line.Split('\t');

    private static List<string> Checksums(EncodedDay day) =>
        [.. day.Parks.OrderBy(p => p.ParkId).Select(p => $"{p.ParkId} {p.Rows} {p.First} {p.Last} {Convert.ToHexString(p.Checksum)}")];

    private static void ShouldBeSortedByKey(TsvBuffer buffer)
    {
        var keys = Lines(buffer).Select(Fields).Select(f => (int.Parse(f[0], null), f[1])).ToList();
        keys.Zip(keys.Skip(1)).ShouldAllBe(p => p.First.Item1 < p.Second.Item1
            || (p.First.Item1 == p.Second.Item1 && string.CompareOrdinal(p.First.Item2, p.Second.Item2) <= 0));
    }

    private sealed class Batches(IReadOnlyList<Row>[] slices) : IDisposable
    {
        private readonly ObservationBatch[] _batches = [.. slices.Select(Fill)];

        public DayContent Content() => new(
            1, Day, DataSource.Archive, OverlapPolicy.Replace, true, [.. _batches.Select((b, i) => new DaySlice(b, Rides, Parks, $"object {i}"))]);

        public void Dispose()
        {
            foreach (var batch in _batches)
            {
                batch.Dispose();
            }
        }

        private static ObservationBatch Fill(IReadOnlyList<Row> rows)
        {
            var batch = new ObservationBatch();
            foreach (var row in rows)
            {
                var (queue, show) = (batch.QueueCount, batch.ShowCount);
                for (var i = 0; i < row.Queues; i++)
                {
                    batch.Add(QueueRow.Unknown((QueueType)((int)QueueType.SingleRider + i)));
                }

                for (var i = 0; i < row.Shows; i++)
                {
                    batch.Add(new ShowRow { Start = Start + row.Wait, End = QueueRow.NoInstant });
                }

                batch.Add(new SnapshotRow
                {
                    Entity = row.Entity,
                    Instant = Start + row.OfDay,
                    Wait = row.Wait,
                    Status = RideStatus.Operating,
                    Park = row.Park,
                    QueueStart = queue,
                    QueueCount = (byte)row.Queues,
                    ShowStart = show,
                    ShowCount = (byte)row.Shows,
                });
            }

            return batch;
        }
    }
}
