using System.Net;
using System.Text.Json;
using Dapper;
using Shouldly;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class RideProfileTests : IAsyncLifetime
{
    // A Saturday and the Sunday after it.
    private static readonly DateOnly Saturday = new(2026, 7, 4);
    private static readonly DateOnly Sunday = new(2026, 7, 5);

    private StatsScene _scene = null!;
    private int _ride;

    public async Task InitializeAsync()
    {
        _scene = await StatsScene.CreateAsync();
        var park = await _scene.ParkAsync("Magic Kingdom");
        _ride = await _scene.RideAsync(park, "Space Mountain", tier: 1);
        await _scene.RideHourAsync(_ride, Saturday, 9, wait: 0);
        await _scene.RideHourAsync(_ride, Saturday, 10, wait: 30);
        await WaitsAsync(Saturday, 10, new(10, 900), new(20, 900), new(45, 1620), new(120, 180));
        await _scene.RideHourAsync(_ride, Sunday, 10, operating: 30, wait: 60);
        // Open, and never a wait.
        await _scene.RideHourAsync(_ride, Sunday, 11);
        await _scene.RideHourAsync(_ride, new DateOnly(2026, 7, 6), 10, wait: 99);
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Waits_are_weighted_by_how_long_they_held() => await Verifier.Verify(
        JsonSerializer.Serialize(await AskAsync("from=2026-07-04&to=2026-07-05"), Pretty), scrub: false);

    [Fact]
    public async Task Every_hour_and_every_weekday_is_there_and_unknown_is_null()
    {
        var answer = await AskAsync("from=2026-07-04&to=2026-07-05");

        var hours = answer.GetProperty("by_hour").EnumerateArray().ToList();
        hours.Select(h => h.GetProperty("hour").GetInt32()).ShouldBe(Enumerable.Range(0, 24));
        var weekdays = answer.GetProperty("by_weekday").EnumerateArray().ToList();
        weekdays.Select(d => d.GetProperty("name").GetString()).ShouldBe(Enum.GetNames<DayOfWeek>());
        var nothing = hours[11].GetProperty("waits");
        nothing.GetProperty("minutes_counted").GetDouble().ShouldBe(0);
        nothing.EnumerateObject().Where(p => p.Name != "minutes_counted").ShouldAllBe(p => p.Value.ValueKind == JsonValueKind.Null);
        // A wait of nothing is known.
        hours[9].GetProperty("waits").GetProperty("p50").GetInt32().ShouldBe(0);
        hours[9].GetProperty("waits").GetProperty("average_wait").GetDouble().ShouldBe(0);
    }

    [Theory]
    [InlineData("", "from", "to")]
    [InlineData("from=2026-07-05&to=2026-07-04", "from", "to")]
    [InlineData("from=2025-07-04&to=2026-07-05", "366")]
    [InlineData("from=2026-07-04&to=yesterday", "to", "yyyy-MM-dd")]
    public async Task A_bad_parameter_is_named(string query, params string[] words)
    {
        var error = await _scene.GetAsync($"/api/rides/{_ride}/profile?{query}", HttpStatusCode.BadRequest);

        error.GetProperty("success").GetBoolean().ShouldBeFalse();
        words.ShouldAllBe(w => error.GetProperty("error").GetString()!.Contains(w));
    }

    [Fact]
    public async Task A_ride_that_does_not_exist_is_not_found() =>
        (await _scene.GetAsync("/api/rides/9999/profile?from=2026-07-04&to=2026-07-05", HttpStatusCode.NotFound)).GetProperty("error").GetString()
            .ShouldBe("Ride 9999 not found");

    private Task<JsonElement> AskAsync(string query) => _scene.GetAsync($"/api/rides/{_ride}/profile?{query}");

    private async Task WaitsAsync(DateOnly date, int hour, params WaitSeconds[] waits)
    {
        await using var connection = await _scene.Test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "UPDATE ride_hourly_stats SET waits = @Waits WHERE ride_id = @Ride AND stat_date = @Date AND local_hour = @Hour",
            new { Waits = WaitDistribution.Encode(waits), Ride = _ride, Date = date, Hour = hour });
    }

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };
}
