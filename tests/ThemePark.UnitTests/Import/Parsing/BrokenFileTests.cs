using System.IO.Compression;
using Shouldly;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Import.Parsing;

/// <summary>A damaged file fails as a whole, with the reason; it never takes the host with it.</summary>
public sealed class BrokenFileTests
{
    private static readonly byte[] Sample = DayFiles.Utf8($$"""{"events":[{{DayFiles.Events(6)}}]}""");

    public static TheoryData<string, byte[]> Packings() => new() { { "zlib", DayFiles.Zlib(Sample) }, { "gzip", DayFiles.Gzip(Sample) }, { "plain", Sample } };

    [Theory]
    [MemberData(nameof(Packings))]
    public void A_file_cut_at_any_byte_is_never_accepted(string packing, byte[] content)
    {
        for (var length = 0; length < content.Length; length++)
        {
            var reason = DayFiles.FailureOf(content[..length]);
            reason.ShouldBeOneOf(FileFailure.Truncated, FileFailure.Corrupt, FileFailure.Empty, FileFailure.UnknownFormat);
            if (length >= 8 && packing != "plain")
            {
                reason.ShouldBe(FileFailure.Truncated, $"{packing} cut to {length} of {content.Length}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void A_flipped_bit_in_compressed_data_never_goes_unnoticed(string packing, byte[] content)
    {
        if (packing == "plain")
        {
            return;
        }

        using var whole = DayFiles.Read(content);
        var lastOfData = content.Length - (packing == "gzip" ? 9 : 5);
        // gzip's header has fields that mean nothing to the content: time, system, level.
        for (var at = packing == "gzip" ? 10 : 0; at < content.Length; at++)
        {
            var damaged = (byte[])content.Clone();
            damaged[at] ^= (byte)(1 << (at % 8));
            if (at != lastOfData)
            {
                Should.Throw<DayFileException>(() => DayFiles.Read(damaged).Dispose(), $"{packing} byte {at}");
                continue;
            }

            // The last byte of the data ends in bits that are only there to fill it.
            try
            {
                using var file = DayFiles.Read(damaged);
                DayFiles.Dump(file).ShouldBe(DayFiles.Dump(whole));
            }
            catch (DayFileException)
            {
            }
        }
    }

    [Fact]
    public void Every_value_of_the_first_two_bytes_ends_in_a_reason()
    {
        var content = DayFiles.Zlib(Sample);
        for (var head = 0; head < 65_536; head += head is > 0x7800 and < 0x78FF ? 1 : 31)
        {
            byte[] damaged = [(byte)(head >> 8), (byte)head, .. content[2..]];
            try
            {
                DayFiles.Read(damaged).Dispose();
            }
            catch (DayFileException)
            {
                continue;
            }

            damaged[0].ShouldBe((byte)0x78);
        }
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void What_follows_the_end_fails_the_file(string packing, byte[] content)
    {
        foreach (var tail in (byte[][])[[0], [1, 2, 3], new byte[16], new byte[17], new byte[5_000], content, DayFiles.Gzip(Sample), DayFiles.Zlib(DayFiles.Utf8("[]"))])
        {
            DayFiles.FailureOf([.. content, .. tail]).ShouldBeOneOf(
                [FileFailure.Trailing, .. packing == "plain" ? [FileFailure.Corrupt] : packing == "gzip" ? (string[])[FileFailure.Corrupt, FileFailure.Truncated] : []],
                $"{packing} and {tail.Length} bytes");
        }
    }

    [Fact]
    public void Two_compressed_streams_one_after_the_other_are_told_apart_from_damage()
    {
        DayFiles.FailureOf([.. DayFiles.Zlib(Sample), .. DayFiles.Zlib(Sample)]).ShouldBe(FileFailure.Trailing);
        DayFiles.FailureOf([.. DayFiles.Gzip(Sample), .. DayFiles.Gzip(Sample)]).ShouldBe(FileFailure.Trailing);
        DayFiles.FailureOf([.. Sample, .. Sample]).ShouldBe(FileFailure.Trailing);
    }

    [Fact]
    public void An_empty_file_says_so()
    {
        DayFiles.FailureOf([]).ShouldBe(FileFailure.Empty);
        DayFiles.FailureOf(DayFiles.Zlib([])).ShouldBeOneOf(FileFailure.Corrupt, FileFailure.Truncated, FileFailure.Empty);
        DayFiles.FailureOf(DayFiles.Gzip([])).ShouldBeOneOf(FileFailure.Corrupt, FileFailure.Truncated, FileFailure.Empty);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"events":null}""")]
    [InlineData("""{"events":{"a":1}}""")]
    [InlineData("""{"events":"x"}""")]
    [InlineData("""{"Events":[]}""")]
    [InlineData("""{"x":{"events":[]}}""")]
    public void A_document_without_events_is_no_day(string json) => DayFiles.FailureOf(DayFiles.Utf8(json)).ShouldBe(FileFailure.MissingEvents);

    [Theory]
    [InlineData("<html>", FileFailure.UnknownFormat)]
    [InlineData("null", FileFailure.UnknownFormat)]
    [InlineData("\"events\"", FileFailure.UnknownFormat)]
    [InlineData(" null", FileFailure.MissingEvents)]
    [InlineData("[1,]", FileFailure.Corrupt)]
    [InlineData("[1 2]", FileFailure.Corrupt)]
    [InlineData("{'events':[]}", FileFailure.Corrupt)]
    [InlineData("[{\"a\":1,}]", FileFailure.Corrupt)]
    [InlineData("[{\"a\":\"\t\"}]", FileFailure.Corrupt)]
    [InlineData("[NaN]", FileFailure.Corrupt)]
    [InlineData("\ufeff\ufeff[]", FileFailure.Corrupt)]
    [InlineData("{\"\\ud800\":1,\"events\":[]}", null)]
    [InlineData("{\"\\udc00vents\":[],\"events\":[]}", null)]
    public void What_is_not_json_fails_and_a_strange_key_does_not(string text, string? reason)
    {
        if (reason is not null)
        {
            DayFiles.FailureOf(DayFiles.Utf8(text)).ShouldBe(reason);
            return;
        }

        using var file = DayFiles.Read(text);
        file.Events.ShouldBe(0);
    }

    [Fact]
    public void Deep_nesting_fails_the_file_not_the_stack() =>
        DayFiles.FailureOf(DayFiles.Utf8("[" + new string('[', 100_000) + new string(']', 100_000) + "]")).ShouldBe(FileFailure.Corrupt);

    [Fact]
    public void The_message_says_where_the_damage_is()
    {
        var good = DayFiles.Event("{}");
        var error = Should.Throw<DayFileException>(() => DayFiles.Read(DayFiles.Utf8($"[{good},{good},{good} oops]")).Dispose());
        error.Message.ShouldContain("after 3 events");
    }

    [Fact]
    public void A_bomb_is_a_failed_file()
    {
        var spaces = DayFiles.Utf8("[" + new string(' ', 32 << 20) + "]");
        var bomb = DayFiles.Zlib(spaces, CompressionLevel.Optimal);
        bomb.Length.ShouldBeLessThan(64 * 1024);
        DayFiles.FailureOf(bomb).ShouldBe(FileFailure.Bomb);
        DayFiles.FailureOf(DayFiles.Gzip(spaces, CompressionLevel.Optimal)).ShouldBe(FileFailure.Bomb);
    }

    [Fact]
    public void A_file_beyond_a_bound_fails_and_one_within_does_not()
    {
        var content = DayFiles.Zlib(Sample);
        Runbook.ShouldExplain("TOO_LARGE", "… bytes, more than ….", "file", TooLarge(content, new DayFileLimits { MaxCompressedBytes = content.Length - 1 }));
        Runbook.ShouldExplain("TOO_LARGE", "Inflates beyond … bytes.", "file", TooLarge(content, new DayFileLimits { MaxInflatedBytes = Sample.Length - 1 }));
        Runbook.ShouldExplain("TOO_LARGE", "More than … events.", "file", TooLarge(content, new DayFileLimits { MaxEvents = 5 }));
        using var file = DayFiles.Read(content, new DayFileLimits { MaxCompressedBytes = content.Length, MaxInflatedBytes = Sample.Length, MaxEvents = 6 });
        (file.Events, file.InflatedBytes).ShouldBe((6, Sample.Length));
    }

    [Fact]
    public void An_event_larger_than_the_bound_fails_the_file()
    {
        var huge = DayFiles.Utf8($"[{DayFiles.Event($$"""{"note":"{{new string('x', 600_000)}}"}""")}]");
        DayFiles.FailureOf(huge, new DayFileLimits { MaxEventBytes = 256 * 1024 }).ShouldBe(FileFailure.TooLarge);
        DayFiles.Read(huge, new DayFileLimits { MaxEventBytes = 1024 * 1024 }).Dispose();
    }

    private static string TooLarge(byte[] content, DayFileLimits limits)
    {
        var error = Should.Throw<DayFileException>(() => DayFiles.Read(content, limits).Dispose());
        error.Reason.ShouldBe(FileFailure.TooLarge);
        return error.Message;
    }
}
