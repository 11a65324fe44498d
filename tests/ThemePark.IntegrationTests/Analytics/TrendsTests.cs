using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class TrendsTests : IAsyncLifetime
{
    private static readonly DateOnly Week = new(2026, 7, 5);
    private static readonly DateOnly WeekBefore = new(2026, 6, 28);

    private StatsScene _scene = null!;

    public async Task InitializeAsync() => _scene = await StatsScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Parks_that_rose_and_fell_against_the_week_before()
    {
        var better = await ParkAsync("Better", before: (8, 2), now: (9, 1));
        await ParkAsync("Worse", before: (9, 1), now: (6, 4));
        await ParkAsync("Same", before: (9, 1), now: (9, 1));
        await ParkAsync("New", before: null, now: (9, 1));

        var improving = await _scene.GetAsync("/api/trends?category=parks-improving");

        improving.GetProperty("parks").EnumerateArray().ShouldHaveSingleItem().GetProperty("park_id").GetInt32().ShouldBe(better);
        improving.TryGetProperty("rides", out _).ShouldBeFalse();
        await Verifier.Verify(await _scene.GetAsync("/api/trends?category=parks-declining&period=7days"));
    }

    [Fact]
    public async Task Rides_are_ordered_by_how_much_they_changed()
    {
        var park = await _scene.ParkAsync("Cedar Point");
        var little = await RideAsync(park, "Little", before: (8, 2), now: (8.5, 1.5));
        var much = await RideAsync(park, "Much", before: (5, 5), now: (9, 1));
        await RideAsync(park, "Fell", before: (9, 1), now: (8, 2));

        var rides = (await _scene.GetAsync("/api/trends?category=rides-improving")).GetProperty("rides").EnumerateArray().ToList();

        rides.Select(r => r.GetProperty("ride_id").GetInt32()).ShouldBe([much, little]);
        rides[0].GetProperty("current_uptime").GetDouble().ShouldBe(90.0);
        rides[0].GetProperty("previous_uptime").GetDouble().ShouldBe(50.0);
        rides[0].GetProperty("improvement_percentage").GetDouble().ShouldBe(80.0);
        rides[0].GetProperty("change_points").GetDouble().ShouldBe(40.0);
        rides[0].GetProperty("previous_downtime_hours").GetDouble().ShouldBe(5.0);
        (await _scene.GetAsync("/api/trends?category=rides-improving&limit=1")).GetProperty("count").GetInt32().ShouldBe(1);
        await Verifier.Verify((await _scene.GetAsync("/api/trends?category=rides-declining")).GetProperty("rides"));
    }

    [Theory]
    [InlineData("yesterday", "2026-07-14 to 2026-07-14", "2026-07-13 to 2026-07-13")]
    [InlineData("last_week", "2026-07-05 to 2026-07-11", "2026-06-28 to 2026-07-04")]
    [InlineData("30days", "2026-06-01 to 2026-06-30", "2026-05-01 to 2026-05-31")]
    public async Task The_comparison_names_both_periods(string period, string current, string previous)
    {
        await _scene.ParkAsync("Cedar Point");
        var comparison = (await _scene.GetAsync($"/api/trends?category=rides-improving&period={period}")).GetProperty("comparison");

        comparison.GetProperty("current_period").GetString().ShouldBe(current);
        comparison.GetProperty("previous_period").GetString().ShouldBe(previous);
    }

    [Theory]
    [InlineData("", "Missing required parameter: category")]
    [InlineData("category=best", "Invalid category")]
    [InlineData("category=parks-improving&period=live", "Invalid period")]
    [InlineData("category=parks-improving&limit=0", "Limit must be between 1 and 100")]
    [InlineData("category=parks-improving&limit=101", "Limit must be between 1 and 100")]
    [InlineData("category=parks-improving&filter=x", "Invalid filter")]
    public async Task A_bad_parameter_is_named(string query, string text) =>
        (await _scene.GetAsync($"/api/trends?{query}", HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain(text);

    [Fact]
    public async Task Without_parks_there_is_nothing_to_compare()
    {
        var body = await _scene.GetAsync("/api/trends?category=parks-improving");

        body.GetProperty("parks").GetArrayLength().ShouldBe(0);
        body.GetProperty("comparison").GetProperty("current_period").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private async Task<int> ParkAsync(string name, (double Up, double Down)? before, (double Up, double Down) now)
    {
        var park = await _scene.ParkAsync(name);
        await RideAsync(park, $"Ride of {name}", before, now);
        await _scene.ParkDayAsync(park, Week);
        await _scene.ParkDayAsync(park, WeekBefore);
        return park;
    }

    private async Task<int> RideAsync(int park, string name, (double Up, double Down)? before, (double Up, double Down) now)
    {
        var ride = await _scene.RideAsync(park, name);
        if (before is { } b)
        {
            await _scene.RideDayAsync(ride, WeekBefore, b.Up, b.Down);
        }

        await _scene.RideDayAsync(ride, Week, now.Up, now.Down);

        // Neither week.
        await _scene.RideDayAsync(ride, WeekBefore.AddDays(-1), 1, 9);
        await _scene.RideDayAsync(ride, Week.AddDays(7), 1, 9);
        return ride;
    }
}
