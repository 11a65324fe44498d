using Shouldly;
using ThemePark.Modules.Metadata.Reading;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class GeoBoxTests
{
    [Fact]
    public void A_box_reaches_further_in_degrees_of_longitude_the_further_it_is_from_the_equator()
    {
        var box = GeoBox.Around(60, 10, 10_000);

        (box.North - box.South).ShouldBe(0.17986, 0.0001);
        (box.East - box.West).ShouldBe(2 * 0.17986, 0.0002);
        (box.WestToo > box.EastToo).ShouldBeTrue();
    }

    [Theory]
    [InlineData(179.99)]
    [InlineData(-179.99)]
    [InlineData(180)]
    [InlineData(-180)]
    public void Across_the_date_line_it_is_two_ranges(double longitude)
    {
        var box = GeoBox.Around(0, longitude, 5_000);

        Holds(box, 179.99).ShouldBeTrue();
        Holds(box, -179.99).ShouldBeTrue();
        Holds(box, 179.9).ShouldBeFalse();
        Holds(box, 0).ShouldBeFalse();
    }

    [Theory]
    [InlineData(90)]
    [InlineData(-90)]
    [InlineData(89.99)]
    public void Around_a_pole_every_longitude_is_near(double latitude)
    {
        var box = GeoBox.Around(latitude, 12, 5_000);

        Holds(box, -170).ShouldBeTrue();
        Holds(box, 100).ShouldBeTrue();
        Math.Abs(box.South).ShouldBeLessThanOrEqualTo(90);
        Math.Abs(box.North).ShouldBeLessThanOrEqualTo(90);
    }

    private static bool Holds(GeoBox box, double longitude) =>
        (longitude >= box.West && longitude <= box.East) || (longitude >= box.WestToo && longitude <= box.EastToo);
}
