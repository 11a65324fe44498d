using System.Globalization;
using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>/api/parks/downtime, /api/parks/waittimes and /api/live/status-summary over one scene.</summary>
public sealed class ParkRankingTests : IAsyncLifetime
{
    private ParkScene _scene = null!;

    public static TheoryData<string> AllPeriods => ["live", "today", "yesterday", "7days", "30days", "last_week", "last_month"];

    public async Task InitializeAsync() => _scene = await ParkScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.Stats.DisposeAsync();

    [Theory]
    [InlineData("live")]
    [InlineData("today")]
    [InlineData("yesterday")]
    [InlineData("last_week")]
    [InlineData("last_month")]
    public async Task Downtime_is_answered_in_full(string period) =>
        await Verifier.Verify(await GetAsync($"/api/parks/downtime?period={period}&limit=100"), period, scrub: false);

    [Theory]
    [InlineData("live")]
    [InlineData("today")]
    [InlineData("last_week")]
    public async Task Waits_are_answered_in_full(string period) =>
        await Verifier.Verify(await GetAsync($"/api/parks/waittimes?period={period}"), period, scrub: false);

    [Theory]
    [MemberData(nameof(AllPeriods))]
    public async Task Every_period_has_numbers_where_the_frontend_reads_them(string period)
    {
        var downtime = await GetAsync($"/api/parks/downtime?period={period}&filter=all-parks&sort_by=shame_score");
        var waits = await GetAsync($"/api/parks/waittimes?period={period}");

        downtime.GetProperty("period").GetString().ShouldBe(period);
        downtime.GetProperty("aggregate_stats").GetProperty("total_parks_tracked").GetInt32().ShouldBe(2);
        foreach (var row in Rows(downtime))
        {
            AreNumbers(row, "rank", "park_id", "shame_score", "total_downtime_hours", "weighted_downtime_hours", "rides_down", "uptime_percentage", "rides_operating");
            row.GetProperty("shame_score").GetRawText().ShouldContain(".");
        }

        foreach (var row in Rows(waits))
        {
            AreNumbers(row, "avg_wait_minutes", "avg_wait_time", "peak_wait_minutes", "peak_wait_time", "max_wait_time", "rides_reporting");
        }
    }

    [Fact]
    public async Task Sums_are_added_before_they_are_divided_and_compared_with_the_days_before()
    {
        // Two days of the week before the last: Cedar Point stood for half of the time, which is 5.0.
        foreach (var day in new[] { 1, 2 })
        {
            await _scene.Stats.RideDayAsync(_scene.Fury, ParkScene.Week.AddDays(-day), 5, down: 5, wait: 20);
            await _scene.Stats.ParkDayAsync(_scene.Cedar, ParkScene.Week.AddDays(-day));
        }

        var cedar = Rows(await GetAsync("/api/parks/downtime?period=last_week"))[0];
        var waits = Rows(await GetAsync("/api/parks/waittimes?period=last_week")).Single(r => r.GetProperty("park_id").GetInt32() == _scene.Cedar);

        cedar.GetProperty("park_name").GetString().ShouldBe("Cedar Point");
        cedar.GetProperty("total_downtime_hours").GetDouble().ShouldBe(49.0);
        cedar.GetProperty("weighted_downtime_hours").GetDouble().ShouldBe(77.0);
        cedar.GetProperty("shame_score").GetDouble().ShouldBe(1.8);
        cedar.GetProperty("uptime_percentage").GetDouble().ShouldBe(76.7);
        cedar.GetProperty("trend_percentage").GetDouble().ShouldBe(-64.0);
        cedar.GetProperty("period_label").GetString().ShouldBe("Jul 5-11, 2026");
        // (8 h of 40 and 10 h of 10) against 20.
        waits.GetProperty("avg_wait_minutes").GetDouble().ShouldBe(23.3);
        waits.GetProperty("trend_percentage").GetDouble().ShouldBe(16.5);
    }

    [Theory]
    [InlineData("shame_score", "Cedar Point", "Epcot")]
    [InlineData("total_downtime_hours", "Cedar Point", "Epcot")]
    [InlineData("rides_down", "Cedar Point", "Epcot")]
    [InlineData("uptime_percentage", "Cedar Point", "Epcot")]
    public async Task The_worst_park_comes_first_by_every_figure(string sort, params string[] parks) =>
        Rows(await GetAsync($"/api/parks/downtime?period=yesterday&sort_by={sort}")).Select(r => r.GetProperty("park_name").GetString()).ShouldBe(parks);

    [Fact]
    public async Task Equal_parks_come_in_the_order_of_their_ids()
    {
        var twin = await _scene.Stats.ParkAsync("A twin");
        var ride = await _scene.Stats.RideAsync(twin, "Ball", 1);
        await _scene.Stats.RideDayAsync(ride, ParkScene.Yesterday, 10, down: 0.5, open: 10.5, wait: 60, peak: 60);
        await _scene.Stats.ParkDayAsync(twin, ParkScene.Yesterday, 10.5);

        Ids(await GetAsync("/api/parks/downtime?period=yesterday")).ShouldBe([_scene.Cedar, _scene.Epcot, twin]);
        Ids(await GetAsync("/api/parks/waittimes?period=yesterday")).ShouldBe([_scene.Epcot, twin, _scene.Cedar]);
        Ids(await GetAsync("/api/parks/downtime?period=yesterday&limit=2")).ShouldBe([_scene.Cedar, _scene.Epcot]);
    }

