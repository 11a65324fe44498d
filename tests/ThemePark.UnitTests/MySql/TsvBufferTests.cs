using System.Text;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.UnitTests.MySql;

public sealed class TsvBufferTests
{
    [Theory]
    [InlineData("Performance Time", "Performance Time")]
    [InlineData("a\tb", "a\\tb")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\0b", "a\\0b")]
    [InlineData("\\N", "\\\\N")]
    [InlineData("\r\"'", "\r\"'")]
    [InlineData("Fantasmic! 🎆 ™", "Fantasmic! 🎆 ™")]
    [InlineData("", "")]
    public void Text_that_means_something_to_load_data_is_escaped(string value, string expected)
    {
        using var buffer = new TsvBuffer(16);
        buffer.Text(value);

        Text(buffer).ShouldBe(expected);
    }

    [Fact]
    public void Half_a_character_becomes_the_replacement_character()
    {
        using var buffer = new TsvBuffer(16);
        buffer.Text("🎆"[..1]);

        Text(buffer).ShouldBe("\ufffd");
    }

    [Theory]
    [InlineData("2024-12-25T00:05:10.644Z", "2024-12-25 00:05:10.644", "2024-12-25 00:05:10")]
    [InlineData("1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59.999", "1969-12-31 23:59:59")]
    [InlineData("2000-01-01T00:00:00Z", "2000-01-01 00:00:00.000", "2000-01-01 00:00:00")]
    [InlineData("9999-12-31T23:59:59.001Z", "9999-12-31 23:59:59.001", "9999-12-31 23:59:59")]
    public void Instants_are_utc_with_milliseconds_or_cut_to_seconds(string instant, string withMilliseconds, string cut)
    {
        var at = Instant(instant);
        using var buffer = new TsvBuffer(64);
        buffer.InstantWithMilliseconds(at);
        buffer.Tab();
        buffer.Instant(at);

        Text(buffer).ShouldBe($"{withMilliseconds}\t{cut}");
    }

    [Fact]
    public void The_date_follows_the_instant_back_and_forth_across_midnight()
    {
        using var buffer = new TsvBuffer(256);
        foreach (var text in (string[])["2024-12-25T23:59:59.999Z", "2024-12-26T00:00:00Z", "2024-12-25T00:00:00Z", "2024-12-24T23:59:59.999Z"])
        {
            buffer.InstantWithMilliseconds(Instant(text));
            buffer.EndRow();
        }

        Text(buffer).ShouldBe("2024-12-25 23:59:59.999\n2024-12-26 00:00:00.000\n2024-12-25 00:00:00.000\n2024-12-24 23:59:59.999\n");
    }

    [Fact]
    public void Numbers_nulls_and_letters_are_formatted_as_load_data_reads_them()
    {
        using var buffer = new TsvBuffer(16);
        buffer.BeginRow();
        buffer.Number(long.MinValue);
        buffer.Tab();
        buffer.Number(0);
        buffer.Tab();
        buffer.Null();
        buffer.Tab();
        buffer.Letters(('J' << 16) | ('P' << 8) | 'Y');
        buffer.EndRow();

        Text(buffer).ShouldBe("-9223372036854775808\t0\t\\N\tJPY\n");
    }

    [Fact]
    public void It_grows_without_losing_a_byte_and_gives_any_tail()
    {
        using var buffer = new TsvBuffer(16);
        var expected = new StringBuilder();
        for (var i = 0; i < 5_000; i++)
        {
            buffer.BeginRow();
            buffer.Number(i);
            buffer.Tab();
            buffer.Text("row\t🎢");
            buffer.EndRow();
            expected.Append(i).Append("\trow\\t🎢\n");
        }

        Text(buffer).ShouldBe(expected.ToString());
        Encoding.UTF8.GetString(buffer.From(buffer.Length - 5)).ShouldBe("🎢\n");
    }

    [Theory]
    [InlineData(1, new[] { 1, 1, 1, 1, 1 })]
    [InlineData(2, new[] { 2, 2, 1 })]
    [InlineData(5, new[] { 5 })]
    [InlineData(9, new[] { 5 })]
    public void Batches_are_whole_rows_that_add_up_to_the_text(int rows, int[] expected)
    {
        using var buffer = new TsvBuffer(16);
        for (var row = 0; row < 5; row++)
        {
            buffer.BeginRow();
            buffer.Text($"line\n{row}");
            buffer.EndRow();
        }

        var batches = buffer.Batches(rows).ToList();

        batches.Select(b => b.Rows).ShouldBe(expected);
        string.Concat(batches.Select(b => Encoding.UTF8.GetString(b.Text.Span))).ShouldBe(Text(buffer));
        batches.Select(b => b.Text.ToArray()[^1]).ShouldAllBe(last => last == '\n');
    }

    [Fact]
    public void An_empty_text_has_no_batch()
    {
        using var buffer = new TsvBuffer(16);

        buffer.Batches(10).ShouldBeEmpty();
    }

    private static string Text(TsvBuffer buffer) => Encoding.UTF8.GetString(buffer.From(0));

    private static long Instant(string text)
    {
        IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var at, out _).ShouldBeTrue();
        return at;
    }
}
