using System.Globalization;
using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>/api/parks/{id}/details, /rides and /rides/charts.</summary>
public sealed class ParkDetailTests : IAsyncLifetime
{
    private ParkScene _scene = null!;

    public async Task InitializeAsync() => _scene = await ParkScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.Stats.DisposeAsync();

    [Theory]
    [InlineData("live")]
    [InlineData("today")]
    [InlineData("last_week")]
    public async Task Details_are_answered_in_full(string period) =>
        await Verifier.Verify(await GetAsync($"/api/parks/{{0}}/details?period={period}"), period, scrub: false);

    [Fact]
    public async Task Nothing_said_means_live() => (await GetAsync("/api/parks/{0}/details")).GetProperty("period").GetString().ShouldBe("live");

    [Theory]
    [InlineData("live", 1)]
    [InlineData("today", 2)]
    [InlineData("yesterday", 2)]
    [InlineData("7days", 2)]
    [InlineData("30days", 2)]
    [InlineData("last_week", 2)]
    [InlineData("last_month", 2)]
    public async Task The_score_is_over_the_rides_it_names(string period, int affected)
    {
        var breakdown = (await GetAsync($"/api/parks/{{0}}/details?period={period}")).GetProperty("shame_breakdown");

        var rides = breakdown.GetProperty("rides").EnumerateArray().ToList();
        rides.Count.ShouldBe(affected);
        breakdown.GetProperty("rides_affected_count").GetInt32().ShouldBe(affected);
        // Live: the Train is closed, 1 of 6.
        breakdown.GetProperty("shame_score").GetDouble().ShouldBe(period == "live" ? 1.7 : 1.8);
        breakdown.GetProperty("total_park_weight").GetInt32().ShouldBe(6);
        rides.Sum(r => r.GetProperty("tier_weight").GetInt32()).ShouldBe(breakdown.GetProperty("total_weighted_down").GetInt32());
        breakdown.GetProperty("rides_excluded").EnumerateArray().Select(r => (r.GetProperty("ride_name").GetString(), r.GetProperty("exclusion_reason").GetString()))
            .ShouldBe([("Mine", "In refurbishment")]);
        if (period != "live")
        {
            rides.Sum(r => r.GetProperty("downtime_hours").GetDouble()).ShouldBe(breakdown.GetProperty("total_downtime_hours").GetDouble());
            rides.Sum(r => r.GetProperty("weighted_contribution").GetDouble()).ShouldBe(breakdown.GetProperty("weighted_downtime_hours").GetDouble());
        }
    }

    [Fact]
    public async Task A_closed_park_has_no_rides_down_and_says_so()
    {
        var answer = await GetAsync("/api/parks/{0}/details", _scene.Epcot);

        var breakdown = answer.GetProperty("shame_breakdown");
        breakdown.GetProperty("park_is_open").GetBoolean().ShouldBeFalse();
        breakdown.GetProperty("is_known").GetBoolean().ShouldBeFalse();
        breakdown.GetProperty("rides_down").GetArrayLength().ShouldBe(0);
        answer.GetProperty("current_status").GetProperty("is_open").GetBoolean().ShouldBeFalse();
        answer.GetProperty("park").GetProperty("operator").GetString().ShouldBe("Disney");
        answer.GetProperty("chart_data").GetProperty("current").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("today")]
    [InlineData("yesterday")]
    [InlineData("last_week")]
    [InlineData("last_month")]
    public async Task A_park_nothing_is_known_of_has_numbers_to_format_and_nulls_elsewhere(string period)
    {
        var park = await _scene.Stats.ParkAsync("Nobody was here");

        var answer = await GetAsync($"/api/parks/{{0}}/details?period={period}", park);

        var breakdown = answer.GetProperty("shame_breakdown");
        breakdown.GetProperty("is_known").GetBoolean().ShouldBeFalse();
        foreach (var name in new[] { "shame_score", "total_downtime_hours", "weighted_downtime_hours", "avg_daily_downtime", "total_park_weight", "total_weighted_down" })
        {
            breakdown.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Number, name);
        }