    [Fact]
    public async Task Each_park_has_its_own_yesterday_and_a_park_without_downtime_is_not_shown()
    {
        // In Tokyo it is the 16th.
        var tokyo = await _scene.Stats.ParkAsync("Fuji", "Asia/Tokyo");
        var ride = await _scene.Stats.RideAsync(tokyo, "Dodonpa");
        await _scene.Stats.RideDayAsync(ride, new DateOnly(2026, 7, 15), 5, down: 5);
        await _scene.Stats.ParkDayAsync(tokyo, new DateOnly(2026, 7, 15));

        var rows = Rows(await GetAsync("/api/parks/downtime?period=yesterday"));
        rows[0].GetProperty("park_id").GetInt32().ShouldBe(tokyo);
        rows[0].GetProperty("period_label").GetString().ShouldBe("Jul 15, 2026");
        rows[1].GetProperty("period_label").GetString().ShouldBe("Jul 14, 2026");
        Ids(await GetAsync("/api/parks/downtime?period=today")).ShouldBe([_scene.Cedar]);
    }

    [Fact]
    public async Task Disney_and_Universal_are_told_by_their_operator()
    {
        var downtime = await GetAsync("/api/parks/downtime?period=yesterday&filter=disney-universal");

        Ids(downtime).ShouldBe([_scene.Epcot]);
        downtime.GetProperty("aggregate_stats").GetProperty("total_parks").GetInt32().ShouldBe(1);
        Ids(await GetAsync("/api/parks/waittimes?period=yesterday&filter=disney-universal")).ShouldBe([_scene.Epcot]);
        (await GetAsync("/api/live/status-summary?filter=disney-universal")).GetProperty("status_summary").GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Live_statuses_are_counted_once_each()
    {
        await _scene.Stats.LiveAsync(await _scene.Stats.RideAsync(_scene.Epcot, "Lost"), Modules.Collection.Contracts.RideStatus.Operating, 5, _scene.Stats.Now.AddHours(-25));

        await Verifier.Verify(await GetAsync("/api/live/status-summary"), scrub: false);
        var one = await GetAsync(Path("/api/live/status-summary?park_id={0}", _scene.Cedar));
        one.GetProperty("park_id").GetInt32().ShouldBe(_scene.Cedar);
        one.GetProperty("status_summary").GetProperty("total").GetInt32().ShouldBe(4);
    }

    [Theory]
    [InlineData("/api/parks/downtime?period=tomorrow", "Invalid period. Must be one of: live, today, yesterday, 7days, 30days, last_week, last_month")]
    [InlineData("/api/parks/downtime?filter=six-flags", "Invalid filter. Must be 'disney-universal' or 'all-parks'")]
    [InlineData("/api/parks/downtime?sort_by=name", "Invalid sort_by. Must be one of: shame_score, total_downtime_hours, uptime_percentage, rides_down")]
    [InlineData("/api/parks/downtime?limit=0", "limit")]
    [InlineData("/api/parks/downtime?limit=101", "limit")]
    [InlineData("/api/parks/downtime?limit=many", "limit")]
    [InlineData("/api/parks/downtime?weighted=perhaps", "weighted")]
    [InlineData("/api/parks/waittimes?period=tomorrow", "Invalid period")]
    [InlineData("/api/parks/waittimes?limit=-1", "limit")]
    [InlineData("/api/live/status-summary?filter=x", "Invalid filter")]
    [InlineData("/api/live/status-summary?park_id=x", "park_id")]
    public async Task A_bad_parameter_is_named(string path, string text)
    {
        var answer = await _scene.Stats.GetAsync(path, HttpStatusCode.BadRequest);

        answer.GetProperty("success").GetBoolean().ShouldBeFalse();
        answer.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain(text, Case.Insensitive);
    }

    [Fact]
    public async Task A_park_that_does_not_exist_has_no_summary() =>
        (await _scene.Stats.GetAsync("/api/live/status-summary?park_id=999", HttpStatusCode.NotFound)).GetProperty("error").GetString().ShouldBe("Park 999 not found");

    [Theory]
    [MemberData(nameof(AllPeriods))]
    public async Task Where_nothing_is_known_nothing_is_listed(string period)
    {
        await using var empty = await StatsScene.CreateAsync();
        await empty.ParkAsync("Nobody was here");

        var downtime = await empty.GetAsync($"/api/parks/downtime?period={period}");
        Rows(downtime).ShouldBeEmpty();
        foreach (var name in new[] { "rides_operating", "rides_down", "total_downtime_hours", "avg_uptime_percentage" })
        {
            downtime.GetProperty("aggregate_stats").GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null, name);
        }

        Rows(await empty.GetAsync($"/api/parks/waittimes?period={period}")).ShouldBeEmpty();
    }

    private Task<JsonElement> GetAsync(string path) => _scene.Stats.GetAsync(path);

    private static string Path(string format, int id) => string.Format(CultureInfo.InvariantCulture, format, id);

    private static List<JsonElement> Rows(JsonElement answer) => [.. answer.GetProperty("data").EnumerateArray()];

    private static IEnumerable<int> Ids(JsonElement answer) => Rows(answer).Select(r => r.GetProperty("park_id").GetInt32());

    private static void AreNumbers(JsonElement row, params string[] names)
    {
        foreach (var name in names)
        {
            row.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Number, name);
        }
    }
}
