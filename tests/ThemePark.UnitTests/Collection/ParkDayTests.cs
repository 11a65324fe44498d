using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Writing;
using Xunit;

namespace ThemePark.UnitTests.Collection;

public sealed class ParkDayTests
{
    [Fact]
    public void Ride_ids_come_out_as_they_went_in() =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ListOf().ToArbitrary(), ids =>
        {
            var rides = ids.Distinct().Order().ToList();
            ParkDay.Unpack(ParkDay.Pack(rides)).ShouldBe(rides);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(int.MaxValue)]
    public void Ids_at_the_edges_of_a_byte_survive(int ride) => ParkDay.Unpack(ParkDay.Pack([ride])).ShouldBe([ride]);

    [Fact]
    public void Neighbouring_ids_take_a_byte_each() => ParkDay.Pack([.. Enumerable.Range(1, 250)]).Length.ShouldBe(250);

    [Fact]
    public void Nothing_packs_to_nothing()
    {
        ParkDay.Pack([]).ShouldBeEmpty();
        ParkDay.Unpack([]).ShouldBeEmpty();
    }

    [Fact]
    public void The_checksum_depends_on_every_row_and_not_on_the_order_of_the_rides()
    {
        Checksum([1, 2], [3]).ShouldBe(Checksum([1, 2], [3]));
        Checksum([1, 2], [3]).ShouldBe(Checksum([3], [1, 2]));
        Checksum([1, 2], [3]).ShouldNotBe(Checksum([1, 2], [4]));
        Checksum([1, 2]).ShouldNotBe(Checksum([1, 2], [3]));
        Checksum().ShouldBe(new string('0', 64));
    }

    private static string Checksum(params byte[][] rides)
    {
        using var park = new ParkDay(1);
        foreach (var ride in rides)
        {
            park.AddRide(ride, [], []);
        }

        return Convert.ToHexString(park.Checksum);
    }
}
