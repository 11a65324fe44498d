using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>Charts and heatmaps.</summary>
public sealed class GridTests : IAsyncLifetime
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
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData("parks")]
    [InlineData("rides")]
    [InlineData("waittimes")]
    [InlineData("ridewaittimes")]
    public async Task A_chart_of_a_day_goes_by_local_hours(string type)
    {
        await HoursAsync(Yesterday);

        await Verifier.Verify(await _scene.GetAsync($"/api/trends/chart-data?period=yesterday&type={type}"), type);
    }

    [Theory]
    [InlineData("parks")]
    [InlineData("parks-shame")]
    [InlineData("rides-downtime")]
    [InlineData("rides-waittimes")]
    public async Task A_heatmap_of_a_day_goes_by_local_hours(string type)
    {
        await HoursAsync(Yesterday);

        await Verifier.Verify(await _scene.GetAsync($"/api/trends/heatmap-data?period=yesterday&type={type}"), type);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("today")]
    public async Task A_day_in_progress_ends_with_the_hour_it_is(string period)
    {
        await HoursAsync(Today);

        var body = await _scene.GetAsync($"/api/trends/chart-data?period={period}&type=rides");

        body.GetProperty("granularity").GetString().ShouldBe("hourly");
        var labels = body.GetProperty("chart_data").GetProperty("labels").EnumerateArray().Select(l => l.GetString()).ToList();
        labels[0].ShouldBe("6:00");
        labels[^1].ShouldBe("14:00");
        var data = body.GetProperty("chart_data").GetProperty("datasets")[0].GetProperty("data");
        data.GetArrayLength().ShouldBe(labels.Count);
        data[4].GetDouble().ShouldBe(0.25);
    }

    [Theory]
    [InlineData("last_week", 7, "Jul 05", "Jul 11", 3)]
    [InlineData("7days", 7, "Jul 05", "Jul 11", 3)]
    [InlineData("last_month", 30, "Jun 01", "Jun 30", 7)]
    [InlineData("30days", 30, "Jun 01", "Jun 30", 7)]
    public async Task Weeks_and_months_go_by_dates(string period, int days, string first, string last, int position)
    {
        foreach (var date in new[] { new DateOnly(2026, 7, 8), new DateOnly(2026, 6, 8) })
        {
            await _scene.RideDayAsync(_ride, date, operating: 9, down: 1, wait: 25);
            await _scene.ParkDayAsync(_park, date);
        }

        var shame = (await _scene.GetAsync($"/api/trends/chart-data?period={period}")).GetProperty("chart_data");
        var labels = shame.GetProperty("labels").EnumerateArray().Select(l => l.GetString()).ToList();
        labels.Count.ShouldBe(days);
        labels[0].ShouldBe(first);
        labels[^1].ShouldBe(last);
        Values(shame).Where(v => v is not null).ShouldBe([1.0]);
        Values(shame)[position].ShouldBe(1.0);

        Values((await _scene.GetAsync($"/api/trends/chart-data?period={period}&type=rides")).GetProperty("chart_data"))[position].ShouldBe(1.0);
        Values((await _scene.GetAsync($"/api/trends/chart-data?period={period}&type=waittimes")).GetProperty("chart_data"))[position].ShouldBe(25.0);
        Values((await _scene.GetAsync($"/api/trends/chart-data?period={period}&type=ridewaittimes")).GetProperty("chart_data"))[position].ShouldBe(25.0);

        static List<double?> Values(JsonElement chart) => [.. chart.GetProperty("datasets")[0].GetProperty("data").EnumerateArray()
            .Select(v => v.ValueKind == JsonValueKind.Null ? (double?)null : v.GetDouble())];
    }

    [Fact]
    public async Task Without_data_charts_are_empty_and_never_made_up()
    {
        foreach (var type in new[] { "parks", "rides", "waittimes", "ridewaittimes" })
        {
            var body = await _scene.GetAsync($"/api/trends/chart-data?type={type}");
            body.GetProperty("mock").GetBoolean().ShouldBeFalse();
            body.GetProperty("chart_data").GetProperty("datasets").GetArrayLength().ShouldBe(0);
        }

        (await _scene.GetAsync("/api/trends/heatmap-data?period=today&type=parks")).GetProperty("matrix").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Parks_far_apart_share_one_axis_of_dates()
    {
        // Saturday evening in New York, Sunday in Tokyo: there the week is a week further.
        await using var scene = await StatsScene.CreateAsync(new DateTimeOffset(2026, 7, 18, 22, 0, 0, TimeSpan.Zero));
        foreach (var (name, zone, date) in new[] { ("Cedar Point", "America/New_York", new DateOnly(2026, 7, 5)), ("DisneySea", "Asia/Tokyo", new DateOnly(2026, 7, 18)) })
        {
            var ride = await scene.RideAsync(await scene.ParkAsync(name, zone), name);
            await scene.RideDayAsync(ride, date, operating: 9, down: 1);
        }

        var body = await scene.GetAsync("/api/trends/heatmap-data?period=last_week&type=rides-downtime");

        body.GetProperty("time_labels").EnumerateArray().Select(l => l.GetString()).ShouldBe(Enumerable.Range(5, 14).Select(d => $"Jul {d:00}"));
        body.GetProperty("matrix")[0][0].GetDouble().ShouldBe(1.0);
        body.GetProperty("matrix")[1][13].GetDouble().ShouldBe(1.0);
        body.GetProperty("timezone").GetString().ShouldBe("local");
    }

    [Fact]
    public async Task The_limit_is_held_between_1_and_20_and_the_filter_chosen_by_default()
    {
        for (var i = 0; i < 21; i++)
        {
            var ride = await _scene.RideAsync(_park, $"Ride {i}");
            await _scene.RideDayAsync(ride, Yesterday, operating: 9, down: 1 + (i / 10.0));
        }

        var other = await _scene.RideAsync(await _scene.ParkAsync("Cedar Point"), "Raptor");
        await _scene.RideDayAsync(other, Yesterday, operating: 1, down: 9);

        (await CountAsync("")).ShouldBe(10);
        (await CountAsync("&limit=0")).ShouldBe(1);
        (await CountAsync("&limit=99")).ShouldBe(20);
        (await FirstAsync("&limit=1")).ShouldBe("Ride 20");
        (await FirstAsync("&limit=1&filter=all-parks")).ShouldBe("Raptor");
        (await _scene.GetAsync("/api/trends/heatmap-data?period=yesterday&type=rides-downtime&limit=-5")).GetProperty("entities").GetArrayLength().ShouldBe(1);

        async Task<JsonElement> ChartAsync(string query) =>
            (await _scene.GetAsync($"/api/trends/chart-data?period=yesterday&type=rides{query}")).GetProperty("chart_data").GetProperty("datasets");

        async Task<int> CountAsync(string query) => (await ChartAsync(query)).GetArrayLength();

        async Task<string?> FirstAsync(string query) => (await ChartAsync(query))[0].GetProperty("label").GetString();
    }

    [Theory]
    [InlineData("chart-data?period=now", "period")]
    [InlineData("chart-data?type=cars", "type")]
    [InlineData("chart-data?filter=x", "filter")]
    [InlineData("heatmap-data?type=parks", "period")]
    [InlineData("heatmap-data?period=today", "type")]
    [InlineData("heatmap-data?period=live&type=parks", "LIVE period not supported")]
    [InlineData("heatmap-data?period=now&type=parks", "period")]
    [InlineData("heatmap-data?period=today&type=rides", "type")]
    public async Task A_bad_parameter_is_named(string query, string text) =>
        (await _scene.GetAsync($"/api/trends/{query}", HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain(text);

    // Tier 1 and a second ride, two hours, the night left out.
    private async Task HoursAsync(DateOnly date)
    {
        var second = await _scene.RideAsync(_park, "Soarin", tier: 3);
        await _scene.RideDayAsync(_ride, date, operating: 3.75, down: 0.25, wait: 40);
        await _scene.RideDayAsync(second, date, operating: 4, wait: 20);
        await _scene.ParkDayAsync(_park, date, open: 4);
        await _scene.RideHourAsync(_ride, date, 10, operating: 45, down: 15, wait: 40);
        await _scene.RideHourAsync(_ride, date, 11, wait: 50);
        await _scene.RideHourAsync(_ride, date, 2, wait: 99);
        await _scene.RideHourAsync(second, date, 10, wait: 20);
        await _scene.ParkHourAsync(_park, date, 10);
        await _scene.ParkHourAsync(_park, date, 11);
    }
}
