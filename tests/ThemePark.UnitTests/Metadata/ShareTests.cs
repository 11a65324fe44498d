using Shouldly;
using ThemePark.Modules.Metadata.Reading;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class ShareTests
{
    [Fact]
    public void What_no_ride_of_a_park_has_is_not_offered_rather_than_missing()
    {
        Share.OfPark(3, 4).ShouldBe(new Share(3, 1, 0, 75.0, 75.0, 0.0));
        Share.OfPark(0, 4).ShouldBe(new Share(0, 0, 4, 0.0, null, 100.0));
        Share.OfPark(0, 0).ShouldBe(new Share(0, 0, 0, null, null, null));
    }

    [Fact]
    public void Parks_are_added_up_by_their_rides() =>
        Share.Sum([Share.OfPark(3, 4), Share.OfPark(0, 4)]).ShouldBe(new Share(3, 1, 4, 37.5, 75.0, 50.0));
}
