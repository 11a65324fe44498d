using System.Net;
using Dapper;
using Shouldly;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Legacy;

public sealed class LegacySwapTests(LegacyScene scene) : IClassFixture<LegacyScene>, IAsyncLifetime
{
    public Task InitializeAsync() => scene.ResetAsync();

    public Task DisposeAsync() => scene.MendAsync();

    [Fact]
    public async Task A_swap_under_a_running_writer_loses_no_acknowledged_row_and_old_readers_go_on()
    {
        var before = await scene.TextbookAsync();
        await scene.RunAsync("/copy");
        var refused = await scene.PostAsync("/swap", null, HttpStatusCode.Conflict);
        refused.ShouldExplain(
            "LEGACY_UNKNOWN_ROWS",
            "… rows of rides nobody can place and … odd ones stay behind in the legacy table: map the rides and copy again, or accept that.",
            409);

        using var stop = new CancellationTokenSource();
        var writing = WriteUntilRefusedAsync(stop.Token);
        var view = await scene.RunAsync("/swap", new { accept_unknown = true, why = "tonight" });
        await stop.CancelAsync();
        var (acknowledged, refusals) = await writing;

        view.Text("state").ShouldBe("SWAPPED");
        var swap = view.GetProperty("swap");
        swap.GetProperty("write_downtime_ms").GetInt64().ShouldBeGreaterThan(0);
        swap.GetProperty("read_downtime_ms").GetInt64().ShouldBeGreaterThan(0);
        swap.GetProperty("probe_reads").GetInt64().ShouldBeGreaterThan(0);

        // Writers fail loudly; what was acknowledged is here.
        refusals.ShouldBeGreaterThan(0);
        acknowledged.ShouldBeGreaterThan(0);
        (await scene.OurRowsAsync<DateTime>("SELECT recorded_at FROM ride_status_snapshots WHERE ride_id = 12 AND recorded_at >= '2025-12-01' AND recorded_at < '2025-12-02' ORDER BY 1"))
            .ShouldBe(Enumerable.Range(1, acknowledged).Select(n => new DateTime(2025, 12, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(n)));
        await Should.ThrowAsync<Exception>(() => scene.TheirsAsync(Insert, new { At = new DateTime(2025, 12, 3, 0, 0, 0, DateTimeKind.Utc) }));

        (await scene.TextbookAsync()).ShouldBe(LegacyScene.ThroughTheView(before));
        (await scene.TheirOneAsync<string>("SELECT table_type FROM information_schema.TABLES WHERE table_schema = DATABASE() AND table_name = 'ride_status_snapshots'")).ShouldBe("VIEW");
        (await scene.TheirOneAsync<long>("SELECT COUNT(DISTINCT snapshot_id) = COUNT(*) FROM ride_status_snapshots")).ShouldBe(1);
        // Bounds on recorded_at reach the partitions through the view.
        var plan = await scene.TheirRowsAsync<dynamic>(
            "EXPLAIN PARTITIONS SELECT wait_time FROM ride_status_snapshots WHERE ride_id = 1 AND recorded_at >= '2025-11-01' AND recorded_at < '2025-11-02'");
        plan.Select(r => (string?)((IDictionary<string, object?>)r)["partitions"]).Where(p => p is not null).ShouldBe(["p202511"]);

        (await scene.PostAsync("/copy", null, HttpStatusCode.Conflict)).ShouldExplain("INVALID_STATE", "The copy of … is …; … is not possible then.", 409);
        (await scene.PostAsync("/rollback", new { discard = true }, HttpStatusCode.Conflict)).ErrorCode().ShouldBe("INVALID_STATE");
        (await scene.RunAsync("/verify")).GetProperty("totals").Number("mismatched").ShouldBe(0);
    }

    [Fact]
    public async Task A_rollback_puts_the_table_back_with_what_was_collected_since()
    {
        var before = await scene.TextbookAsync();
        await scene.RunAsync("/copy");
        var frozen = (await scene.RunAsync("/swap", new { accept_unknown = true })).GetProperty("swap").GetProperty("frozen_at").GetDateTime();
        var polled = new DateTime(frozen.Year, frozen.Month, frozen.Day, frozen.Hour, frozen.Minute, frozen.Second, DateTimeKind.Utc).AddSeconds(2);
        await scene.WriteAsync(DataSource.Live, OverlapPolicy.Fill, true, polled, 1, new RideRef(11, 1), 25);

        var view = await scene.RunAsync("/rollback", new { why = "second thoughts" });

        view.Text("state").ShouldBe("ROLLED_BACK");
        view.GetProperty("swap").Number("written_back").ShouldBe(1);
        (await scene.TextbookAsync()).ShouldBe(before);
        (await scene.TheirOneAsync<(string, int, long, long, string)>(
            "SELECT status, wait_time, CAST(is_open AS SIGNED), CAST(computed_is_open AS SIGNED), data_source FROM ride_status_snapshots WHERE ride_id = 1 AND recorded_at = @polled", new { polled }))
            .ShouldBe(("OPERATING", 25, 1, 1, "LIVE"));

        // Again, and then the other way: the row that was given back is held here already.
        (await scene.RunAsync("/rollback")).GetProperty("swap").Number("written_back").ShouldBe(1);
        (await scene.RunAsync("/copy")).GetProperty("totals").Number("kept").ShouldBe(1);
        (await scene.RunAsync("/swap", new { accept_unknown = true })).Text("state").ShouldBe("SWAPPED");
        await scene.RunAsync("/rollback");
        (await scene.TheirOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(LegacyScene.AllRows + 1);
    }

    [Fact]
    public async Task A_long_reader_is_waited_for_while_others_go_on()
    {
        await scene.RunAsync("/copy");
        await using (var reader = await scene.Theirs.OpenDedicatedAsync(CancellationToken.None))
        await using (var tx = await reader.BeginTransactionAsync())
        {
            await reader.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots", transaction: tx);
            await scene.PostAsync("/swap", new { accept_unknown = true });
            while ((await scene.GetAsync("/status")).Text("state") != "SWAPPING")
            {
                await Task.Delay(20);
            }

            (await scene.TheirOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(LegacyScene.AllRows);
            (await scene.GetAsync("/status")).Text("state").ShouldBe("SWAPPING");
            await tx.CommitAsync();
        }

        (await scene.EndAsync()).Text("state").ShouldBe("SWAPPED");
    }

    [Theory]
    [InlineData("RENAME")]
    [InlineData("FINAL")]
    [InlineData("VIEW")]
    public async Task A_swap_that_breaks_at_any_step_is_finished_by_the_next_or_taken_back(string step)
    {
        var before = await scene.TextbookAsync();
        await scene.RunAsync("/copy");
        foreach (var next in (string[])["/swap", "/rollback"])
        {
            await scene.BreakAtAsync(step);
            (await scene.RunAsync("/swap", new { accept_unknown = true }, job: "FAILED")).Text("error").ShouldContain("broken on purpose");
            await scene.MendAsync();

            await scene.RunAsync(next, next == "/swap" ? new { accept_unknown = true } : null);

            (await scene.TextbookAsync()).ShouldBe(next == "/swap" ? LegacyScene.ThroughTheView(before) : before, next);
            (await scene.RunAsync("/rollback")).Text("state").ShouldBe("ROLLED_BACK");
            (await scene.TheirOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(LegacyScene.AllRows);
            await scene.RunAsync("/copy");
        }
    }

    [Theory]
    [InlineData("WRITE_BACK")]
    [InlineData("RESTORE")]
    public async Task A_rollback_that_breaks_at_any_step_is_finished_by_the_next(string step)
    {
        await scene.RunAsync("/copy");
        await scene.RunAsync("/swap", new { accept_unknown = true });
        await scene.BreakAtAsync(step);
        await scene.RunAsync("/rollback", job: "FAILED");
        await scene.MendAsync();

        (await scene.RunAsync("/rollback")).Text("state").ShouldBe("ROLLED_BACK");
        (await scene.TheirOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(LegacyScene.AllRows);
    }

    [Fact]
    public async Task Before_a_swap_a_rollback_may_take_the_copied_rows_away_and_theirs_alone()
    {
        await scene.WriteAsync(DataSource.Live, OverlapPolicy.Fill, true, new DateTime(2025, 11, 1, 0, 5, 0, DateTimeKind.Utc), 1, new RideRef(11, 1), 99);
        await scene.RunAsync("/copy");

        (await scene.RunAsync("/rollback")).Text("state").ShouldBe("ROLLED_BACK");
        (await scene.OurOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE data_source = 3")).ShouldBe((3 * 432) + 6);

        await scene.RunAsync("/rollback", new { discard = true });
        (await scene.OurRowsAsync<(int, int)>("SELECT data_source, wait_minutes FROM ride_status_snapshots")).ShouldBe([(1, 99)]);
        (await scene.OurOneAsync<decimal>("SELECT SUM(row_count) FROM snapshot_days WHERE data_source = 3")).ShouldBe(0);
        (await scene.RunAsync("/copy")).GetProperty("totals").Number("copied").ShouldBe((3 * 432) + 6);
    }

    private const string Insert = "INSERT INTO ride_status_snapshots (ride_id, recorded_at, is_open, status, wait_time, computed_is_open) VALUES (2, @At, 1, 'OPERATING', 15, 1)";

    /// <summary>Inserts a row each few milliseconds, a second apart in time, until the table is taken away and the test says so.</summary>
    private async Task<(int Acknowledged, int Refusals)> WriteUntilRefusedAsync(CancellationToken stop)
    {
        var (acknowledged, refusals) = (0, 0);
        await using var connection = await scene.Theirs.OpenAsync(CancellationToken.None);
        while (!stop.IsCancellationRequested || refusals == 0)
        {
            try
            {
                await connection.ExecuteAsync(Insert, new { At = new DateTime(2025, 12, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(acknowledged + 1) });
                acknowledged++;
            }
            catch (Exception e) when (MySqlErrors.Number(e) is not null)
            {
                refusals++;
            }

            await Task.Delay(3, CancellationToken.None);
        }

        return (acknowledged, refusals);
    }
}
