using System.Text;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Curation;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class RideWordsCsvTests
{
    [Fact]
    public void A_column_that_is_missing_says_nothing_and_an_empty_field_takes_back()
    {
        var file = Read("indoor_outdoor,ride_id,tier\nhybrid,7,2\n,8,\n").Value;

        file.Rejected.ShouldBeEmpty();
        file.Rows.ShouldBe(
        [
            new RideWordRow(2, 7, new Said<int?>(true, 2), default, new Said<string?>(true, "HYBRID")),
            new RideWordRow(3, 8, new Said<int?>(true, null), default, new Said<string?>(true, null)),
        ]);
        var was = new RideWord { RideId = 8, Tier = 1, Category = "DARK_RIDE", IndoorOutdoor = "INDOOR" };
        file.Rows[1].Over(was).ShouldBe(was with { Tier = null, IndoorOutdoor = null });
    }

    [Theory]
    [InlineData("x,2,,", "ride_id is not a positive integer")]
    [InlineData("0,2,,", "ride_id is not a positive integer")]
    [InlineData("7,4,,", "tier is not 1, 2 or 3")]
    [InlineData("7,0,,", "tier is not 1, 2 or 3")]
    [InlineData("7,,,UNKNOWN", "indoor_outdoor is not INDOOR, OUTDOOR or HYBRID")]
    [InlineData("7,,,1", "indoor_outdoor is not INDOOR, OUTDOOR or HYBRID")]
    [InlineData("7,,,,x", "there are more fields than columns")]
    [InlineData("7,,abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm,", "category has more than 64 characters")]
    public void A_line_that_says_nothing_applicable_is_told_by_its_number(string line, string reason) =>
        Read($"ride_id,tier,category,indoor_outdoor\n1,1,,\n{line}\n").Value.Rejected.ShouldBe([new RideWordRejection(3, reason)]);

    [Fact]
    public void Of_two_lines_about_a_ride_the_first_counts() =>
        Read("ride_id,tier\n7,1\n7,2\n").Value.Rejected.ShouldBe([new RideWordRejection(3, "line 2 is about the same ride")]);

    [Theory]
    [InlineData("tier\n1\n")]
    [InlineData("ride_id,name\n1,x\n")]
    [InlineData("ride_id,tier,colour\n1,1,x\n")]
    [InlineData("")]
    public void A_file_without_the_columns_is_refused_as_a_whole(string csv)
    {
        var failure = Read(csv).Failure.ShouldNotBeNull();

        (failure.Code, failure.Status).ShouldBe(("INVALID_CLASSIFICATION_FILE", 400));
        failure.Details.ShouldNotBeNull()["lines"].ShouldBeOfType<int[]>().ShouldBe([1]);
    }

    [Fact]
    public async Task What_is_written_is_read_again_as_it_was()
    {
        using var stream = new MemoryStream();
        await RideWordsCsv.WriteAsync(
            stream, [new RideWord { RideId = 7, Name = "=A, \"b\"", Park = "P", Tier = 3, Category = "=FLAT", IndoorOutdoor = "INDOOR" }], CancellationToken.None);

        RideWordsCsv.Read(stream.ToArray()).Value.Rows.ShouldBe(
            [new RideWordRow(2, 7, new Said<int?>(true, 3), new Said<string?>(true, "=FLAT"), new Said<string?>(true, "INDOOR"))]);
    }

    private static Outcome<RideWordsFile> Read(string csv) => RideWordsCsv.Read(Encoding.UTF8.GetBytes(csv));
}
