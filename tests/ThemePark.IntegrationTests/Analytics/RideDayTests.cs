using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class RideDayTests : IAsyncLifetime
{
    private static readonly DateOnly Last = new(2026, 7, 10);

    private StatsScene _scene = null!;
    private int _ride;

    public async Task InitializeAsync()
    {
        _scene = await StatsScene.CreateAsync();
        _ride = await _scene.RideAsync(await _scene.ParkAsync("Cedar Point"), "Raptor");
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task The_last_day_with_figures_is_told_by_the_hours_of_the_park_unless_another_is_asked_for()
    {
        await _scene.RideDayAsync(_ride, Last.AddDays(-3), operating: 10);
        await _scene.RideDayAsync(_ride, Last, operating: 9, down: 1, wait: 30, peak: 45);
        await _scene.RideHourAsync(_ride, Last, 10, wait: 20);
        await _scene.RideHourAsync(_ride, Last, 12, operating: 30, down: 30, wait: 40, peak: 45);
        await _scene.DowntimeAsync(_ride, Last, 12, 12.5);
        await _scene.DowntimeAsync(_ride, Last.AddDays(-3), 11, 12);

        var day = await _scene.GetAsync($"/api/rides/{_ride}/day");
        day.GetProperty("date").GetString().ShouldBe("2026-07-10");
        (day.GetProperty("day").GetProperty("uptime_percentage").GetDouble(), day.GetProperty("day").GetProperty("peak_wait_minutes").GetInt32()).ShouldBe((90, 45));
        var hours = day.GetProperty("hours").EnumerateArray().ToList();
        hours.Select(h => h.GetProperty("local_hour").GetInt32()).ShouldBe([10, 11, 12]);
        hours[0].GetProperty("hour_start_utc").GetString().ShouldBe("2026-07-10T14:00:00.000Z");
        // Nothing is known of eleven: that is no wait of nothing.
        (hours[1].GetProperty("avg_wait_minutes").ValueKind, hours[1].GetProperty("status").GetString()).ShouldBe((JsonValueKind.Null, "UNKNOWN"));
        day.GetProperty("downtimes").EnumerateArray().ShouldHaveSingleItem().GetProperty("duration_hours").GetDouble().ShouldBe(0.5);
        day.GetProperty("days").EnumerateArray().Select(d => d.GetProperty("date").GetString()).ShouldBe(["2026-07-07", "2026-07-10"]);

        var other = await _scene.GetAsync($"/api/rides/{_ride}/day?date=2026-07-08");
        other.GetProperty("day").ValueKind.ShouldBe(JsonValueKind.Null);
        other.GetProperty("days").GetArrayLength().ShouldBe(1);
        await _scene.GetAsync("/api/rides/999999/day", HttpStatusCode.NotFound);
        await _scene.GetAsync($"/api/rides/{_ride}/day?date=10.07.2026", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_ride_without_figures_has_no_last_day()
    {
        var day = await _scene.GetAsync($"/api/rides/{_ride}/day");

        (day.GetProperty("date").ValueKind, day.GetProperty("hours").GetArrayLength()).ShouldBe((JsonValueKind.Null, 0));
    }
}
