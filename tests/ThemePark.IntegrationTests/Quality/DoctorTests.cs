using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Writing;
using ThemePark.Modules.Import.Raw;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Quality;

/// <summary>A warehouse is damaged in every layer, one way after the other; the doctor names each and mends what can be mended, to the byte.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Every_sabotage_is_found_and_the_safe_ones_are_mended()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartOnCopyAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });
        await WriteLiveAsync(host);
        await DoctorAsync(host, fix: true);
        ShouldBeHealthy(await DoctorAsync(host, fix: false), "before");
        var whole = await ContentAsync(host);
        var raw = Directory.EnumerateFiles(host.App.Services.GetRequiredService<RawStore>().Root, "*.raw", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var archived = "data_source = 2 ORDER BY recorded_at, ride_id LIMIT 1";

        await SabotageAsync("a raw file is gone", "raw_files", () => Do(() => File.Delete(raw[1])));
        await SabotageAsync("a byte of a raw file is another", "raw_files", () => Do(() => Flip(raw[2])));
        await SabotageAsync("a row says another wait", "rows", () => host.ExecuteAsync($"UPDATE ride_status_snapshots SET wait_minutes = COALESCE(wait_minutes, 0) + 5 WHERE {archived}"));
        await SabotageAsync("a row is gone", "rows", () => host.ExecuteAsync($"DELETE FROM ride_status_snapshots WHERE {archived}"));
        await SabotageAsync("a queue is gone", "rows", () => host.ExecuteAsync("DELETE FROM queue_data ORDER BY recorded_at, ride_id LIMIT 1"));
        await SabotageAsync("the ledger is off by one", "rows", () => host.ExecuteAsync("UPDATE snapshot_days SET row_count = row_count + 1 WHERE data_source = 2 ORDER BY utc_day DESC, park_id LIMIT 1"));
        await SabotageAsync("the ledger is off by one in a live day", "rows", () => host.ExecuteAsync("UPDATE snapshot_days SET row_count = row_count - 1 WHERE data_source = 1"));
        await SabotageAsync("an entry of the ledger is gone", "rows", () => host.ExecuteAsync("DELETE FROM snapshot_days WHERE data_source = 2 ORDER BY utc_day DESC, park_id LIMIT 1"));
        await SabotageAsync("a day is gone, with its entries", "holdings", async () =>
        {
            var day = await host.ScalarAsync<DateTime>("SELECT MIN(object_day) + INTERVAL 3 DAY FROM archive_objects");
            await host.ExecuteAsync("DELETE FROM ride_status_snapshots WHERE recorded_at >= @day AND recorded_at < @day + INTERVAL 1 DAY", new { day });
            await host.ExecuteAsync("DELETE FROM queue_data WHERE recorded_at >= @day AND recorded_at < @day + INTERVAL 1 DAY", new { day });
            await host.ExecuteAsync("DELETE FROM show_times WHERE recorded_at >= @day AND recorded_at < @day + INTERVAL 1 DAY", new { day });
            await host.ExecuteAsync("DELETE FROM snapshot_days WHERE utc_day = @day", new { day });
        });
        await SabotageAsync("a day of a ride's figures is gone", "rollups", () => host.ExecuteAsync("DELETE FROM ride_daily_stats ORDER BY stat_date DESC, ride_id LIMIT 1"));
        await SabotageAsync("a figure of a park is another", "rollups", () => host.ExecuteAsync("UPDATE park_hourly_stats SET wait_sum = wait_sum + 60 WHERE wait_s > 0 ORDER BY stat_date, hour_start LIMIT 1"));
        await SabotageAsync("a watermark is gone", "rollup_days", () => host.ExecuteAsync("DELETE FROM stats_watermarks ORDER BY utc_day LIMIT 1"));
        await SabotageAsync("the partitions to come are missing", "partitions", () => MergeLastPartitionsAsync(host));

        // What nobody can be sure of is left to somebody.
        await host.ExecuteAsync($"INSERT INTO ride_status_snapshots SELECT 99999, recorded_at, status, wait_minutes, data_source, flags FROM ride_status_snapshots WHERE {archived}");
        await host.ExecuteAsync("UPDATE ride_status_snapshots SET wait_minutes = 77 WHERE data_source = 1 ORDER BY recorded_at LIMIT 1");
        var left = await DoctorAsync(host, fix: true);
        left.Healthy.ShouldBeFalse();
        left.Remaining.ShouldBe(2, string.Join('\n', left.Checks.SelectMany(c => c.Ailments)));
        left.Checks.SelectMany(c => c.Ailments).ShouldAllBe(a => !a.IsFixed && a.Remedy == "BY_HAND");
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = 99999")).ShouldBe(1, "raw rows are never removed");
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM activity_log WHERE action = 'doctor.fix'")).ShouldBe(15);

        async Task SabotageAsync(string what, string check, Func<Task> sabotage)
        {
            await sabotage();
            var found = await DoctorAsync(host, fix: false);
            found.Healthy.ShouldBeFalse(what);
            found.Checks.Single(c => c.Name == check).Status.ShouldBe("AILING", what);

            var mended = await DoctorAsync(host, fix: true);
            ShouldBeHealthy(mended, what);
            mended.Fixed.ShouldBeGreaterThan(0, what);
            (await ContentAsync(host)).ShouldBe(whole, what);
        }
    }

    [Fact]
    public async Task A_check_that_cannot_be_made_is_unknown_and_a_sample_says_how_much_it_saw()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });

        var some = await DoctorAsync(host, fix: false, sample: 3);
        var rows = some.Checks.Single(c => c.Name == "rows");
        rows.Checked.ShouldBe(3);
        rows.Of.ShouldBeGreaterThan(7);

        await host.ExecuteAsync("RENAME TABLE queue_data TO queue_data_away");
        var unknown = await DoctorAsync(host, fix: false);
        unknown.Healthy.ShouldBeFalse();
        var check = unknown.Checks.Single(c => c.Name == "rows");
        check.Status.ShouldBe("UNKNOWN");
        check.Error.ShouldNotBeNull().ShouldContain("queue_data");
    }

    private static void ShouldBeHealthy(RunDoctor.Result result, string what) => result.Healthy.ShouldBeTrue(
        $"{what}:\n{string.Join('\n', result.Checks.Where(c => c.Status is not ("OK" or "FIXED")).SelectMany(c => c.Ailments.Select(a => $"{c.Name}: {a.What}").Append(c.Error)))}");

    private static async Task<RunDoctor.Result> DoctorAsync(ImportHost host, bool fix, int sample = 2000) =>
        (await host.App.Services.SendAsync(new RunDoctor.Command(fix, Sample: sample))).Value;

    // Rows, and figures without what tells when they were written.
    private static async Task<string> ContentAsync(ImportHost host) => string.Join(
        "\n\n",
        await host.HistoryAsync(),
        await host.DumpAsync("ride_daily_stats"),
        await host.DumpAsync("ride_hourly_stats"),
        await host.DumpAsync("park_daily_stats"),
        await host.DumpAsync("park_hourly_stats"));

    private static async Task WriteLiveAsync(ImportHost host)
    {
        var ride = (await host.QueryAsync<(int Ride, int Park)>("SELECT ride_id, park_id FROM rides ORDER BY ride_id LIMIT 1"))[0];
        var day = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-3);
        var writer = host.App.Services.GetRequiredService<SnapshotWriter>();
        await writer.EnsurePartitionsAsync(day, day, CancellationToken.None);
        for (var minute = 0; minute < 15; minute += 5)
        {
            var instant = IsoInstant.StartOf(day) + (minute * 60_000);
            using var batch = new ObservationBatch();
            batch.Add(new SnapshotRow { Instant = instant, Wait = (short)(10 + minute), Status = RideStatus.Operating, Flags = ObservationFlags.StatusStated | ObservationFlags.WaitStated, Park = -1, QueueCount = 2 });
            batch.Add(QueueRow.Unknown(QueueType.PaidReturnTime));
            batch.Add(QueueRow.Unknown(QueueType.SingleRider));
            using var encoded = writer.Encode(new DayContent(1, day, DataSource.Live, OverlapPolicy.Fill, true, [new DaySlice(batch, [new RideRef(ride.Ride, ride.Park)], [], "live")]));
            await using var connection = await host.Database.OpenAsync(CancellationToken.None);
            await using var tx = await connection.BeginTransactionAsync(CancellationToken.None);
            await writer.AppendAsync(encoded, instant, tx, CancellationToken.None);
            await tx.CommitAsync();
        }
    }

    private static async Task MergeLastPartitionsAsync(ImportHost host)
    {
        var names = await host.QueryAsync<string>(
            "SELECT partition_name FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = 'queue_data' ORDER BY partition_ordinal_position DESC LIMIT 3");
        await host.ExecuteAsync($"ALTER TABLE queue_data REORGANIZE PARTITION {string.Join(',', names.Reverse())} INTO (PARTITION p_max VALUES LESS THAN (MAXVALUE))");
    }

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.SetAttributes(file, FileAttributes.Normal);
        File.WriteAllBytes(file, bytes);
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
