using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Modules.Analytics.Features;
using ThemePark.Modules.Analytics.Rollups;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>What the rollup recomputes, and what it leaves alone. What it computes is the unit tests' business.</summary>
public sealed class RollupTests
{
    private static readonly string[] Tables = ["ride_hourly_stats", "ride_daily_stats", "ride_downtimes", "park_hourly_stats", "park_daily_stats"];

    [Fact]
    public async Task An_import_is_complete_only_when_its_days_are_rolled_up_and_every_row_is_counted_once()
    {
        await using var host = await ImportHost.StartAsync(await Archives.UtcWeekAsync());
        var import = await host.ImportAsync(new { destination_uuid = (await Archives.UtcWeekAsync()).Destination });

        import.Text("status").ShouldBe("COMPLETED");
        (await host.App.Services.GetRequiredService<DirtyDays>().WaitingAsync(CancellationToken.None)).Days.ShouldBe(0);
        (await host.ScalarAsync<long>("SELECT SUM(snapshots) FROM ride_daily_stats")).ShouldBe(await host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots"));
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM park_daily_stats WHERE open_s > 6 * 3600 AND rides_operated > 0 AND wait_s > 0")).ShouldBeGreaterThan(5);
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_hourly_stats WHERE wait_s > 0 AND waits = ''")).ShouldBe(0);
    }

    [Fact]
    public async Task Rebuilding_everything_gives_the_same_tables()
    {
        await using var host = await ImportHost.StartAsync(await Archives.UtcWeekAsync());
        await host.ImportAsync(new { destination_uuid = (await Archives.UtcWeekAsync()).Destination });
        var before = await DumpAsync(host);
        before.ShouldAllBe(table => table.Length > 500);
        await host.ExecuteAsync("DELETE FROM ride_daily_stats");

        var result = (await host.App.Services.SendAsync(new RebuildRollups.Command())).Value;

        (result.LedgerEntries, result.ParksLeftToAnotherRun).ShouldBe(((int)await host.ScalarAsync<long>("SELECT COUNT(*) FROM snapshot_days"), 0));
        (await DumpAsync(host)).ShouldBe(before);
    }

    [Fact]
    public async Task A_changed_day_moves_the_local_days_it_reaches_and_no_other()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        for (var day = 1; day <= 10; day++)
        {
            Put(host, day, 20);
        }

        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        await host.ExecuteAsync("UPDATE ride_daily_stats SET snapshots = 999");
        Put(host, 5, 55);

        await host.ImportAsync(new { destination_uuid = HandArchive.Destination, refetch = true });

        // Berlin's 5 June ends at 22:00 UTC; the state of the UTC day may be carried for 24 hours into the 7th.
        (await host.QueryAsync<int>("SELECT DAYOFMONTH(stat_date) FROM ride_daily_stats WHERE snapshots <> 999 ORDER BY stat_date")).ShouldBe([5, 6, 7]);
        (await host.ScalarAsync<int>("SELECT wait_max FROM ride_daily_stats WHERE stat_date = '2024-06-05'")).ShouldBe(55);
    }

    [Fact]
    public async Task Live_rows_added_to_today_leave_yesterday_alone()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        Put(host, 1, 20);
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        var (destination, park, ride) = (await host.QueryAsync<(int, int, int)>("SELECT p.destination_id, p.park_id, r.ride_id FROM rides AS r JOIN parks AS p ON p.park_id = r.park_id")).Single();
        var rollup = host.App.Services.GetRequiredService<RollupRunner>();
        await LiveAsync(host, destination, new RideRef(ride, park), 20, 12);
        await LiveAsync(host, destination, new RideRef(ride, park), 21, 8);
        await rollup.RunAsync(null, CancellationToken.None);
        (await host.QueryAsync<int>("SELECT DAYOFMONTH(stat_date) FROM ride_daily_stats WHERE stat_date > '2024-06-05' ORDER BY stat_date")).ShouldBe([20, 21]);
        await host.ExecuteAsync("UPDATE ride_daily_stats SET snapshots = 999");

        await LiveAsync(host, destination, new RideRef(ride, park), 21, 9);
        var result = await rollup.RunAsync(null, CancellationToken.None);

