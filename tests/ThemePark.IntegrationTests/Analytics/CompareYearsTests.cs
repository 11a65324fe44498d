using System.Globalization;
using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>A ride and its park over the leap day of 2024, with 2023, and 2020 whose own leap day is held too. 2021 and 2022 are not.</summary>
public sealed class CompareYearsTests : IAsyncLifetime
{
    private StatsScene _scene = null!;
    private int _park;
    private int _ride;

    public async Task InitializeAsync()
    {
        _scene = await StatsScene.CreateAsync();
        _park = await _scene.ParkAsync("Magic Kingdom");
        _ride = await _scene.RideAsync(_park, "Space Mountain", tier: 1);
        // Weekdays: 2024-02-28 is a Wednesday, as 2023-03-01 is.
        await DayAsync("2024-02-28", wait: 40, down: 2);
        await DayAsync("2024-02-29", wait: 80, down: 1);
        await DayAsync("2024-03-01", wait: 50, down: 0);
        await DayAsync("2023-02-28", wait: 20, down: 1);
        await DayAsync("2023-03-01", wait: 32, down: 4);
        await DayAsync("2023-03-02", wait: 40, down: 0);
        await DayAsync("2020-02-28", wait: 10, down: 0);
        await DayAsync("2020-02-29", wait: 90, down: 9);
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task By_date_the_leap_day_has_no_counterpart() => await VerifyAsync("metric=wait");

    [Fact]
    public async Task By_weekday_every_day_has_one() => await VerifyAsync("metric=wait&align=weekday");

    [Fact]
    public async Task Hours_down_are_summed_over_the_days_known_in_both_years()
    {
        var year = (await AskAsync($"ride_id={_ride}&from=2024-02-28&to=2024-03-02&metric=downtime")).GetProperty("years")[0];

        year.GetProperty("value").GetDouble().ShouldBe(5);
        year.GetProperty("compared_with").GetDouble().ShouldBe(2);
        year.GetProperty("difference").GetDouble().ShouldBe(-3);
        year.GetProperty("difference_percent").GetDouble().ShouldBe(-60);
        year.GetProperty("days_compared").GetInt32().ShouldBe(2);
        year.GetProperty("days_missing").GetInt32().ShouldBe(1);
        year.GetProperty("days_without_counterpart").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_park_is_compared_by_what_its_rides_sum_up_to()
    {
        var other = await _scene.RideAsync(_park, "Small World", tier: 3);
        foreach (var (date, hours) in new[] { ("2024-06-01", 3.0), ("2023-06-01", 1.0) })
        {
            await _scene.RideDayAsync(_ride, Date(date), operating: 10 - hours, down: hours, wait: 30);
            await _scene.RideDayAsync(other, Date(date), operating: 10, wait: 10);
            await _scene.ParkDayAsync(_park, Date(date));
        }

        var downtime = await AskAsync($"park_id={_park}&from=2024-06-01&to=2024-06-01&metric=downtime");
        var uptime = await AskAsync($"park_id={_park}&from=2024-06-01&to=2024-06-01&metric=uptime");

        downtime.GetProperty("entity").GetProperty("type").GetString().ShouldBe("park");
        downtime.GetProperty("value").GetDouble().ShouldBe(3);
        downtime.GetProperty("years")[0].GetProperty("value").GetDouble().ShouldBe(1);
        uptime.GetProperty("value").GetDouble().ShouldBe(85);
        uptime.GetProperty("years")[0].GetProperty("difference").GetDouble().ShouldBe(-10);
    }

    [Fact]
    public async Task What_is_unknown_is_null_and_counted_as_missing()
    {
        // Open time unknown; a day on which nothing ran; a day without a wait.
        await _scene.RideDayAsync(_ride, Date("2024-08-01"), open: -1);
        await _scene.ParkDayAsync(_park, Date("2024-08-01"), open: -1);
        await _scene.RideDayAsync(_ride, Date("2024-08-02"), operating: 0, open: 10);
        await _scene.ParkDayAsync(_park, Date("2024-08-02"));

        foreach (var metric in new[] { "wait", "downtime", "uptime" })
        {
            foreach (var entity in new[] { $"park_id={_park}", $"ride_id={_ride}" })
            {
                var answer = await AskAsync($"{entity}&from=2024-08-01&to=2024-08-03&metric={metric}");

                answer.GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
                answer.GetProperty("days_known").GetInt32().ShouldBe(0);
                answer.GetProperty("days_missing").GetInt32().ShouldBe(3);
                answer.GetProperty("daily").EnumerateArray().ShouldAllBe(d => d.GetProperty("value").ValueKind == JsonValueKind.Null);
            }
        }
    }

    [Fact]
    public async Task A_day_in_progress_is_not_compared_yet()
    {
        await DayAsync("2026-07-14", wait: 30, down: 0);
        await DayAsync("2026-07-15", wait: 60, down: 0);

        var answer = await AskAsync($"ride_id={_ride}&from=2026-07-14&to=2026-07-16&metric=wait");

        answer.GetProperty("value").GetDouble().ShouldBe(30);
        answer.GetProperty("days_missing").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Something_without_figures_has_no_years()
    {
        var quiet = await _scene.RideAsync(_park, "Nothing Known");

        var answer = await AskAsync($"ride_id={quiet}&from=2024-01-01&to=2024-12-31");

        answer.GetProperty("days").GetInt32().ShouldBe(366);
        answer.GetProperty("years").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("from=2024-01-01&to=2024-01-02", "park_id", "ride_id")]
    [InlineData("park_id=1&ride_id=1&from=2024-01-01&to=2024-01-02", "park_id", "ride_id")]
    [InlineData("ride_id=1&to=2024-01-02", "from")]
    [InlineData("ride_id=1&from=2024-01-02", "to")]
    [InlineData("ride_id=1&from=2024-01-02&to=2024-01-01", "from", "to")]
    [InlineData("ride_id=1&from=2024-01-01&to=2025-01-01", "366")]
    [InlineData("ride_id=1&from=1999-12-31&to=2000-01-01", "from")]
    [InlineData("ride_id=1&from=0001-01-01&to=0001-01-01", "from", "to")]
    [InlineData("ride_id=1&from=01/02/2024&to=2024-01-01", "from", "yyyy-MM-dd")]
    [InlineData("ride_id=1&from=2024-01-01&to=2024-01-02&metric=shame", "metric", "wait", "downtime", "uptime")]
    [InlineData("ride_id=1&from=2024-01-01&to=2024-01-02&align=moon", "align", "date", "weekday")]
    [InlineData("ride_id=one&from=2024-01-01&to=2024-01-02", "ride_id")]
    [InlineData("ride_id=1&from=2024-01-01&to=2024-01-02&period=today", "period")]
    public async Task A_bad_parameter_is_named_with_what_is_allowed(string query, params string[] words)
    {
        var error = (await _scene.GetAsync($"/api/compare/year-over-year?{query}", HttpStatusCode.BadRequest)).GetProperty("error");

        error.GetProperty("code").GetString().ShouldBe("VALIDATION_FAILED");
        words.ShouldAllBe(w => error.GetProperty("message").GetString()!.Contains(w));
    }

    [Theory]
    [InlineData("park_id", "PARK_NOT_FOUND", "Park 9999 not found")]
    [InlineData("ride_id", "RIDE_NOT_FOUND", "Ride 9999 not found")]
    public async Task What_does_not_exist_is_not_found(string parameter, string code, string message)
    {
        var error = (await _scene.GetAsync($"/api/compare/year-over-year?{parameter}=9999&from=2024-01-01&to=2024-01-02", HttpStatusCode.NotFound)).GetProperty("error");

        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("message").GetString().ShouldBe(message);
    }

    private async Task VerifyAsync(string query, [System.Runtime.CompilerServices.CallerMemberName] string member = "")
    {
        var answer = await AskAsync($"ride_id={_ride}&from=2024-02-28&to=2024-03-01&{query}");
        await Verifier.Verify(JsonSerializer.Serialize(answer, Pretty), scrub: false, member: member);
    }

    private Task<JsonElement> AskAsync(string query) => _scene.GetAsync($"/api/compare/year-over-year?{query}");

    private Task DayAsync(string date, int wait, double down) => _scene.RideDayAsync(_ride, Date(date), operating: 10 - down, down: down, wait: wait);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };
}
