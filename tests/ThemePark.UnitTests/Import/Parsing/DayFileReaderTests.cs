using System.Text;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;
using Xunit;

namespace ThemePark.UnitTests.Import.Parsing;

/// <summary>Files as wholes: packing, wrapping, and how buffers cut them.</summary>
public sealed class DayFileReaderTests
{
    private static readonly byte[] Sample = DayFiles.Utf8($$"""{"events":[{{DayFiles.Events(12)}}]}""");
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    public static TheoryData<string, byte[]> SameContent() => new()
    {
        { "zlib", DayFiles.Zlib(Sample) },
        { "gzip", DayFiles.Gzip(Sample) },
        { "plain", Sample },
        { "plain with mark", [.. Mark, .. Sample] },
        { "zlib with mark", DayFiles.Zlib([.. Mark, .. Sample]) },
        { "gzip with mark", DayFiles.Gzip([.. Mark, .. Sample]) },
        { "bare array", DayFiles.Zlib(DayFiles.Utf8($"[{DayFiles.Events(12)}]")) },
        { "white space around", DayFiles.Utf8($" \r\n\t[{DayFiles.Events(12)}]\r\n \t") },
        { "properties before and after", DayFiles.Utf8($$"""{"version":{"a":[{"b":null}]},"events":[{{DayFiles.Events(12)}}],"count":12,"more":[[],{}]}""") },
        { "events last", DayFiles.Utf8($$"""{"day":"2024-12-25","é\n":1,"events":[{{DayFiles.Events(12)}}]}""") },
        { "escaped key", DayFiles.Utf8($$"""{"\u0065vents":[{{DayFiles.Events(12)}}]}""") },
        { "events in two parts", DayFiles.Utf8($$"""{"events":[{{DayFiles.Events(12)}}],"events":[]}""") },
    };

