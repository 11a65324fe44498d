using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.IntegrationTests.Storage;

public sealed class GrowthTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly DateOnly FirstDay = new(2026, 3, 1);

    private StorageScene _scene = null!;

    public async Task InitializeAsync() => _scene = await StorageScene.StartAsync(("Storage:CapacityGb", "100"));

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Thirty_days_of_real_rows_are_projected_within_ten_percent()
    {
        await _scene.PartitionsAsync(FirstDay, FirstDay.AddDays(31));
        await _scene.MeasureAsync();
        for (var day = 0; day < 30; day++)
        {
            var date = FirstDay.AddDays(day);
            // Parks are open longer at weekends.
            await _scene.WriteDayAsync(date, rides: 150, rowsPerRide: date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 320 : 240);
            _scene.Clock.Advance(TimeSpan.FromDays(1));
            await _scene.MeasureAsync();
        }

        var growth = await _scene.GetAsync("/growth?days=30");
        output.WriteLine(JsonSerializer.Serialize(growth.GetProperty("projection_error")));
        output.WriteLine(JsonSerializer.Serialize(growth.GetProperty("growth_analysis")));
        output.WriteLine(JsonSerializer.Serialize(growth.GetProperty("table_growth")));
        growth.GetProperty("insufficient_data").GetBoolean().ShouldBeFalse();
        growth.GetProperty("growth_analysis").GetProperty("basis").GetString().ShouldBe("ON_DISK");
        growth.GetProperty("growth_analysis").GetProperty("days_measured").GetInt32().ShouldBe(31);

        var error = growth.GetProperty("projection_error");
        error.GetProperty("mean_absolute_error_percent").GetDouble().ShouldBeLessThan(10);
        var week = error.GetProperty("horizons").EnumerateArray().Single();
        (week.GetProperty("horizon_days").GetInt32(), week.GetProperty("projections_checked").GetInt32()).ShouldBe((7, 18));
        // The size was there before and is easily met; so is what was added, within a quarter.
        week.GetProperty("mean_absolute_growth_error_percent").GetDouble().ShouldBeLessThan(25);

        var snapshots = growth.GetProperty("table_growth").EnumerateArray().Single(t => t.GetProperty("table_name").GetString() == "ride_status_snapshots");
        snapshots.GetProperty("rows_added").GetInt64().ShouldBe(await _scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots"));
        snapshots.GetProperty("rows_per_day").GetDouble().ShouldBe(38_000, 3_000);
        snapshots.GetProperty("row_count_estimated").GetBoolean().ShouldBeFalse();

        // Ten more days come as they came: what was projected on day thirty holds.
        var analysis = growth.GetProperty("growth_analysis");
        var (size, perDay) = (analysis.GetProperty("end_size_gb").GetDouble(), analysis.GetProperty("growth_rate_mb_per_day").GetDouble() / 1024);
        size.ShouldBe((await _scene.GetAsync("/summary")).GetProperty("summary").GetProperty("tables_on_disk_gb").GetDouble());
        var year = growth.GetProperty("projections").GetProperty("1_year");
        year.GetProperty("estimated_size_gb").GetDouble().ShouldBe(size + (365.25 * perDay), 0.001);
        year.GetProperty("low_gb").GetDouble().ShouldBeLessThan(year.GetProperty("estimated_size_gb").GetDouble());
        year.GetProperty("high_gb").GetDouble().ShouldBeGreaterThan(year.GetProperty("estimated_size_gb").GetDouble());
        year.GetProperty("capacity_exceeded").GetBoolean().ShouldBeFalse();
        year.GetProperty("days_until_full").GetDouble().ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public async Task A_year_of_measurements_is_told_with_its_step_and_the_rate_without_it()
    {
        // 12 MiB a day, an import of 40 GiB on day 200, one day on which a copy of 10 GiB lay around.
        _scene.Clock.MoveTo(new DateTimeOffset(2027, 3, 1, 3, 0, 0, TimeSpan.Zero));
        await _scene.ExecuteAsync(
            """
            INSERT INTO storage_measurements (measurement_id, measured_at, duration_ms, data_bytes, index_bytes, free_bytes, on_disk_bytes, other_bytes)
            SELECT seq + 1, '2026-03-01 02:00:00' + INTERVAL seq DAY, 100, 3 * @Day * seq, 0, 0,
                   1073741824 + @Day * seq + IF(seq >= 200, 42949672960, 0) + IF(seq = 300, 10737418240, 0), 0
            FROM seq_0_to_365;
            INSERT INTO storage_metrics (measurement_id, partition_name, table_name, rows_estimated, rows_exact, data_bytes, index_bytes, free_bytes, on_disk_bytes, is_compressed)
            SELECT measurement_id, '', 'ride_status_snapshots', 1, on_disk_bytes DIV 10, data_bytes, 0, 0, on_disk_bytes, 1
            FROM storage_measurements
            UNION ALL
            SELECT measurement_id, '', 'ride_hourly_stats', 1000 + measurement_id, NULL, 0, 0, 0, 40 * (1000 + measurement_id), 1
            FROM storage_measurements
            """,
            new { Day = 12L << 20 });

        var growth = await _scene.GetAsync("/growth?days=365");
        var analysis = growth.GetProperty("growth_analysis");
        analysis.GetProperty("growth_rate_mb_per_day").GetDouble().ShouldBe(12, 0.1);
        analysis.GetProperty("growth_gb").GetDouble().ShouldBe(40 + (365 * 12 / 1024.0), 0.01);
        analysis.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("date").GetString()).ShouldBe(["2026-09-17"]);
        analysis.GetProperty("steps")[0].GetProperty("size_gb").GetDouble().ShouldBe(40, 0.1);
        var ten = growth.GetProperty("projections").GetProperty("10_year");
        ten.GetProperty("estimated_size_gb").GetDouble().ShouldBe(1 + 40 + (365 * 12 / 1024.0) + (3652.5 * 12 / 1024), 1);
        ten.GetProperty("capacity_exceeded").GetBoolean().ShouldBeFalse();
        growth.GetProperty("projection_error").GetProperty("horizons").EnumerateArray().Select(h => h.GetProperty("horizon_days").GetInt32()).ShouldBe([7, 30, 90]);
        growth.GetProperty("recommendations").EnumerateArray().Select(r => r.GetProperty("type").GetString()).ShouldBe(["STEP_SEEN"]);

        // Yesterday's and today's measurement are a window of a day, whatever the hour.
        var day = (await _scene.GetAsync("/growth?days=1")).GetProperty("growth_analysis");
        (day.GetProperty("days_measured").GetInt32(), day.GetProperty("growth_rate_mb_per_day").GetDouble()).ShouldBe((2, 12.0));

        // Within the last 30 days neither accident is to be seen.
        (await _scene.GetAsync("/growth")).GetProperty("growth_analysis").GetProperty("steps").GetArrayLength().ShouldBe(0);

        var retention = await _scene.GetAsync("/retention-comparison");
        retention.GetProperty("insufficient_data").GetBoolean().ShouldBeFalse();
        var current = retention.GetProperty("current_strategy");
        current.GetProperty("name").GetString().ShouldBe("PERMANENT_RAW");
        current.GetProperty("10_year_projection_gb").GetDouble().ShouldBe(ten.GetProperty("estimated_size_gb").GetDouble(), 1);
        var alternatives = retention.GetProperty("alternatives").EnumerateArray().ToList();
        alternatives.Select(a => a.GetProperty("name").GetString()).ShouldBe(["TIERED_90_DAY", "HOURLY_ONLY", "DAILY_ONLY"]);
        alternatives.Select(a => a.GetProperty("savings_vs_current_percent").GetDouble()).ShouldBeInOrder();
        alternatives.ShouldAllBe(a => a.GetProperty("data_loss").GetString()!.Length > 20 && a.GetProperty("savings_vs_current_percent").GetDouble() > 90);
        retention.GetProperty("recommendation").GetProperty("strategy").GetString().ShouldBe("PERMANENT_RAW");
        retention.GetProperty("recommendation").GetProperty("rationale").GetString().ShouldNotBeNull().ShouldEndWith("it fits.");

        (await HealthAsync()).ShouldBe("healthy");
        _scene.Clock.Advance(TimeSpan.FromDays(2));
        (await HealthAsync()).ShouldBe("warning", "figures of three days ago prove nothing");
    }

    [Theory]
    [InlineData("days=0")]
    [InlineData("days=366")]
    [InlineData("days=many")]
    [InlineData("dayz=3")]
    public async Task A_bad_window_is_refused(string query) => await _scene.GetAsync($"/growth?{query}", HttpStatusCode.BadRequest);

    private async Task<string?> HealthAsync()
    {
        using var answer = await _scene.App.Anonymous.GetAsync(new Uri("/api/health", UriKind.Relative));
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("checks").GetProperty("storage").GetProperty("status").GetString();
    }
}
