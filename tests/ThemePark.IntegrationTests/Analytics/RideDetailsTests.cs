using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class RideDetailsTests : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2026, 7, 15);

    private StatsScene _scene = null!;
    private int _park;
    private int _ride;

    public async Task InitializeAsync()
    {
        _scene = await StatsScene.CreateAsync();
        _park = await _scene.ParkAsync("Cedar Point");
        _ride = await _scene.RideAsync(_park, "Raptor", tier: 1);
        await _scene.PublishedAsync(_park, Today, 10, 22);
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_day_is_shown_by_hours()
    {
        await _scene.RideDayAsync(_ride, Today, operating: 2, down: 1.5, wait: 30, peak: 45, events: 2);
        await _scene.RideHourAsync(_ride, Today, 10, wait: 20);
        await _scene.RideHourAsync(_ride, Today, 11, operating: 20, down: 40, wait: 45);
        await _scene.RideHourAsync(_ride, Today, 12, operating: 40, down: 20);
        await _scene.DowntimeAsync(_ride, Today, 11.25, 12.5);
        await _scene.DowntimeAsync(_ride, Today, 14.25, 14.5);
        await _scene.LiveAsync(_ride, RideStatus.Down);

        await Verifier.Verify(await _scene.GetAsync($"/api/rides/{_ride}/details"), scrub: false);
    }

    [Fact]
    public async Task A_week_is_shown_by_dates_and_the_breakdown_newest_first()
    {
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 7, 5), operating: 8, down: 2, wait: 30, peak: 45);
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 7, 11), operating: 0, open: 10);
        await _scene.RideDayAsync(_ride, new DateOnly(2026, 7, 12), operating: 5, down: 5);
        await _scene.DowntimeAsync(_ride, new DateOnly(2026, 7, 5), 23.5, 24.25);
        await _scene.DowntimeAsync(_ride, new DateOnly(2026, 7, 12), 11, 12);

        await Verifier.Verify(await _scene.GetAsync($"/api/rides/{_ride}/details?period=last_week"), scrub: false);
    }

    [Theory]
    [InlineData("live", "hour_start_utc")]
    [InlineData("today", "hour_start_utc")]
    [InlineData("yesterday", "hour_start_utc")]
    [InlineData("7days", "date")]
    [InlineData("last_month", "date")]
    public async Task Every_period_has_points_of_its_kind(string period, string kind)
    {
        foreach (var date in new[] { Today, Today.AddDays(-1), new DateOnly(2026, 7, 8), new DateOnly(2026, 6, 8) })
        {
            await _scene.RideDayAsync(_ride, date);
            await _scene.RideHourAsync(_ride, date, 12);
        }

        var body = await _scene.GetAsync($"/api/rides/{_ride}/details?period={period}");

        body.GetProperty("period").GetString().ShouldBe(period);
        var point = body.GetProperty("timeseries").EnumerateArray().ShouldHaveSingleItem();
        point.TryGetProperty(kind, out _).ShouldBeTrue();
        point.TryGetProperty(kind == "date" ? "hour_start_utc" : "date", out _).ShouldBeFalse();
        body.GetProperty("hourly_breakdown").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Stretches_that_touch_are_one_event_but_not_across_days()
    {
        var monday = new DateOnly(2026, 7, 6);
        await _scene.DowntimeAsync(_ride, monday, 11, 12);
        await _scene.DowntimeAsync(_ride, monday, 12, 12.5);
        await _scene.DowntimeAsync(_ride, monday, 13, 24);
        await _scene.DowntimeAsync(_ride, monday.AddDays(1), 0, 1);

        var events = (await _scene.GetAsync($"/api/rides/{_ride}/details?period=last_week")).GetProperty("downtime_events").EnumerateArray().ToList();

        events.Select(e => e.GetProperty("duration_hours").GetDouble()).ShouldBe([1.5, 11.0, 1.0]);
        events[0].GetProperty("start_time").GetString().ShouldBe("2026-07-06T15:00:00.000Z");
        events[0].GetProperty("end_time").GetString().ShouldBe("2026-07-06T16:30:00.000Z");
        events.ShouldAllBe(e => !e.GetProperty("ongoing").GetBoolean());
    }

    [Fact]
    public async Task Without_data_sums_are_unknown_and_lists_empty()
    {
        var body = await _scene.GetAsync($"/api/rides/{_ride}/details?period=yesterday");

        body.GetProperty("timeseries").GetArrayLength().ShouldBe(0);
        body.GetProperty("downtime_events").GetArrayLength().ShouldBe(0);
        foreach (var field in new[] { "total_downtime_hours", "uptime_percentage", "avg_wait_time", "total_operating_hours", "total_hours" })
        {
            body.GetProperty("summary").GetProperty(field).ValueKind.ShouldBe(JsonValueKind.Null, field);
        }
    }

    [Fact]
    public async Task A_missing_ride_is_404_and_a_bad_parameter_400()
    {
        (await _scene.GetAsync("/api/rides/999999/details", HttpStatusCode.NotFound)).GetProperty("error").GetString().ShouldBe("Ride 999999 not found");
        (await _scene.GetAsync($"/api/rides/{_ride}/details?period=hour", HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain("period");
        (await _scene.GetAsync("/api/rides/one/details", HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain("ride_id");
    }

    [Theory]
    [InlineData(1800, 1800, 0, 0, 3600, 1800, 1800, "OPERATING")]
    [InlineData(1000, 0, 2600, 0, 3600, 1000, 2600, "DOWN")]
    [InlineData(600, 0, 3000, 0, 600, 600, 0, "OPERATING")]
    [InlineData(600, 0, 3000, 0, 3600, 600, 0, "CLOSED")]
    [InlineData(0, 0, 0, 3600, 3600, 0, 0, "REFURBISHMENT")]
    [InlineData(0, 3600, 0, 0, 3600, 0, null, "DOWN")]
    [InlineData(0, 0, 0, 0, null, null, null, "UNKNOWN")]
    public void A_status_is_what_the_ride_mostly_was(
        long operating, long down, long closed, long refurbishment, int? openKnown, int? uptime, int? downtime, string status) => new RideSpan
        {
            OperatingS = operating,
            DownS = down,
            ClosedS = closed,
            RefurbishmentS = refurbishment,
            OpenKnownS = openKnown,
            UptimeS = uptime,
            DowntimeS = downtime,
        }.Status.ShouldBe(status);
}
