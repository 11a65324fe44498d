using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class LiveBoardTests : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2026, 7, 15);

    private StatsScene _scene = null!;

    public async Task InitializeAsync() => _scene = await StatsScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_park_is_open_as_published_and_else_as_its_rides_show()
    {
        var published = await ParkOfAsync("Published", RideStatus.Closed);
        var shut = await ParkOfAsync("Shut", RideStatus.Operating);
        var running = await ParkOfAsync("Running", RideStatus.Operating);
        var still = await ParkOfAsync("Still", RideStatus.Down);
        var silent = await ParkOfAsync("Silent", RideStatus.None);
        var never = await _scene.ParkAsync("Never seen");
        await _scene.PublishedAsync(published, Today, 9, 22);
        await _scene.PublishedAsync(shut, Today, 9, 14);

        var parks = (await ReadAsync()).Parks;

        parks[published].IsOpen.ShouldBe(true);
        parks[shut].IsOpen.ShouldBe(false);
        parks[running].IsOpen.ShouldBe(true);
        parks[still].IsOpen.ShouldBe(false);
        parks[silent].IsOpen.ShouldBeNull();
        parks[never].ShouldBe(new LivePark(never, null, null, 0, 0, 0, 0, 0, 0, null, null, null, 0));
    }

    [Fact]
    public async Task Down_needs_a_ride_that_operated_today_and_closed_is_down_outside_of_Disney_and_Universal()
    {
        var other = await _scene.ParkAsync("Cedar Point");
        var disney = await _scene.ParkAsync("Epcot", destination: await _scene.DestinationAsync("Walt Disney World"));
        var rides = new Dictionary<string, int>();
        foreach (var (park, name) in new[] { (other, "other"), (disney, "disney") })
        {
            await _scene.PublishedAsync(park, Today, 9, 22);
            rides[$"{name} down"] = await RideAsync(park, RideStatus.Down, operated: true);
            rides[$"{name} closed"] = await RideAsync(park, RideStatus.Closed, operated: true);
            rides[$"{name} never ran"] = await RideAsync(park, RideStatus.Down, operated: false);
            rides[$"{name} refurbished"] = await RideAsync(park, RideStatus.Refurbishment, operated: true);
        }

        var view = await ReadAsync();

        rides.Where(r => view.Rides[r.Value].IsDown).Select(r => r.Key).ShouldBe(["other down", "other closed", "disney down"]);
        view.Rides[rides["other never ran"]].OperatedToday.ShouldBe(false);
        view.Parks[other].ShouldSatisfyAllConditions(
            p => p.RidesDown.ShouldBe(2), p => p.RidesClosed.ShouldBe(1), p => p.RidesRefurbishment.ShouldBe(1), p => p.TotalRides.ShouldBe(4),
            // Weight 2 each: two of the three that ran.
            p => p.ShameScore.ShouldBe(6.7));
        view.Parks[disney].ShameScore.ShouldBe(3.3);
    }

    [Fact]
    public async Task Waits_count_while_a_counted_ride_operates_in_an_open_park()
    {
        var park = await _scene.ParkAsync("Cedar Point");
        await _scene.LiveAsync(await _scene.RideAsync(park, "A"), RideStatus.Operating, 10);
        await _scene.LiveAsync(await _scene.RideAsync(park, "B"), RideStatus.Operating, 35);
        await _scene.LiveAsync(await _scene.RideAsync(park, "C"), RideStatus.Operating);
        await _scene.LiveAsync(await _scene.RideAsync(park, "D"), RideStatus.Operating, 0);
        await _scene.LiveAsync(await _scene.RideAsync(park, "Stopped"), RideStatus.Down, 90);
        await _scene.LiveAsync(await _scene.RideAsync(park, "Show", kind: EntityKind.Show), RideStatus.Operating, 120);
        var closed = await _scene.ParkAsync("Closed");
        await _scene.PublishedAsync(closed, Today, 9, 10);
        await _scene.LiveAsync(await _scene.RideAsync(closed, "E"), RideStatus.Operating, 50);

        var parks = (await ReadAsync()).Parks;

        parks[park].ShouldSatisfyAllConditions(p => p.AvgWait.ShouldBe(15.0), p => p.MaxWait.ShouldBe(35), p => p.RidesReporting.ShouldBe(3), p => p.TotalRides.ShouldBe(5));
        parks[closed].ShouldSatisfyAllConditions(p => p.AvgWait.ShouldBeNull(), p => p.RidesReporting.ShouldBe(0), p => p.ShameScore.ShouldBeNull());
    }

    [Fact]
    public async Task The_view_is_read_again_with_the_next_minute()
    {
        var park = await ParkOfAsync("Cedar Point", RideStatus.Operating);
        (await ReadAsync()).Parks[park].TotalRides.ShouldBe(1);
        await _scene.LiveAsync(await _scene.RideAsync(park, "New"), RideStatus.Operating);

        (await ReadAsync()).Parks[park].TotalRides.ShouldBe(1);
        _scene.Advance(TimeSpan.FromMinutes(1));
        (await ReadAsync()).Parks[park].TotalRides.ShouldBe(2);
    }

    private async Task<LiveView> ReadAsync() => await (await _scene.AppAsync()).Services.GetRequiredService<LiveBoard>().ReadAsync(CancellationToken.None);

    private async Task<int> ParkOfAsync(string name, RideStatus status)
    {
        var park = await _scene.ParkAsync(name);
        await _scene.LiveAsync(await _scene.RideAsync(park, name), status);
        return park;
    }

    private async Task<int> RideAsync(int park, RideStatus status, bool operated)
    {
        var ride = await _scene.RideAsync(park, $"{status} {operated}");
        await _scene.RideDayAsync(ride, Today, operating: operated ? 3 : 0, open: 5.5);
        await _scene.LiveAsync(ride, status);
        return ride;
    }
}
