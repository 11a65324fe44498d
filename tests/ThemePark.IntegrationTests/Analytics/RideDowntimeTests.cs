using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class RideDowntimeTests : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2026, 7, 15);
    private static readonly DateOnly Yesterday = new(2026, 7, 14);

    private StatsScene _scene = null!;

    public async Task InitializeAsync() => _scene = await StatsScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_row_has_every_field_under_every_name()
    {
        var park = await _scene.ParkAsync("Epcot", destination: await _scene.DestinationAsync("Walt Disney World"));
        var ride = await _scene.RideAsync(park, "Test Track", tier: 1);
        await _scene.RideDayAsync(ride, Yesterday, operating: 9, down: 3, wait: 40, peak: 95, events: 2);
        await _scene.RideDayAsync(ride, Yesterday.AddDays(-1), operating: 10, down: 2);
        await _scene.PublishedAsync(park, Today, 9, 21);
        await _scene.LiveAsync(ride, RideStatus.Operating, 55);

        await Verifier.Verify(await _scene.GetAsync("/api/rides/downtime?period=yesterday&sort_by=downtime_hours"));
    }

    [Theory]
    [InlineData("today", 1.0, 90.0)]
    [InlineData("yesterday", 2.0, 80.0)]
    [InlineData("7days", 3.5, 82.5)]
    [InlineData("last_week", 3.5, 82.5)]
    [InlineData("30days", 4.0, 60.0)]
    [InlineData("last_month", 4.0, 60.0)]
    public async Task Sums_are_of_the_days_of_the_period_and_divided_once(string period, double hours, double uptime)
    {
        var ride = await _scene.RideAsync(await _scene.ParkAsync("Cedar Point"), "Raptor");
        await _scene.RideDayAsync(ride, Today, operating: 9, down: 1);
        await _scene.RideDayAsync(ride, Yesterday, operating: 8, down: 2);
        await _scene.RideDayAsync(ride, new DateOnly(2026, 7, 12), operating: 1, down: 9);
        await _scene.RideDayAsync(ride, new DateOnly(2026, 7, 11), operating: 9, down: 1);
        await _scene.RideDayAsync(ride, new DateOnly(2026, 7, 5), operating: 7.5, down: 2.5);
        await _scene.RideDayAsync(ride, new DateOnly(2026, 7, 4), operating: 1, down: 9);
        await _scene.RideDayAsync(ride, new DateOnly(2026, 6, 30), operating: 6, down: 4);
        await _scene.RideDayAsync(ride, new DateOnly(2026, 5, 31), operating: 1, down: 9);

        var row = (await RowsAsync($"period={period}")).ShouldHaveSingleItem();

        row.GetProperty("downtime_hours").GetDouble().ShouldBe(hours);
        row.GetProperty("total_downtime_hours").GetDouble().ShouldBe(hours);
        row.GetProperty("uptime_percentage").GetDouble().ShouldBe(uptime);
    }

    [Fact]
    public async Task Live_are_the_rides_that_are_down_now_with_what_they_were_today()
    {
        var park = await _scene.ParkAsync("Cedar Point");
        await _scene.PublishedAsync(park, Today, 9, 22);
        var little = await RideAsync("Little", down: 0.5, RideStatus.Down);
        var much = await RideAsync("Much", down: 2, RideStatus.Closed);
        await RideAsync("Runs again", down: 3, RideStatus.Operating);
        await RideAsync("Never ran", down: 0, RideStatus.Down, operating: 0);

        var rows = await RowsAsync("period=live");

        rows.Select(r => r.GetProperty("ride_id").GetInt32()).ShouldBe([much, little]);
        rows[0].GetProperty("downtime_hours").GetDouble().ShouldBe(2.0);
        rows[0].GetProperty("is_down").GetBoolean().ShouldBeTrue();
        rows[0].GetProperty("current_is_open").GetBoolean().ShouldBeFalse();
        rows[0].GetProperty("park_is_open").GetBoolean().ShouldBeTrue();
        rows[0].GetProperty("current_status").GetString().ShouldBe("CLOSED");
        (await RowsAsync("")).Count.ShouldBe(2);

        async Task<int> RideAsync(string name, double down, RideStatus status, double operating = 3)
        {
            var ride = await _scene.RideAsync(park, name);
            await _scene.RideDayAsync(ride, Today, operating: operating, down: down, open: 5.5);
            await _scene.LiveAsync(ride, status);
            return ride;
        }
    }

    [Fact]
    public async Task Only_counted_rides_that_were_down_are_listed()
    {
        var park = await _scene.ParkAsync("Cedar Point");
        var down = await _scene.RideAsync(park, "Down");
        await _scene.RideDayAsync(down, Yesterday, operating: 9, down: 1);
        await _scene.RideDayAsync(await _scene.RideAsync(park, "Fine"), Yesterday, operating: 10);
        await _scene.RideDayAsync(await _scene.RideAsync(park, "Did not operate"), Yesterday, operating: 0, down: 10, open: 10);
        await _scene.RideDayAsync(await _scene.RideAsync(park, "Show", kind: EntityKind.Show), Yesterday, operating: 5, down: 5);

        (await RowsAsync("period=yesterday")).Select(r => r.GetProperty("ride_id").GetInt32()).ShouldBe([down]);
    }

    [Fact]
    public async Task Each_park_has_its_own_dates()
    {
        // In Tokyo it is the 16th already.
        var tokyo = await _scene.RideAsync(await _scene.ParkAsync("Tokyo DisneySea", "Asia/Tokyo"), "Journey");
        var ohio = await _scene.RideAsync(await _scene.ParkAsync("Cedar Point"), "Raptor");
        foreach (var ride in new[] { tokyo, ohio })
        {
            await _scene.RideDayAsync(ride, Today, operating: 5, down: 5);
            await _scene.RideDayAsync(ride, Yesterday, operating: 8, down: 2);
        }

        var rows = await RowsAsync("period=yesterday");

        rows.Select(r => (r.GetProperty("ride_id").GetInt32(), r.GetProperty("downtime_hours").GetDouble(), r.GetProperty("trend_percentage").ToString()))
            .ShouldBe([(tokyo, 5.0, "150.0"), (ohio, 2.0, "")]);
        rows[0].GetProperty("period_label").GetString().ShouldBe("Jul 15, 2026");
    }

    [Fact]
    public async Task A_day_in_progress_is_compared_with_the_same_hours_of_the_day_before()
    {
        var ride = await _scene.RideAsync(await _scene.ParkAsync("Cedar Point"), "Raptor");
        await _scene.RideDayAsync(ride, Today, operating: 2, down: 1);
        await _scene.RideDayAsync(ride, Yesterday, operating: 2, down: 8);
        await _scene.RideHourAsync(ride, Today, 12, operating: 40, down: 20);
        await _scene.RideHourAsync(ride, Today, 13, operating: 50, down: 10);
        await _scene.RideHourAsync(ride, Today, 14, operating: 0, down: 30);
        await _scene.RideHourAsync(ride, Yesterday, 12, operating: 50, down: 10);
        await _scene.RideHourAsync(ride, Yesterday, 13, operating: 50, down: 10);
        await _scene.RideHourAsync(ride, Yesterday, 14, operating: 0, down: 60);

        var row = (await RowsAsync("period=today")).ShouldHaveSingleItem();

        // 30 minutes against 20 minutes: 0.5 hours against 0.33.
        row.GetProperty("trend_percentage").GetDouble().ShouldBe(51.5);
    }

    [Fact]
    public async Task Sorting_is_by_what_is_asked()
    {
        var park = await _scene.ParkAsync("Cedar Point");
        await _scene.PublishedAsync(park, Today, 9, 22);
        var a = await RideAsync("A", operating: 10, down: 4, before: 1, RideStatus.Operating);
        var b = await RideAsync("B", operating: 1, down: 2, before: 1, RideStatus.Down);
        var c = await RideAsync("C", operating: 9, down: 1, before: 0.1, RideStatus.Operating);

        (await IdsAsync("")).ShouldBe([a, b, c]);
        (await IdsAsync("&sort_by=downtime_hours&limit=2")).ShouldBe([a, b]);
        (await IdsAsync("&sort_by=uptime_percentage")).ShouldBe([b, a, c]);
        (await IdsAsync("&sort_by=current_is_open")).ShouldBe([b, a, c]);
        (await IdsAsync("&sort_by=trend_percentage&limit=1")).ShouldBe([c]);

        async Task<IEnumerable<int>> IdsAsync(string query) => (await RowsAsync($"period=yesterday{query}")).Select(r => r.GetProperty("ride_id").GetInt32());

        async Task<int> RideAsync(string name, double operating, double down, double before, RideStatus status)
        {
            var ride = await _scene.RideAsync(park, name);
            await _scene.RideDayAsync(ride, Yesterday, operating, down);
            await _scene.RideDayAsync(ride, Yesterday.AddDays(-1), 10, before);
            await _scene.RideDayAsync(ride, Today, 3, open: 5);
            await _scene.LiveAsync(ride, status);
            return ride;
        }
    }

    [Fact]
    public async Task The_filter_leaves_Disney_and_Universal()
    {
        var disney = await _scene.RideAsync(await _scene.ParkAsync("Epcot", destination: await _scene.DestinationAsync("Walt Disney World")), "Test Track");
        var other = await _scene.RideAsync(await _scene.ParkAsync("Cedar Point"), "Raptor");
        await _scene.RideDayAsync(disney, Yesterday, 9, 1);
        await _scene.RideDayAsync(other, Yesterday, 8, 2);

        (await RowsAsync("period=yesterday&filter=all-parks")).Count.ShouldBe(2);
        (await RowsAsync("period=yesterday&filter=disney-universal")).ShouldHaveSingleItem().GetProperty("ride_id").GetInt32().ShouldBe(disney);
    }

    [Theory]
    [InlineData("period=forever", "period")]
    [InlineData("filter=six-flags", "filter")]
    [InlineData("sort_by=name", "sort_by")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=many", "limit")]
    public async Task A_bad_parameter_is_named(string query, string parameter)
    {
        var body = await _scene.GetAsync($"/api/rides/downtime?{query}", HttpStatusCode.BadRequest);

        body.GetProperty("success").GetBoolean().ShouldBeFalse();
        body.GetProperty("error").GetString()!.ShouldContain(parameter, Case.Insensitive);
    }

    private async Task<IReadOnlyList<JsonElement>> RowsAsync(string query) =>
        [.. (await _scene.GetAsync($"/api/rides/downtime?{query}")).GetProperty("data").EnumerateArray()];
}
