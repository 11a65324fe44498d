using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Testing;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Collection.Upstream;

/// <summary>Whatever becomes of a document: it is refused as a whole, or every one of its rows is accounted for.</summary>
public sealed class DocumentMutationTests
{
    private static readonly byte[] Live = LiveDocuments.Utf8(LiveDocuments.Rich());
    private static readonly byte[] Schedule = LiveDocuments.Utf8(ScheduleDocuments.Park(ScheduleDocuments.Rich));
    private static readonly byte[] Destinations = LiveDocuments.Utf8(DestinationsReaderTests.Two);

    [Fact]
    public void A_thousand_documents_with_mutated_bytes_are_refused_or_accounted_for() => ForSeeds(random =>
    {
        CheckLive(Mutated(Live, random));
        CheckSchedule(Mutated(Schedule, random));
        CheckDestinations(Mutated(Destinations, random));
    });

    [Fact]
    public void A_thousand_documents_with_mutated_json_are_read_and_accounted_for() => ForSeeds(random =>
    {
        CheckLive(LiveDocuments.Utf8(Mutations.OfJson(Live, "liveData", random))).ShouldBeTrue("it is JSON with rows");
        CheckSchedule(LiveDocuments.Utf8(Mutations.OfJson(Schedule, "schedule", random))).ShouldBeTrue("it is JSON with entries");
        CheckDestinations(LiveDocuments.Utf8(Mutations.OfJson(Destinations, "destinations", random))).ShouldBeTrue("it is JSON with destinations");
    });

    private static void ForSeeds(Action<Random> check) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => check(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static byte[] Mutated(byte[] document, Random random)
    {
        var bytes = new List<byte>(document);
        Mutations.OfBytes(bytes, random);
        return [.. bytes];
    }

    private static bool CheckLive(byte[] document)
    {
        if (Refused(() => LiveReader.Read(document, LiveDocuments.Asked)) is not { } poll)
        {
            return false;
        }

        using (poll)
        {
            poll.Rows.ShouldBe(poll.Batch.RowCount + poll.Duplicates + poll.Quarantined);
            poll.Entities.Count.ShouldBe(poll.Batch.RowCount);
            poll.Entities.Select(e => e.Uuid).ShouldBeUnique();
            poll.Parts.Select(p => (p.Entity, p.Name)).ShouldBeUnique();
            foreach (var part in poll.Parts)
            {
                part.Entity.ShouldBeInRange(0, poll.Entities.Count - 1);
                ShouldBeJson(document.AsSpan(part.Start, part.Length));
            }

            foreach (var row in poll.Batch.Rows)
            {
                row.Instant.ShouldBe(LiveDocuments.Asked.Instant.ToUnixTimeMilliseconds());
                row.Park.ShouldBeInRange(-1, poll.Parks.Count - 1);
                poll.Batch.Queues.Slice(row.QueueStart, row.QueueCount).ToArray().Select(q => q.Type).ShouldBeUnique();
                (row.ShowStart + row.ShowCount).ShouldBeLessThanOrEqualTo(poll.Batch.ShowCount);
            }

            (poll.Quarantined == 0 || poll.Findings.ByType.Count > 0 || poll.Quarantine.All(q => q.Reason == QuarantineReason.TooManyFields)).ShouldBeTrue();
        }

        return true;
    }

    private static bool CheckSchedule(byte[] document)
    {
        if (Refused(() => ScheduleReader.Read(document)) is not { } read)
        {
            return false;
        }

        read.Rows.ShouldBe(read.Parks.Sum(p => p.Entries.Count) + read.Quarantine.Count);
        foreach (var slice in read.Parks.SelectMany(p => p.Entries).SelectMany(e => e.Purchases is { } p ? [p, .. e.Unknown] : e.Unknown))
        {
            ShouldBeJson(document.AsSpan(slice.Start, slice.Length));
        }

        return true;
    }

    private static bool CheckDestinations(byte[] document)
    {
        if (Refused(() => DestinationsReader.Read(document)) is not { } read)
        {
            return false;
        }

        read.Rows.ShouldBe(read.Destinations.Count + read.Duplicates + read.Quarantine.Count(q => q.EntityId is null));
        return true;
    }

    private static T? Refused<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (UpstreamException e)
        {
            e.Kind.ShouldBe(UpstreamFailure.InvalidData);
            return null;
        }
    }

    // Throws for anything that is not one value of valid text.
    private static void ShouldBeJson(ReadOnlySpan<byte> slice) =>
        JsonDocument.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(slice)).Dispose();
}
