using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>Longest waits and least reliable.</summary>
public sealed class AwardsTests : IAsyncLifetime
{
    private static readonly DateOnly Yesterday = new(2026, 7, 14);

    private StatsScene _scene = null!;

    public async Task InitializeAsync() => _scene = await StatsScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData("longest-wait-times", "rides")]
    [InlineData("longest-wait-times", "parks")]
    [InlineData("least-reliable", "rides")]
    [InlineData("least-reliable", "parks")]
    public async Task The_awards_of_yesterday(string award, string entity)
    {
        var calm = await _scene.ParkAsync("Calm");
        var busy = await _scene.ParkAsync("Busy");
        await RideAsync(calm, "Walk-on", 5, 10, down: 0);
        await RideAsync(busy, "Queue", 70, 120, down: 1.5);
        await RideAsync(busy, "Broken", 30, 45, down: 4);
        foreach (var park in new[] { calm, busy })
        {
            await _scene.ParkDayAsync(park, Yesterday);
            await _scene.ParkDayAsync(park, Yesterday.AddDays(-1));
        }

        await Verifier.Verify(await _scene.GetAsync($"/api/trends/{award}?period=yesterday&entity={entity}"), $"{award}.{entity}");
    }

    [Theory]
    [InlineData("today")]
    [InlineData("last_week")]
    [InlineData("7days")]
    [InlineData("last_month")]
    [InlineData("30days")]
    public async Task Every_period_has_awards(string period)
    {
        var park = await _scene.ParkAsync("Cedar Point");
        var ride = await _scene.RideAsync(park, "Raptor");
        var date = period switch { "today" => new DateOnly(2026, 7, 15), "last_week" or "7days" => new DateOnly(2026, 7, 8), _ => new DateOnly(2026, 6, 8) };
        await _scene.RideDayAsync(ride, date, operating: 9, down: 1, wait: 33);
        await _scene.ParkDayAsync(park, date);

        foreach (var path in new[] { "longest-wait-times?entity=rides", "longest-wait-times?entity=parks", "least-reliable?entity=rides", "least-reliable?entity=parks" })
        {
            var row = (await _scene.GetAsync($"/api/trends/{path}&period={period}&limit=1")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem(path);
            row.GetProperty("park_name").GetString().ShouldBe("Cedar Point");
            row.GetProperty(path.StartsWith("longest", StringComparison.Ordinal) ? "avg_wait_time" : "uptime_percentage").ValueKind.ShouldBe(JsonValueKind.Number);
        }
    }

    [Theory]
    [InlineData("longest-wait-times?period=live", "period")]
    [InlineData("longest-wait-times?entity=shops", "entity")]
    [InlineData("longest-wait-times?limit=21", "limit")]
    [InlineData("least-reliable?period=live", "period")]
    [InlineData("least-reliable?entity=shops", "entity")]
    [InlineData("least-reliable?filter=x", "filter")]
    [InlineData("least-reliable?limit=0", "limit")]
    public async Task A_bad_parameter_is_named(string query, string text) =>
        (await _scene.GetAsync($"/api/trends/{query}", HttpStatusCode.BadRequest)).GetProperty("error").GetString()!.ShouldContain(text, Case.Insensitive);

    private async Task RideAsync(int park, string name, int wait, int peak, double down)
    {
        var ride = await _scene.RideAsync(park, name);
        await _scene.RideDayAsync(ride, Yesterday, operating: 10 - down, down: down, wait: wait, peak: peak, events: down > 0 ? 2 : 0);
        await _scene.RideDayAsync(ride, Yesterday.AddDays(-1), operating: 8, down: 2, wait: 50);
    }
}
