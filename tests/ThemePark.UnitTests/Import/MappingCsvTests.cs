using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Mappings;
using ThemePark.Modules.Metadata.Contracts;
using Xunit;

namespace ThemePark.UnitTests.Import;

public sealed class MappingCsvTests
{
    private const string A = "00000000-0000-4000-8000-00000000000a";
    private const string B = "00000000-0000-4000-8000-00000000000b";

    [Fact]
    public void Columns_come_in_any_order_and_case_with_or_without_a_byte_order_mark()
    {
        var file = Read($"\uFEFFValid_To,UUID,ride_id,valid_from\r\n2024-02-01,{A},7,2024-01-01T06:00:00+01:00\r\n,{B},8,\r\n").Value;

        file.Rejected.ShouldBeEmpty();
        file.Rows.ShouldBe(
        [
            new MappingRow(2, Guid.Parse(A), 7, null, null, Utc(2024, 1, 1, 5), Utc(2024, 2, 1)),
            new MappingRow(3, Guid.Parse(B), 8, null, null, null, null),
        ]);
    }

    [Fact]
    public void Lines_are_the_files_own_even_after_fields_of_several_lines_and_blank_ones()
    {
        var file = Read($"uuid,ride_id,name,park\n\n{A},1,\"two\nlines\",p\n\nbad,2,n,p\n{B},3,n,p").Value;

        file.Rows.Select(row => row.Line).ShouldBe([3, 7]);
        file.Rejected.ShouldBe([new MappingRejection(6, "uuid is not a UUID of 36 characters")]);
    }

    [Theory]
    [InlineData("bad,1,,", "uuid is not a UUID of 36 characters")]
    [InlineData(A + "0,1,,", "uuid is not a UUID of 36 characters")]
    [InlineData(",1,,", "uuid is not a UUID of 36 characters")]
    [InlineData(A + ",x,,", "ride_id is not a positive integer")]
    [InlineData(A + ",-1,,", "ride_id is not a positive integer")]
    [InlineData(A + ",0,,", "ride_id is not a positive integer")]
    [InlineData(A + ",99999999999,,", "ride_id is not a positive integer")]
    [InlineData(A + ",1,01/02/2024,", "valid_from is neither yyyy-MM-dd nor an instant with an offset")]
    [InlineData(A + ",1,2024-02-30,", "valid_from is neither yyyy-MM-dd nor an instant with an offset")]
    [InlineData(A + ",1,2024-01-01T00:00:00,", "valid_from is neither yyyy-MM-dd nor an instant with an offset")]
    [InlineData(A + ",1,0001-01-01,", "valid_from is neither yyyy-MM-dd nor an instant with an offset")]
    [InlineData(A + ",1,,tomorrow", "valid_to is neither yyyy-MM-dd nor an instant with an offset")]
    [InlineData(A + ",1,,,more", "there are more fields than columns")]
    public void A_line_that_says_nothing_applicable_is_rejected_with_the_reason(string line, string reason)
    {
        var file = Read($"uuid,ride_id,valid_from,valid_to\n{line}\n{B},2,,\n").Value;

        file.Rejected.ShouldBe([new MappingRejection(2, reason)]);
        file.Rows.ShouldHaveSingleItem().Line.ShouldBe(3);
    }

