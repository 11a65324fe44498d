using System.Data.Common;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.IntegrationTests.Jobs;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Measuring;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Storage;

/// <summary>From a warehouse that was never measured to what the files on its disk say.</summary>
public sealed class MeasuringTests : IAsyncLifetime
{
    private const double Mb = 1024 * 1024;

    private StorageScene _scene = null!;

    public async Task InitializeAsync() => _scene = await StorageScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Before_the_first_measurement_nothing_is_known_and_nothing_is_zero()
    {
        var summary = await _scene.GetAsync("/summary");
        summary.GetProperty("insufficient_data").GetBoolean().ShouldBeTrue();
        summary.GetProperty("summary").EnumerateObject().ShouldAllBe(p => p.Value.ValueKind == JsonValueKind.Null);
        var growth = await _scene.GetAsync("/growth");
        growth.GetProperty("insufficient_data").GetBoolean().ShouldBeTrue();
        growth.GetProperty("growth_analysis").GetProperty("growth_gb").ValueKind.ShouldBe(JsonValueKind.Null);
        growth.GetProperty("projections").GetProperty("10_year").EnumerateObject().ShouldAllBe(p => p.Value.ValueKind == JsonValueKind.Null);
        (await _scene.GetAsync("/partitions")).GetProperty("insufficient_data").GetBoolean().ShouldBeTrue();
        (await _scene.GetAsync("/retention-comparison")).GetProperty("current_strategy").GetProperty("current_size_gb").ValueKind.ShouldBe(JsonValueKind.Null);
        (await HealthAsync()).GetProperty("status").GetString().ShouldBe("no_data");
    }

    [Fact]
    public async Task A_measurement_by_hand_is_a_job_that_knows_how_long_the_last_ones_took()
    {
        var first = await PostAsync();
        first.GetProperty("status").GetString().ShouldBe("QUEUED");
        first.GetProperty("estimated_duration_seconds").ValueKind.ShouldBe(JsonValueKind.Null);
        first.GetProperty("queued_at").GetString().ShouldNotBeNull().ShouldEndWith("Z");
        await SucceededAsync(first);

        var second = await PostAsync();
        second.GetProperty("job_id").GetString().ShouldNotBe(first.GetProperty("job_id").GetString());
        second.GetProperty("estimated_duration_seconds").GetDouble().ShouldBeGreaterThan(0);
        await SucceededAsync(second);

        (await _scene.OneAsync<long>("SELECT COUNT(*) FROM storage_measurements")).ShouldBe(2);
        (await _scene.OneAsync<string>("SELECT who FROM activity_log WHERE action = 'storage.measure' LIMIT 1")).ShouldBe(TestApp.KeyName);
        (await HealthAsync()).GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("2026-03-01 02:00Z");
    }

