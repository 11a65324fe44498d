using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class RideWaitsTests : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2026, 7, 15);
    private static readonly DateOnly Yesterday = new(2026, 7, 14);

    private StatsScene _scene = null!;
    private int _park;
    private int _ride;

    public async Task InitializeAsync()
    {
        _scene = await StatsScene.CreateAsync();
        _park = await _scene.ParkAsync("Epcot", destination: await _scene.DestinationAsync("Walt Disney World"));
        _ride = await _scene.RideAsync(_park, "Test Track", tier: 1);
        await _scene.PublishedAsync(_park, Today, 9, 21);
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_row_has_every_field_under_every_name()
    {
        await _scene.RideDayAsync(_ride, Today, operating: 5, wait: 40, peak: 95);
        await _scene.LiveAsync(_ride, RideStatus.Operating, 55);

        await Verifier.Verify(await _scene.GetAsync("/api/rides/waittimes"));
    }

    [Theory]
    [InlineData("period=today", 10.0, 15, "today", "today")]
    [InlineData("period=yesterday", 20.0, 25, "yesterday", "yesterday")]
    [InlineData("period=7days", 40.0, 60, "7days", "7days")]
    [InlineData("mode=last_week", 40.0, 60, "last_week", "last_week")]
    [InlineData("period=30days", 70.0, 75, "30days", "30days")]
    [InlineData("mode=last_month", 70.0, 75, "last_month", "last_month")]
    [InlineData("period=yesterday&mode=today", 10.0, 15, "today", "today")]
    [InlineData("mode=7day-average", 30.0, 60, "7days", "7day-average")]
    [InlineData("mode=peak-times", 30.0, 60, "7days", "peak-times")]
    [InlineData("mode=peak-times&period=yesterday", 20.0, 25, "yesterday", "peak-times")]
    public async Task Every_mode_is_of_its_own_days(string query, double average, int peak, string period, string mode)
    {
        await _scene.RideDayAsync(_ride, Today, operating: 5, wait: 10, peak: 15);
        await _scene.RideDayAsync(_ride, Yesterday, operating: 10, wait: 20, peak: 25);
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 7, 8), operating: 10, wait: 40, peak: 60);
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 7, 4), operating: 10, wait: 90, peak: 99);
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 6, 1), operating: 10, wait: 70, peak: 75);

        var body = await _scene.GetAsync($"/api/rides/waittimes?{query}");

        body.GetProperty("period").GetString().ShouldBe(period);
        body.GetProperty("mode").GetString().ShouldBe(mode);
        var row = body.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        row.GetProperty("avg_wait_minutes").GetDouble().ShouldBe(average);
        row.GetProperty("avg_wait_time").GetDouble().ShouldBe(average);
        row.GetProperty("peak_wait_minutes").GetInt32().ShouldBe(peak);
        row.GetProperty("peak_wait_time").GetInt32().ShouldBe(peak);
        row.GetProperty("max_wait_time").GetInt32().ShouldBe(peak);
    }

    [Fact]
    public async Task Averages_over_days_are_weighted_by_time_and_ordered_by_it()
    {
        var other = await _scene.RideAsync(_park, "Soarin");
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 7, 6), operating: 9, wait: 10, peak: 80);
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 7, 7), operating: 1, wait: 60);
        await _scene.RideDayAsync(other, new DateOnly(2026, 7, 6), operating: 9, wait: 16);

        (await RowsAsync("mode=last_week")).Select(r => (r.GetProperty("ride_id").GetInt32(), r.GetProperty("avg_wait_minutes").GetDouble()))
            .ShouldBe([(other, 16.0), (_ride, 15.0)]);
        (await RowsAsync("mode=peak-times&period=last_week")).Select(r => r.GetProperty("ride_id").GetInt32()).ShouldBe([_ride, other]);
    }

    [Fact]
    public async Task Live_are_the_waits_of_now_longest_first()
    {
        var longer = await _scene.RideAsync(_park, "Guardians");
        var stopped = await _scene.RideAsync(_park, "Stopped");
        await _scene.LiveAsync(_ride, RideStatus.Operating, 20);
        await _scene.LiveAsync(longer, RideStatus.Operating, 90);
        await _scene.LiveAsync(stopped, RideStatus.Down, 120);
        await _scene.RideDayAsync(_ride, Today, operating: 5, wait: 50, peak: 70);

        var rows = await RowsAsync("period=live");

        rows.Select(r => (r.GetProperty("ride_id").GetInt32(), r.GetProperty("current_wait_minutes").GetDouble())).ShouldBe([(longer, 90.0), (_ride, 20.0)]);
        rows.Select(r => r.GetProperty("avg_wait_minutes").GetDouble()).ShouldBe([90.0, 20.0]);
        rows.Select(r => r.GetProperty("peak_wait_minutes").GetInt32()).ShouldBe([90, 70]);
        (await RowsAsync("period=live&mode=peak-times")).ShouldHaveSingleItem().GetProperty("avg_wait_minutes").GetDouble().ShouldBe(50.0);
    }

    [Fact]
    public async Task Peak_times_name_the_local_hour_that_is_longest_on_average()
    {
        await _scene.RideDayAsync(_ride, Yesterday, operating: 3, wait: 40, peak: 95);
        await _scene.RideHourAsync(_ride, Yesterday, 11, wait: 30, peak: 95);
        await _scene.RideHourAsync(_ride, Yesterday, 15, wait: 60);
        await _scene.RideHourAsync(_ride, Yesterday.AddDays(-1), 11, wait: 50);
        await _scene.RideHourAsync(_ride, Yesterday.AddDays(-1), 15, wait: 35);
        await _scene.RideHourAsync(_ride, Today, 11, wait: 120);

        var row = (await RowsAsync("mode=peak-times")).ShouldHaveSingleItem();

        row.GetProperty("peak_hour").GetInt32().ShouldBe(15);
        row.GetProperty("peak_time").GetString().ShouldBe("15:00");
        (await RowsAsync("period=yesterday")).ShouldHaveSingleItem().GetProperty("peak_hour").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_wait_of_zero_is_a_wait_and_no_wait_is_none()
    {
        var silent = await _scene.RideAsync(_park, "Silent");
        await _scene.RideDayAsync(_ride, Yesterday, operating: 5, wait: 0);
        await _scene.RideDayAsync(silent, Yesterday, operating: 5);

        var row = (await RowsAsync("period=yesterday")).ShouldHaveSingleItem();

        row.GetProperty("ride_id").GetInt32().ShouldBe(_ride);
        row.GetProperty("avg_wait_minutes").GetRawText().ShouldBe("0.0");
    }

    [Theory]
    [InlineData("period=forever", "period")]
    [InlineData("mode=average", "mode")]
    [InlineData("filter=x", "filter")]
    [InlineData("limit=-1", "limit")]
    public async Task A_bad_parameter_is_named(string query, string parameter) =>
        (await _scene.GetAsync($"/api/rides/waittimes?{query}", HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain(parameter, Case.Insensitive);

    private async Task<IReadOnlyList<JsonElement>> RowsAsync(string query) =>
        [.. (await _scene.GetAsync($"/api/rides/waittimes?{query}")).GetProperty("data").EnumerateArray()];
}
