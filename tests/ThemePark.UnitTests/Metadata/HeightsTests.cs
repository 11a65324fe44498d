using System.Text.Json;
using Shouldly;
using ThemePark.Modules.Metadata.Syncing;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class HeightsTests
{
    [Theory]
    [InlineData("122", null, 122, "")]
    [InlineData("121.6", null, 122, "")]
    [InlineData("\"122 cm\"", null, 122, "")]
    [InlineData("48", "in", 122, "INCHES_CONVERTED")]
    [InlineData("\"48 inches\"", null, 122, "INCHES_CONVERTED")]
    [InlineData("\"48\\\"\"", null, 122, "INCHES_CONVERTED")]
    [InlineData("{\"height\":40,\"unit\":\"in\"}", null, 102, "INCHES_CONVERTED")]
    [InlineData("{\"value\":\"1020\",\"unit\":\"cm\"}", null, null, "IMPLAUSIBLE")]
    [InlineData("48", null, null, "IMPLAUSIBLE")]
    [InlineData("60", null, 60, "")]
    [InlineData("59", null, null, "IMPLAUSIBLE")]
    [InlineData("230", null, 230, "")]
    [InlineData("231", null, null, "IMPLAUSIBLE")]
    [InlineData("-1", null, null, "IMPLAUSIBLE")]
    [InlineData("1e308", "in", null, "IMPLAUSIBLE")]
    [InlineData("0", null, null, "")]
    [InlineData("null", null, null, "")]
    [InlineData("1.2", "m", null, "UNREADABLE")]
    [InlineData("\"tall\"", null, null, "UNREADABLE")]
    [InlineData("true", null, null, "UNREADABLE")]
    [InlineData("{\"height\":{\"height\":120}}", null, null, "UNREADABLE")]
    public void A_height_is_read_in_centimetres_whatever_its_unit(string json, string? unit, int? cm, string flags)
    {
        var heights = Heights.Of(Stated(json, unit), null);

        heights.MinCm.ShouldBe(cm);
        heights.MaxCm.ShouldBeNull();
        string.Join(',', heights.Flags).ShouldBe(flags);
    }

    [Fact]
    public void A_minimum_above_the_maximum_is_taken_for_the_other_and_flagged()
    {
        var heights = Heights.Of(Stated("195"), Stated("42", "in"));

        (heights.MinCm, heights.MaxCm).ShouldBe((107, 195));
        heights.Flags.ShouldBe([Heights.InchesConverted, Heights.Swapped]);
        Heights.Of(Stated("120"), Stated("120")).Flags.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_stated_is_unknown() => Heights.Of(null, null).ShouldSatisfyAllConditions(
        h => h.MinCm.ShouldBeNull(), h => h.MaxCm.ShouldBeNull(), h => h.Flags.ShouldBeEmpty());

    private static Heights.Stated Stated(string json, string? unit = null) => new(JsonElement.Parse(json), unit);
}
