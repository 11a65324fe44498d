using Shouldly;
using ThemePark.Modules.Metadata.Contracts;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class PlaceTests
{
    [Theory]
    [InlineData(28, -81, 28, -81, 0)]
    [InlineData(28, -81, 29, -81, 111_194.7)]
    [InlineData(60, 179.5, 60, -179.5, 55_596.8)]
    [InlineData(0, 0, 0, 180, 20_015_042.8)]
    public void Distances_are_along_the_surface_of_the_earth(double latitude, double longitude, double otherLatitude, double otherLongitude, double metres)
    {
        var (here, there) = (new Place(latitude, longitude), new Place(otherLatitude, otherLongitude));

        here.MetresTo(there).ShouldBe(metres, 0.1);
        there.MetresTo(here).ShouldBe(metres, 0.1);
    }
}
