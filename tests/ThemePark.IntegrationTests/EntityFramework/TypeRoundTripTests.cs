using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

[Collection(ParkReads.Name)]
public sealed class TypeRoundTripTests(ParkFixture park) : ParkTestBase(park)
{
    [Fact]
    public async Task Every_column_of_every_ride_comes_back_as_it_was_saved()
    {
        await using var context = Park.Context();
        var loaded = await context.Rides.AsNoTracking().Include(r => r.Tags.OrderBy(t => t.Id)).OrderBy(r => r.Id).ToListAsync();
        foreach (var (saved, ride) in Park.Rides.OrderBy(r => r.Id).Zip(loaded))
        {
            var (park, saw) = (saved.Park, ride.Park);
            (saved.Park, ride.Park) = (null, null);
            Text(ride).ShouldBe(Text(saved));
            (saved.Park, ride.Park) = (park, saw);
        }

        loaded.Count.ShouldBe(SampleRides.Texts.Length);
    }
}