        foreach (var name in new[] { "is_open", "rides_open", "operating", "rides_closed", "total_rides", "avg_wait_time", "uptime_percentage" })
        {
            answer.GetProperty("current_status").GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null, name);
        }

        answer.GetProperty("effective_park_weight").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("operating_sessions").GetArrayLength().ShouldBe(0);
        answer.GetProperty("chart_data").GetProperty("data").EnumerateArray().ShouldAllBe(v => v.ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task Of_a_day_with_unknown_hours_nothing_is_said_about_down()
    {
        var park = await _scene.Stats.ParkAsync("No hours");
        var ride = await _scene.Stats.RideAsync(park, "Ghost");
        await _scene.Stats.RideDayAsync(ride, ParkScene.Yesterday, 5, down: 5, open: -1);
        await _scene.Stats.ParkDayAsync(park, ParkScene.Yesterday, open: -1);

        var answer = await GetAsync("/api/parks/{0}/details?period=yesterday", park);

        var breakdown = answer.GetProperty("shame_breakdown");
        breakdown.GetProperty("is_known").GetBoolean().ShouldBeFalse();
        breakdown.GetProperty("rides").GetArrayLength().ShouldBe(0);
        breakdown.GetProperty("hours_tracked").ValueKind.ShouldBe(JsonValueKind.Null);
        breakdown.GetProperty("rides_excluded")[0].GetProperty("exclusion_reason").GetString().ShouldBe("Not known to have operated in this period");
        answer.GetProperty("operating_sessions").GetArrayLength().ShouldBe(0);
        (await GetAsync("/api/parks/downtime?period=yesterday")).GetProperty("data").EnumerateArray().ShouldNotContain(r => r.GetProperty("park_id").GetInt32() == park);
    }

    [Fact]
    public async Task Sessions_are_the_seven_newest_days() =>
        (await GetAsync("/api/parks/{0}/details")).GetProperty("operating_sessions").EnumerateArray().Select(s => s.GetProperty("date").GetString())
            .ShouldBe(["2026-07-15", "2026-07-14", "2026-07-11", "2026-07-10", "2026-07-09", "2026-07-08", "2026-07-07"]);

    [Fact]
    public async Task The_roster_tells_who_runs_and_why_others_do_not()
    {
        var gone = await _scene.Stats.RideAsync(_scene.Cedar, "Gone", 1);
        await _scene.Stats.RideDayAsync(gone, new DateOnly(2026, 6, 1), 9);
        await _scene.Stats.RideHourAsync(gone, new DateOnly(2026, 6, 1), 10);
        await _scene.Stats.RideHourAsync(gone, new DateOnly(2026, 6, 1), 19);
        await _scene.Stats.RideAsync(_scene.Cedar, "Plan", 3);

        await Verifier.Verify(await GetAsync("/api/parks/{0}/rides"), scrub: false);
    }

    [Theory]
    [InlineData("yesterday", "downtime")]
    [InlineData("today", "wait_times")]
    [InlineData("last_week", "downtime")]
    public async Task Charts_of_rides_are_answered_in_full(string period, string type) =>
        await Verifier.Verify(await GetAsync($"/api/parks/{{0}}/rides/charts?period={period}&type={type}"), $"{period}.{type}", scrub: false);

    [Fact]
    public async Task Charts_are_of_yesterdays_downtime_where_nothing_is_said()
    {
        var chart = await GetAsync("/api/parks/{0}/rides/charts");

        (chart.GetProperty("period").GetString(), chart.GetProperty("chart_type").GetString()).ShouldBe(("yesterday", "downtime"));
    }

    [Fact]
    public async Task The_hour_that_comes_twice_is_there_twice()
    {
        // Clocks went back on Sunday 2025-11-02 at 2:00.
        await using var scene = await StatsScene.CreateAsync(new DateTimeOffset(2025, 11, 3, 15, 0, 0, TimeSpan.Zero));
        var park = await scene.ParkAsync("Night park");
        var ride = await scene.RideAsync(park, "Bat");
        await scene.RideHourAsync(ride, new DateOnly(2025, 11, 2), 0, 30, 30);
        await scene.RideHourAsync(ride, new DateOnly(2025, 11, 2), 3, 60);

        var chart = await scene.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/parks/{park}/rides/charts"));

        chart.GetProperty("labels").EnumerateArray().Select(l => l.GetString()).ShouldBe(["0:00", "1:00", "1:00", "2:00", "3:00"]);
        chart.GetProperty("datasets")[0].GetProperty("data").EnumerateArray().Select(v => v.GetRawText()).ShouldBe(["0.5", "null", "null", "null", "0.0"]);
    }

    [Theory]
    [InlineData("details")]
    [InlineData("rides")]
    [InlineData("rides/charts")]
    public async Task A_park_that_does_not_exist_is_not_found(string what) =>
        (await _scene.Stats.GetAsync($"/api/parks/999/{what}", HttpStatusCode.NotFound)).GetRawText().ShouldBe("""{"success":false,"error":"Park 999 not found"}""");

    [Theory]
    [InlineData("/api/parks/1/details?period=ever", "Invalid period")]
    [InlineData("/api/parks/x/details", "id")]
    [InlineData("/api/parks/1/rides/charts?period=live", "Invalid period. Must be one of: today, yesterday, 7days, 30days, last_week, last_month")]
    [InlineData("/api/parks/1/rides/charts?type=shame", "Invalid type. Must be one of: downtime, wait_times")]
    public async Task A_bad_parameter_is_named(string path, string text) =>
        (await _scene.Stats.GetAsync(path, HttpStatusCode.BadRequest)).GetProperty("error").GetString().ShouldNotBeNull().ShouldContain(text);

    private Task<JsonElement> GetAsync(string format, int? park = null) =>
        _scene.Stats.GetAsync(string.Format(CultureInfo.InvariantCulture, format, park ?? _scene.Cedar));
}
