using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Import.Parsing;

/// <summary>Whatever becomes of a file: it is refused with a reason, or every one of its events is accounted for.</summary>
public sealed class MutationTests
{
    private static readonly byte[] Plain = DayFiles.Utf8($$"""{"day":"2024-12-25","events":[{{DayFiles.Events(12)}}],"count":12}""");
    private static readonly byte[][] Packed = [Plain, Plain, Plain, DayFiles.Zlib(Plain), DayFiles.Gzip(Plain)];

    [Fact]
    public void A_thousand_files_with_mutated_bytes_are_refused_or_accounted_for() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var bytes = new List<byte>(Packed[random.Next(Packed.Length)]);
            Mutations.OfBytes(bytes, random);
            ShouldBeRefusedOrAccountedFor([.. bytes], random.Next(1, 4_000));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void A_thousand_files_with_mutated_json_are_read_and_accounted_for() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = Mutations.OfJson(Plain, "events", random);
            using var file = ShouldBeRefusedOrAccountedFor(DayFiles.Utf8(text), random.Next(1, 4_000));
            file.ShouldNotBeNull($"{text} is valid JSON with events");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static DayFile? ShouldBeRefusedOrAccountedFor(byte[] bytes, int atOnce)
    {
        DayFile file;
        try
        {
            file = DayFiles.Read(new DayFiles.Drip(bytes, atOnce));
        }
        catch (DayFileException e)
        {
            e.Reason.ShouldNotBeNullOrEmpty();
            e.Message.ShouldNotBeNullOrEmpty();
            return null;
        }

        var batch = file.Batch;
        file.Events.ShouldBe(batch.RowCount + file.Rejected + file.ParkEvents);
        var (queue, show) = (0, 0);
        foreach (var row in batch.Rows)
        {
            // Rows share no queue, leave none out and have each type once: the table's key.
            (row.QueueStart, row.ShowStart).ShouldBe((queue, show));
            (queue, show) = (queue + row.QueueCount, show + row.ShowCount);
            batch.Queues.Slice(row.QueueStart, row.QueueCount).ToArray().Select(q => q.Type).ShouldBeUnique();
            row.Entity.ShouldBeInRange(0, file.Entities.Count - 1);
            row.Park.ShouldBeInRange(-1, file.Parks.Count - 1);
            IsoInstant.DayOf(row.Instant).DayNumber.ShouldBeInRange(DayFiles.Day.DayNumber - 1, DayFiles.Day.DayNumber + 1);
        }

        (batch.QueueCount, batch.ShowCount).ShouldBe((queue, show));
        file.Entities.Sum(e => e.Observations).ShouldBe(batch.RowCount);
        (file.Rejected == 0 || file.Findings.ByType.Count > 0).ShouldBeTrue("a rejected event is reported");
        return file;
    }
}