        // The two local days after it were looked at as well: what the UTC day ended with could last into them, had anybody watched.
        (result.Parks, result.Days).ShouldBe((1, 3));
        (await host.QueryAsync<(int, int)>("SELECT DAYOFMONTH(stat_date), snapshots FROM ride_daily_stats WHERE stat_date > '2024-06-05' ORDER BY stat_date")).ShouldBe([(20, 999), (21, 9)]);
        (await host.ScalarAsync<int>("SELECT covered_s FROM park_daily_stats WHERE stat_date = '2024-06-21'")).ShouldBe(9 * 300);
        (await rollup.RunAsync(null, CancellationToken.None)).Parks.ShouldBe(0);
    }

    [Fact]
    public async Task A_tier_that_is_set_weighs_in_all_of_the_history()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        Put(host, 1, 20);
        Put(host, 2, 20);
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        (await host.QueryAsync<int>("SELECT effective_weight FROM park_daily_stats WHERE stat_date <= '2024-06-02'")).ShouldBe([2, 2]);

        await host.ExecuteAsync("UPDATE rides SET tier = 1");
        await host.App.Services.GetRequiredService<RollupRunner>().RunAsync(null, CancellationToken.None);

        (await host.QueryAsync<int>("SELECT effective_weight FROM park_daily_stats WHERE stat_date <= '2024-06-02'")).ShouldBe([3, 3]);
    }

    [Fact]
    public async Task A_run_that_read_an_older_day_gives_way_to_what_is_newer()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        Put(host, 1, 20);
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        var before = await DumpAsync(host);
        var day = new OperatingDay(new DateOnly(2024, 6, 1), 1717192800, 1717279200, null, []);
        var park = await host.ScalarAsync<int>("SELECT park_id FROM parks");
        var stale = new DirtyDay(park, new DateOnly(2024, 6, 1), DataSource.Archive, 0, 1, null, new DateTime(2024, 6, 1));
        using var rows = new EncodedRollup(park, new RollupRows());

        (await host.App.Services.GetRequiredService<RollupStore>().WriteAsync(
            new RollupChunk(park, new byte[8], [1], [day], [stale], [stale]), rows, CancellationToken.None)).ShouldBeFalse();

        (await DumpAsync(host)).ShouldBe(before);
    }

    [Fact]
    public async Task Reading_raw_rows_touches_only_the_months_asked_for()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        await host.App.Services.GetRequiredService<ISnapshotWriter>().EnsurePartitionsAsync(new DateOnly(2020, 1, 1), new DateOnly(2024, 12, 31), CancellationToken.None);
        await using var connection = await host.Database.OpenAsync(CancellationToken.None);
        var plan = await connection.QueryAsync(
            "EXPLAIN PARTITIONS " + RawStatements.Select,
            new { RideIds = new[] { 1, 2, 3 }, From = new DateTime(2023, 5, 30), To = new DateTime(2023, 6, 20) });

        plan.Select(row => (string)row.partitions).ShouldBe(["p202305,p202306"]);
    }

    private static async Task<IReadOnlyList<string>> DumpAsync(ImportHost host)
    {
        var tables = new List<string>();
        foreach (var table in Tables)
        {
            tables.Add(await host.DumpAsync(table));
        }

        return tables;
    }

    // A ride that opens at 8, and closes at 20 UTC.
    private static void Put(ImportHost host, int day, int wait)
    {
        var date = new DateOnly(2024, 6, day);
        string At(int hour, int minutes) => HandArchive.Event(string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}T{hour:00}:00:00Z"), minutes);
        HandArchive.Put(host.Archive, date, At(8, wait), At(12, wait - 5), At(20, 0).Replace("OPERATING", "CLOSED", StringComparison.Ordinal));
    }

    // The first polls of a day, each five minutes from eight o'clock on.
    private static async Task LiveAsync(ImportHost host, int destination, RideRef ride, int day, int polls)
    {
        var times = Enumerable.Range(0, polls).Select(i => new DateTime(2024, 6, day, 8, 0, 0, DateTimeKind.Utc).AddMinutes(5 * i)).ToList();
        foreach (var slot in times)
        {
            await host.ExecuteAsync(
                "INSERT IGNORE INTO collection_runs (destination_id, slot, outcome, asked_at) VALUES (@destination, @slot, 'OK', @slot)", new { destination, slot });
        }

        await host.WriteLiveAsync(destination, ride, new DateOnly(2024, 6, day), [.. times.Select(t => (t.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), (short)10))]);
    }
}