    [Theory]
    [MemberData(nameof(SameContent))]
    public void However_a_file_is_packed_and_wrapped_the_same_is_read(string how, byte[] content)
    {
        using var plain = DayFiles.Read(Sample);
        using var file = DayFiles.Read(content);

        DayFiles.Dump(file).ShouldBe(DayFiles.Dump(plain), how);
        file.Events.ShouldBe(12);
        file.Batch.RowCount.ShouldBe(12);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"events":[]}""")]
    [InlineData("\ufeff[]")]
    [InlineData("\ufeff{\"events\":[]}")]
    public void A_day_without_events_is_a_day(string json)
    {
        using var file = DayFiles.Read(json);
        (file.Events, file.Batch.RowCount, file.UtcDays().Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Wherever_the_buffer_ends_nothing_is_lost_and_nothing_read_twice()
    {
        using var whole = DayFiles.Read(Sample);
        var expected = DayFiles.Dump(whole);
        for (var size = 1; size < 700; size += size < 64 ? 1 : 37)
        {
            using var dripped = DayFiles.Read(new DayFiles.Drip(Sample, size));
            DayFiles.Dump(dripped).ShouldBe(expected, $"{size} bytes at a time");
            dripped.Batch.QueueCount.ShouldBe(whole.Batch.QueueCount);
            dripped.Batch.ShowCount.ShouldBe(whole.Batch.ShowCount);
        }
    }

    [Fact]
    public void The_ends_of_the_real_buffer_fall_on_every_byte_of_an_event()
    {
        var one = DayFiles.Event("""{"status":"OPERATING","queue":{"STANDBY":{"waitTime":45},"SINGLE_RIDER":{"waitTime":10}}}""");
        using var alone = DayFiles.Read($"[{one}]");
        var row = DayFiles.Row(alone);
        for (var lead = 128 * 1024 - one.Length - 40; lead < 128 * 1024 + 8; lead += 7)
        {
            using var file = DayFiles.Read($"[{new string(' ', lead)}{one},{one}]");
            file.Batch.RowCount.ShouldBe(2);
            file.Batch.QueueCount.ShouldBe(2);
            (file.Batch.Rows[1].Wait, file.Batch.Rows[1].Instant, file.Entities[0].Names.Single().Name)
                .ShouldBe((row.Wait, row.Instant, "TRANSFORMERS™: The Ride-3D"), $"{lead}");
        }
    }

    [Fact]
    public void An_event_longer_than_the_buffer_is_read_whole()
    {
        var padding = new string('x', 700_000);
        using var file = DayFiles.Read($"[{DayFiles.Event($$$"""{"note":"{{{padding}}}","queue":{"SINGLE_RIDER":{"waitTime":10}},"status":"DOWN"}""")},{DayFiles.Event("{}")}]");

        file.Batch.RowCount.ShouldBe(2);
        file.Batch.QueueCount.ShouldBe(1);
        file.Batch.Rows[0].Status.ShouldBe(RideStatus.Down);
    }

    [Fact]
    public void Rows_of_the_days_beside_the_files_own_are_kept_others_are_not_its_own()
    {
        using var file = DayFiles.Read($"[{string.Join(',', ((string[])["2024-12-23T23:59:59.999Z", "2024-12-24T00:00:00Z", "2024-12-25T12:00:00Z", "2024-12-26T23:59:59.999Z", "2024-12-27T00:00:00Z"]).Select(t => DayFiles.Event("{}", time: t)))}]");

        file.UtcDays().ShouldBe([new(2024, 12, 24), new(2024, 12, 25), new(2024, 12, 26)]);
        (file.Events, file.Batch.RowCount, file.Rejected).ShouldBe((5, 3, 2));
        file.Findings.ByType[FindingType.OutsideFileDay].Count.ShouldBe(2);
    }

    [Fact]
    public void What_is_known_of_an_entity_is_gathered_over_its_events()
    {
        var renamed = DayFiles.Event("""{"queue":{"STANDBY":{"waitTime":1}}}""", time: "2024-12-25T09:00:00Z").Replace("TRANSFORMERS™: The Ride-3D", "Caf\\u00e9 \\ud83c\\udf83 \\\"Overlay\\\"", StringComparison.Ordinal);
        using var file = DayFiles.Read($"[{DayFiles.Event("{}", time: "2024-12-25T08:00:00Z")},{renamed},{DayFiles.Event("{}", time: "2024-12-25T07:00:00Z")}]");

        var entity = file.Entities.ShouldHaveSingleItem();
        entity.Names.Select(n => n.Name).ShouldBe(["TRANSFORMERS™: The Ride-3D", "Café 🎃 \"Overlay\"", "TRANSFORMERS™: The Ride-3D"]);
        entity.Names.Select(n => n.Since).ShouldBe([DayFiles.Instant("2024-12-25T08:00:00Z"), DayFiles.Instant("2024-12-25T09:00:00Z"), DayFiles.Instant("2024-12-25T07:00:00Z")]);
        (entity.ExternalId, entity.Observations, entity.HasQueues, entity.HasShowtimes).ShouldBe(("10877", 3, true, false));
        (entity.FirstSeen, entity.LastSeen).ShouldBe((DayFiles.Instant("2024-12-25T07:00:00Z"), DayFiles.Instant("2024-12-25T09:00:00Z")));
        file.Parks.ShouldHaveSingleItem().ShouldBe(new FilePark(Guid.Parse(DayFiles.Park), "usf"));
        file.Zones[entity.Zone].ShouldBe("America/New_York");
        entity.Parks.ShouldBe(new Dictionary<int, int> { [0] = 3 });
    }

    [Fact]
    public void Events_of_the_park_itself_are_counted_and_are_no_rides()
    {
        using var file = DayFiles.Read($"[{DayFiles.Event("""{"status":"OPERATING","queue":{"SINGLE_RIDER":{"waitTime":1}}}""", entity: DayFiles.Park)},{DayFiles.Event("{}")}]");

        (file.Events, file.ParkEvents, file.Batch.RowCount, file.Batch.QueueCount, file.Rejected).ShouldBe((2, 1, 1, 0, 0));
        file.Entities.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_cancelled_reading_ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => new DayFileReader(new DayFileLimits(), TimeProvider.System).Read(new MemoryStream(Sample), DayFiles.Day, cancelled.Token));
    }

    [Fact]
    public void The_sample_of_a_finding_is_cut_and_the_first_of_its_kind()
    {
        var first = DayFiles.Event($$"""{"status":"FIRST","note":"{{new string('é', 1_000)}}"}""");
        using var file = DayFiles.Read($"[{first},{DayFiles.Event("""{"status":"SECOND"}""")}]");

        var finding = file.Findings.ByType[FindingType.UnknownStatus];
        finding.Count.ShouldBe(2);
        finding.Sample.ShouldContain("FIRST");
        Encoding.UTF8.GetByteCount(finding.Sample).ShouldBeLessThanOrEqualTo(403);
    }
}