    [Fact]
    public void A_rejected_line_takes_the_other_lines_of_its_uuid_with_it()
    {
        var file = Read($"uuid,ride_id,valid_from,valid_to\n{A},1,,2024-01-01\n{A},2,nonsense,\n{B},2,,\n").Value;

        file.Rows.ShouldHaveSingleItem().Uuid.ShouldBe(Guid.Parse(B));
        file.Rejected.OrderBy(rejection => rejection.Line).Select(rejection => rejection.Line).ShouldBe([2, 3]);
        file.Rejected.ShouldContain(new MappingRejection(2, "line 3 of the same uuid is rejected"));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("uuid,name\n", 1)]
    [InlineData("ride_id\n", 1)]
    [InlineData("uuid,ride_id,ride_id\n", 1)]
    [InlineData("uuid,ride_id,password\n", 1)]
    [InlineData("uuid,ride_id,name\n" + A + ",1,ok\n" + B + ",2,a\"b\n", 3)]
    [InlineData("uuid,ride_id,name\n" + A + ",1,\"open\n", 2)]
    public void An_unusable_file_is_refused_with_the_line(string text, int line)
    {
        var failure = Read(text).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe("INVALID_MAPPING_FILE");
        failure.Status.ShouldBe(400);
        failure.Details.ShouldNotBeNull()["lines"].ShouldBeOfType<int[]>().ShouldBe([line]);
    }

    [Fact]
    public void Bytes_that_are_not_utf_8_are_refused_with_the_line() =>
        MappingCsv.Read([.. Encoding.ASCII.GetBytes($"uuid,ride_id,name\n{A},1,"), 0xE9, (byte)'\n']).Failure.ShouldNotBeNull()
            .Details.ShouldNotBeNull()["lines"].ShouldBeOfType<int[]>().ShouldBe([2]);

    [Fact]
    public void More_rows_than_are_accepted_are_refused() =>
        Read("uuid,ride_id\n" + string.Concat(Enumerable.Repeat("x,1\n", CsvFile.MaxRows + 1))).Failure.ShouldNotBeNull()
            .Details.ShouldNotBeNull()["lines"].ShouldBeOfType<int[]>().ShouldBe([CsvFile.MaxRows + 2]);

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@x")]
    public async Task A_field_a_spreadsheet_would_run_is_written_harmless_and_read_back_as_it_was(string name)
    {
        var text = await WriteAsync(new Mapping(Guid.Parse(A), 1, name, name, null, null));

        text.Split("\r\n")[1].Split(',')[2].TrimStart('"').ShouldStartWith("'");
        var row = Read(text).Value.Rows.Single();
        (row.Name, row.Park).ShouldBe((name, name));
    }

    [Fact]
    public async Task The_file_has_the_documented_columns() =>
        (await WriteAsync(new Mapping(Guid.Parse(A), 7, "Ride, \"quoted\" ™", "Park", Utc(2024, 1, 1), Utc(2024, 1, 2, 3))))
            .ShouldBe($"uuid,ride_id,name,park,valid_from,valid_to\r\n{A},7,\"Ride, \"\"quoted\"\" ™\",Park,2024-01-01,2024-01-02T03:00:00.000Z\r\n");

    [Fact]
    public void Any_file_is_read_or_refused_and_never_throws() => Prop.ForAll<string, bool>((text, header) =>
    {
        _ = Read((header ? "uuid,ride_id,name,park,valid_from,valid_to\n" : "") + text).Succeeded;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Any_names_survive_writing_and_reading() => Prop.ForAll<string, string>((name, park) =>
    {
        var mapping = new Mapping(Guid.Parse(A), 1, Plain(name), Plain(park), Utc(2024, 1, 1), null);
        var row = Read(WriteAsync(mapping).GetAwaiter().GetResult()).Value.Rows.Single();

        (row.Name, row.Park).ShouldBe((mapping.Name, mapping.Park));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    // As the catalogue stores names.
    private static string? Plain(string? text)
    {
        var plain = new string([.. (text ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim();
        return plain.Length == 0 || plain[0] == '\'' ? null : plain;
    }

    private static Outcome<MappingFile> Read(string text) => MappingCsv.Read(new UTF8Encoding(false, false).GetBytes(text));

    private static async Task<string> WriteAsync(params Mapping[] mappings)
    {
        using var stream = new MemoryStream();
        await MappingCsv.WriteAsync(stream, mappings, CancellationToken.None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static DateTime Utc(int year, int month, int day, int hour = 0) => new(year, month, day, hour, 0, 0, DateTimeKind.Utc);
}
