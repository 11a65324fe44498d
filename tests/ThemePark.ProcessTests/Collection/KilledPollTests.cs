using System.Diagnostics;
using Dapper;
using Shouldly;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.ProcessTests.Collection;

public sealed class KilledPollTests
{
    [Fact]
    [Trait("Category", "Drill")]
    public async Task A_poll_that_is_killed_half_way_leaves_whole_destinations_and_the_next_one_completes_the_slot()
    {
        // Upstream's time stands still: whenever it is asked, it says the same.
        var faults = new LiveFaultPlan();
        await using var upstream = await LiveServer.StartAsync(
            new LiveServerOptions { World = new LiveWorldOptions { Destinations = 8, RidesPerPark = 10 }, Clock = new SimClock(DateTimeOffset.UtcNow, speed: 0), Faults = faults },
            CancellationToken.None);
        await using var server = await MariaDbServer.StartAsync();
        await using var test = await server.CreateDatabaseAsync();
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__ThemePark"] = test.ConnectionString,
            ["DataDirectory"] = Path.Combine(Path.GetTempPath(), test.Name),
            ["Upstream__BaseAddress"] = upstream.BaseAddress.ToString(),
            ["Collection__Parallelism"] = "1",
            // One slot for the whole test, unless it runs across the full hour.
            ["Collection__IntervalMinutes"] = "60",
        };
        faults.Add(new LiveFault(LiveFaultKind.Slow) { Path = "*/live*", Delay = TimeSpan.FromMilliseconds(700) });
        await using var database = new MySql.MySqlDatabase(test.ConnectionString);
        async Task<T> OneAsync<T>(string sql)
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            return (await connection.ExecuteScalarAsync<T>(sql))!;
        }

        await using (var killed = HostProcess.Start(["collect", "once", "--json"], settings))
        {
            var watch = Stopwatch.StartNew();
            while (await OneAsync<long>("SELECT COUNT(*) FROM collection_runs") < 3)
            {
                watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), killed.Output);
                await Task.Delay(20);
            }

            await killed.KillAsync();
        }

        var done = await OneAsync<long>("SELECT COUNT(*) FROM collection_runs");
        done.ShouldBeInRange(3, 7);
        await ShouldBeWholeAsync();

        faults.Clear();
        await using (var next = HostProcess.Start(["collect", "once"], settings))
        {
            (await next.ExitCodeAsync(TimeSpan.FromSeconds(60))).ShouldBe(0, next.Output);
        }

        (await OneAsync<long>("SELECT COUNT(*) FROM collection_runs WHERE outcome = 'OK' AND slot = (SELECT MAX(slot) FROM collection_runs)")).ShouldBe(8);
        await ShouldBeWholeAsync();

        // Asked again within the slot, nothing changes.
        var rows = await OneAsync<string>("SELECT CONCAT(COUNT(*), ' ', MAX(revision)) FROM snapshot_days");
        await using (var again = HostProcess.Start(["collect", "once"], settings))
        {
            (await again.ExitCodeAsync(TimeSpan.FromSeconds(60))).ShouldBe(0, again.Output);
            again.Output.ShouldContain("8 polled already");
        }

        (await OneAsync<string>("SELECT CONCAT(COUNT(*), ' ', MAX(revision)) FROM snapshot_days")).ShouldBe(rows);

        async Task ShouldBeWholeAsync()
        {
            var held = await OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots");
            held.ShouldBeGreaterThan(0);
            (await OneAsync<long>("SELECT SUM(snapshots) FROM collection_runs")).ShouldBe(held);
            (await OneAsync<long>("SELECT SUM(row_count) FROM snapshot_days")).ShouldBe(held);
        }
    }
}