    [Fact]
    public async Task The_figures_are_those_of_the_files_on_disk()
    {
        await _scene.PartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 31));
        await _scene.WriteDayAsync(new DateOnly(2026, 1, 31), rides: 100, rowsPerRide: 300);
        await _scene.WriteDayAsync(new DateOnly(2026, 2, 1), rides: 100, rowsPerRide: 200);

        // Pages of other tables are still being written out: between two looks at the files that agree, nothing changed.
        JsonElement summary;
        JsonElement partitions;
        Dictionary<string, long> files;
        var tries = 0;
        do
        {
            files = await _scene.FilesAsync();
            await _scene.MeasureAsync();
            (summary, partitions) = (await _scene.GetAsync("/summary"), await _scene.GetAsync("/partitions?table_name=ride_status_snapshots"));
        }
        while (!files.OrderBy(f => f.Key).SequenceEqual((await _scene.FilesAsync()).OrderBy(f => f.Key)) && ++tries < 20);
        tries.ShouldBeLessThan(20, "the files never rested");

        var tables = summary.GetProperty("tables").EnumerateArray().ToDictionary(t => t.GetProperty("table_name").GetString()!);
        tables.Keys.Order().ShouldBe(files.Keys.Where(f => f.EndsWith(".ibd", StringComparison.Ordinal)).Select(f => f.Split('.', '#')[0]).Distinct().Order());
        tables.Values.ShouldAllBe(t => t.GetProperty("on_disk_source").GetString() == "FILES");
        foreach (var (name, table) in tables)
        {
            Bytes(table, "on_disk_mb").ShouldBe(files.Where(f => f.Key == $"{name}.ibd" || f.Key.StartsWith($"{name}#P#", StringComparison.Ordinal)).Sum(f => f.Value), 1, name);
        }

        var totals = summary.GetProperty("summary");
        (totals.GetProperty("tables_on_disk_gb").GetDouble() * 1024 * Mb).ShouldBe(files.Where(f => f.Key.EndsWith(".ibd", StringComparison.Ordinal)).Sum(f => f.Value), 1024);
        totals.GetProperty("on_disk_gb").GetDouble().ShouldBe(totals.GetProperty("tables_on_disk_gb").GetDouble() + totals.GetProperty("other_on_disk_gb").GetDouble(), 1e-5);
        totals.GetProperty("other_on_disk_gb").GetDouble().ShouldBeGreaterThan(0.09, "the redo log alone has 96 MiB");
        totals.GetProperty("capacity_source").GetString().ShouldBe("VOLUME");
        totals.GetProperty("percent_used").GetDouble().ShouldBeInRange(0.0001, 100);
        tables.Values.Sum(t => t.GetProperty("percent_of_total").GetDouble()).ShouldBe(100, 0.1);

        var snapshots = tables["ride_status_snapshots"];
        snapshots.GetProperty("row_count").GetInt64().ShouldBe(50_000);
        snapshots.GetProperty("row_count_estimated").GetBoolean().ShouldBeFalse("the ledger counts them");
        snapshots.GetProperty("is_compressed").GetBoolean().ShouldBeTrue();
        snapshots.GetProperty("bytes_per_row").GetDouble().ShouldBe(Bytes(snapshots, "on_disk_mb") / 50_000, 0.01);
        // That is what compressing pages is for: files are longer than they are large.
        Bytes(snapshots, "on_disk_mb").ShouldBeLessThan(Bytes(snapshots, "file_size_mb") / 2);
        tables["rides"].GetProperty("row_count_estimated").GetBoolean().ShouldBeTrue();
        tables["rides"].GetProperty("is_compressed").GetBoolean().ShouldBeFalse();

        partitions.GetProperty("partition_strategy").GetString().ShouldBe("RANGE_MONTH");
        var parts = partitions.GetProperty("partitions").EnumerateArray().ToList();
        parts.Select(p => p.GetProperty("partition_name").GetString()).ShouldBe(["p_min", "p202601", "p202602", "p202603", "p202604", "p202605", "p202606", "p_max"]);
        parts.ShouldAllBe(p => Math.Abs(Bytes(p, "on_disk_mb") - files[$"ride_status_snapshots#P#{p.GetProperty("partition_name").GetString()}.ibd"]) < 1);
        parts.Select(p => p.GetProperty("row_count").GetInt64()).ShouldBe([0, 30_000, 20_000, 0, 0, 0, 0, 0]);
        new[] { 0, 1, 2, 7 }.Select(i => parts[i].GetProperty("date_range")).Select(r => $"{r.GetProperty("start")} {r.GetProperty("end")}")
            .ShouldBe([" 2026-01-01", "2026-01-01 2026-02-01", "2026-02-01 2026-03-01", "2026-07-01 "]);
        var whole = partitions.GetProperty("summary");
        (whole.GetProperty("total_partitions").GetInt32(), whole.GetProperty("oldest_partition").GetString(), whole.GetProperty("newest_partition").GetString(), whole.GetProperty("total_rows").GetInt64())
            .ShouldBe((8, "p202601", "p202606", 50_000));
        (await _scene.GetAsync("/partitions?table_name=rides", HttpStatusCode.NotFound)).GetProperty("error").GetProperty("code").GetString().ShouldBe("TABLE_NOT_FOUND");
        (await _scene.GetAsync("/partitions")).GetProperty("table_name").GetString().ShouldBe("ride_status_snapshots");
    }

    [Theory]
    [InlineData(true, true, OnDiskSource.Files)]
    [InlineData(true, false, OnDiskSource.Files)]
    [InlineData(false, true, OnDiskSource.Engine)]
    [InlineData(false, false, null)]
    public async Task What_is_on_disk_is_told_by_files_else_by_the_engine_else_by_nobody(bool sameMachine, bool mayAskEngine, object? source)
    {
        var user = $"{_scene.Test.Name}_meter";
        await _scene.ExecuteAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'meter-0123456789'; GRANT SELECT ON `{_scene.Test.Name}`.* TO '{user}'@'%'");
        try
        {
            if (mayAskEngine)
            {
                await _scene.ExecuteAsync($"GRANT PROCESS ON *.* TO '{user}'@'%'");
            }

            var connection = new DbConnectionStringBuilder { ConnectionString = _scene.Test.ConnectionString, ["User ID"] = user, ["Password"] = "meter-0123456789" };
            await using var database = new MySqlDatabase(connection.ConnectionString);
            var machine = new ThisMachine(sameMachine ? Environment.MachineName : "another");

            var reading = await new StorageMeter(database, machine, NullLogger<StorageMeter>.Instance).ReadAsync(CancellationToken.None);

            reading.WholeTables.Count().ShouldBeGreaterThan(30);
            reading.Tables.ShouldAllBe(t => Equals(t.Source, source) && (source == null) == (t.OnDiskBytes == null));
            (reading.OtherBytes is null).ShouldBe(source is null);
            (reading.Volume is null).ShouldBe(!sameMachine);
            // Both ways of asking agree: this table is never written to.
            var keys = reading.WholeTables.Single(t => t.Table == "admin_keys");
            var file = (await _scene.FilesAsync())["admin_keys.ibd"];
            keys.OnDiskBytes.ShouldBe(source is null ? null : file);
        }
        finally
        {
            await _scene.ExecuteAsync($"DROP USER '{user}'@'%'");
        }
    }

    [Fact]
    public async Task The_verb_measures_and_tells_in_one_line()
    {
        await using var process = HostProcess.Start(["storage", "measure", "--json"], new Dictionary<string, string> { ["ConnectionStrings__ThemePark"] = _scene.Test.ConnectionString });

        (await process.ExitCodeAsync()).ShouldBe(0, process.Output);

        var result = JsonSerializer.Deserialize<JsonElement>(process.Output);
        result.GetProperty("tables").GetInt32().ShouldBeGreaterThan(30);
        result.GetProperty("on_disk_gb").GetDouble().ShouldBeGreaterThan(0);
        (await _scene.OneAsync<long>("SELECT COUNT(*) FROM storage_measurements")).ShouldBe(1);
        (await _scene.OneAsync<string>("SELECT door FROM activity_log WHERE action = 'storage.measure'")).ShouldBe("CLI");
    }

    private static double Bytes(JsonElement of, string megabytes) => of.GetProperty(megabytes).GetDouble() * Mb;

    private async Task<JsonElement> PostAsync()
    {
        using var answer = await _scene.App.Admin.PostAsync(new Uri("/api/admin/storage/measure", UriKind.Relative), null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    private Task SucceededAsync(JsonElement queued)
    {
        var (jobs, id) = (_scene.App.Services.GetRequiredService<IJobs>(), JobId.Parse(queued.GetProperty("job_id").GetString()!));
        return Eventually.TrueAsync(async () => (await jobs.GetAsync(id, CancellationToken.None))?.State is JobState.Succeeded, 20);
    }

    private async Task<JsonElement> HealthAsync()
    {
        using var answer = await _scene.App.Anonymous.GetAsync(new Uri("/api/health", UriKind.Relative));
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("checks").GetProperty("storage");
    }
}
