using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Legacy;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Legacy;

public sealed class LegacyTests(LegacyScene scene) : IClassFixture<LegacyScene>, IAsyncLifetime
{
    private static readonly RideRef One = new(11, 1);

    public Task InitializeAsync() => scene.ResetAsync();

    public Task DisposeAsync() => scene.MendAsync();

    [Fact]
    public async Task A_plan_says_what_is_there_and_changes_nothing()
    {
        (await scene.GetAsync("/status", HttpStatusCode.NotFound)).ShouldExplain("LEGACY_NOT_FOUND", "Nothing has been brought over from an existing warehouse yet.", 404);

        var plan = await scene.GetAsync("/plan");

        plan.Text("table").ShouldBe("ride_status_snapshots");
        plan.Text("read_by").ShouldNotBeNull();
        plan.GetProperty("is_same_server").GetBoolean().ShouldBeTrue();
        plan.Number("known_rides").ShouldBe(3);
        plan.GetProperty("unknown_rides").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32())
            .ShouldBe(new Dictionary<string, int> { ["UNKNOWN_RIDE"] = 1, ["NO_WIKI_ID"] = 1, ["INVALID_WIKI_ID"] = 1 }, ignoreOrder: true);
        plan.Number("highest_id").ShouldBeGreaterThanOrEqualTo(LegacyScene.AllRows);
        plan.Text("last_at").ShouldBe("2036-01-01T12:00:00.000Z");
        plan.GetProperty("queue_rows_estimated").ValueKind.ShouldBe(JsonValueKind.Number);
        (await scene.OurOneAsync<long>("SELECT COUNT(*) FROM legacy_copies")).ShouldBe(0);
    }

    [Fact]
    public async Task Every_row_is_accounted_for_day_by_day_and_reads_as_it_did()
    {
        var view = await scene.RunAsync("/copy", new { why = "moving house" });

        view.Text("state").ShouldBe("COPIED");
        var totals = view.GetProperty("totals");
        (totals.Number("listed") + view.Number("undated_rows")).ShouldBe(LegacyScene.AllRows);
        (totals.Number("duplicates"), totals.Number("unknown"), totals.Number("odd"), view.Number("undated_rows")).ShouldBe((2, (3 * 432) + 1, 1, 1));
        totals.Number("copied").ShouldBe((3 * 432) + 6);
        var days = (await scene.GetAsync("/days")).GetProperty("data").EnumerateArray().ToList();
        days.Select(d => d.Text("date")).ShouldBe(["2036-01-01", "2025-11-03", "2025-11-02", "2025-11-01"]);
        days.ShouldAllBe(d => d.Number("listed") == d.Number("copied") + d.Number("duplicates") + d.Number("kept") + d.Number("unknown") + d.Number("odd")
                              && d.Number("listed") == d.Number("planned"));
        days[0].Text("odd_reasons").ShouldBe("""{"FUTURE_TIMESTAMP":1}""");

        // Each row by itself: ride, second, status, wait, flags.
        (await RowsAsync("2025-11-02 06:00:01", "2025-11-02 06:00:06")).ShouldBe(
        [
            "12 06:00:01 1 10 3", "12 06:00:02 - - 11", "21 06:00:03 - - 4096", "21 06:00:04 1 -1 4115", "21 06:00:05 2 - 3",
        ]);
        (await RowsAsync("2025-11-01 12:00:00", "2025-11-01 12:00:01")).ShouldContain("11 12:00:00 1 77 3");
        (await RowsAsync("2025-11-02 23:59:59", "2025-11-03")).ShouldBe(["11 23:59:59 1 5 3"]);
        (await scene.OurOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE data_source <> 3")).ShouldBe(0);
        (await scene.OurOneAsync<decimal>("SELECT SUM(row_count) FROM snapshot_days WHERE data_source = 3")).ShouldBe(totals.Number("copied"));
        (await scene.OurOneAsync<(string, string)>("SELECT action, why FROM activity_log WHERE action = 'legacy.copy' ORDER BY audit_id DESC LIMIT 1")).ShouldBe(("legacy.copy", "moving house"));

        var unknown = (await scene.GetAsync("/unknown")).GetProperty("data").EnumerateArray().Select(r => (r.Number("legacy_ride_id"), r.Text("reason"), r.Number("row_count"), r.Number("days"))).ToList();
        unknown.ShouldBe([(4, "UNKNOWN_RIDE", 432, 3), (5, "NO_WIKI_ID", 432, 3), (6, "INVALID_WIKI_ID", 432, 3), (99, "NOT_LISTED", 1, 1)]);

        var revisions = await scene.OurRowsAsync<long>("SELECT revision FROM snapshot_days ORDER BY park_id, utc_day");
        (await scene.RunAsync("/copy")).GetProperty("totals").ToString().ShouldBe(totals.ToString());
        (await scene.RunAsync("/verify")).GetProperty("totals").Number("verified").ShouldBe(4);
        (await scene.OurRowsAsync<long>("SELECT revision FROM snapshot_days ORDER BY park_id, utc_day")).ShouldBe(revisions);
    }

    [Fact]
    public async Task Rows_of_a_ride_that_is_mapped_later_come_with_the_next_copy()
    {
        await scene.RunAsync("/copy");
        await scene.OursAsync(
            "INSERT INTO ride_aliases (ride_id, kind, value, valid_from, source) VALUES (22, 'UUID', '40000000-0000-4000-8000-000000000004', '1000-01-01', 'TEST')");

        var totals = (await scene.RunAsync("/copy")).GetProperty("totals");

        (totals.Number("copied"), totals.Number("unknown")).ShouldBe(((4 * 432) + 6, (2 * 432) + 1));
        (await scene.OurOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = 22")).ShouldBe(432);
        (await scene.GetAsync("/unknown")).GetProperty("data").EnumerateArray().Select(r => r.Number("legacy_ride_id")).ShouldBe([5, 6, 99]);
        await scene.RunAsync("/verify");
    }

    [Fact]
    public async Task What_we_have_from_elsewhere_is_kept_and_a_day_of_the_archive_may_replace_what_was_copied()
    {
        await scene.WriteAsync(DataSource.Live, OverlapPolicy.Fill, true, Utc(2025, 11, 1, 0, 10), 1, One, 99);
        await scene.WriteAsync(DataSource.Archive, OverlapPolicy.Replace, true, Utc(2025, 11, 1, 0, 20), 1, One, 98);

        // The archive's day has replaced the live row.
        (await scene.RunAsync("/copy")).GetProperty("totals").Number("kept").ShouldBe(1);
        (await RowsAsync("2025-11-01 00:20:00", "2025-11-01 00:20:01")).ShouldContain("11 00:20:00 1 98 3");
        await scene.RunAsync("/verify");

        // Spill of a neighbouring file fills; a file of the day itself replaces.
        await scene.WriteAsync(DataSource.Archive, OverlapPolicy.Replace, false, Utc(2025, 11, 2, 0, 1), 1, One, 97);
        (await scene.OurOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = 11 AND recorded_at >= '2025-11-02' AND recorded_at < '2025-11-03'")).ShouldBe(144 + 1 + 1);
        await scene.RunAsync("/verify");
        await scene.WriteAsync(DataSource.Archive, OverlapPolicy.Replace, true, Utc(2025, 11, 3, 0, 1), 1, One, 96);
        (await scene.OurOneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id IN (11, 12) AND recorded_at >= '2025-11-03' AND recorded_at < '2025-11-04'")).ShouldBe(1);
        (await scene.RunAsync("/verify")).GetProperty("totals").Number("mismatched").ShouldBe(0);
    }

    [Fact]
    public async Task Late_rows_are_found_back_dated_ones_too_and_none_of_an_open_transaction_is_missed()
    {
        await scene.RunAsync("/copy");
        await using var open = await scene.Theirs.OpenDedicatedAsync(CancellationToken.None);
        await using (var tx = await open.BeginTransactionAsync())
        {
            await Dapper.SqlMapper.ExecuteAsync(open, Late, new { At = Utc(2025, 11, 1, 3, 3) }, tx);
            // A later id that commits first.
            await scene.TheirsAsync(Late, new { At = Utc(2025, 11, 5, 3, 3) });
            await scene.PostAsync("/copy");
            (await scene.PostAsync("/copy", null, HttpStatusCode.Conflict)).ShouldExplain("LEGACY_BUSY", "Job … is not finished; wait for it or cancel it.", 409);
            await tx.CommitAsync();
        }

        var view = await scene.EndAsync();

        (view.GetProperty("totals").Number("listed") + view.Number("undated_rows")).ShouldBe(LegacyScene.AllRows + 2);
        (await RowsAsync("2025-11-01 03:03:00", "2025-11-01 03:03:01")).ShouldBe(["11 03:03:00 1 42 3"]);
        (await RowsAsync("2025-11-05", "2025-11-06")).ShouldBe(["11 03:03:00 1 42 3"]);
        await scene.RunAsync("/verify");
    }

    [Fact]
    public async Task Verifying_names_the_day_and_the_row_that_was_changed_and_the_next_copy_mends_it()
    {
        await scene.RunAsync("/copy");
        await scene.OursAsync("UPDATE ride_status_snapshots SET wait_minutes = 33 WHERE ride_id = 11 AND recorded_at = '2025-11-02 23:59:59'");

        var view = await scene.RunAsync("/verify", job: "FAILED");

        view.Text("error").ShouldBe("2025-11-02: 438 rows there, 438 here, 1 differ; first ride 11 at 2025-11-02 23:59:59.000Z: OPERATING, wait 5, flags 3 there, OPERATING, wait 33, flags 3 here");
        var totals = view.GetProperty("totals");
        (totals.Number("mismatched"), totals.Number("verified")).ShouldBe((1, 3));
        (await scene.GetAsync("/days?state=MISMATCH")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem().Text("note").ShouldContain("23:59:59");

        await scene.RunAsync("/copy");
        await scene.RunAsync("/verify");

        // Theirs: a value, a row that is gone.
        foreach (var change in (string[])
                 [
                     "UPDATE ride_status_snapshots SET wait_time = 44 WHERE ride_id = 1 AND recorded_at = '2025-11-02 23:59:59'",
                     "DELETE FROM ride_status_snapshots WHERE ride_id = 1 AND recorded_at = '2025-11-02 23:59:59'",
                 ])
        {
            await scene.TheirsAsync(change);
            (await scene.RunAsync("/verify", job: "FAILED")).Text("error").ShouldStartWith("2025-11-02: ");
            // A swap copies first, and what differs is then written again.
            (await scene.RunAsync("/swap", new { accept_unknown = true })).GetProperty("totals").Number("mismatched").ShouldBe(0);
            await scene.RunAsync("/rollback");
            await scene.RunAsync("/copy");
        }
    }

    [Fact]
    public async Task A_task_that_is_accepted_says_where_it_is_followed()
    {
        foreach (var task in (string[])["copy", "verify", "swap", "rollback"])
        {
            using var accepted = await scene.App.Admin.PostAsJsonAsync($"/api/admin/legacy/{task}", task == "swap" ? new { accept_unknown = true } : (object)new { });
            accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, task);
            (await scene.App.Admin.GetFromJsonAsync<JsonElement>(accepted.Headers.Location)).GetProperty("job").Text("job_id")
                .ShouldBe((await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job").Text("job_id"), task);
            await scene.EndAsync();
        }
    }

    [Fact]
    public async Task A_layout_that_is_another_is_named_and_nothing_is_begun()
    {
        await scene.TheirsAsync("ALTER TABLE ride_status_snapshots DROP KEY idx_snapshots_current_status, DROP KEY idx_rss_time_range_covering, RENAME COLUMN wait_time TO wait");
        var answer = await scene.PostAsync("/copy", null, HttpStatusCode.Conflict);
        answer.ShouldExplain("LEGACY_LAYOUT", "Database … has no … …: it is not the layout that can be brought over.", 409);
        answer.GetProperty("error").Text("message").ShouldContain("column ride_status_snapshots.wait_time");

        await scene.TheirsAsync("DROP TABLE ride_status_snapshots");
        (await scene.GetAsync("/plan", HttpStatusCode.Conflict)).GetProperty("error").Text("message").ShouldContain("table ride_status_snapshots");
        (await scene.OurOneAsync<long>("SELECT COUNT(*) FROM legacy_copies")).ShouldBe(0);

        await using var nowhere = new LegacySource(new LegacyOptions(), scene.Ours);
        (await nowhere.TryLookAsync(CancellationToken.None)).Failure!.Code.ShouldBe("LEGACY_NOT_CONFIGURED");
        await using var silent = new LegacySource(new LegacyOptions { ConnectionString = "Server=127.0.0.1;Port=1;User ID=x;Password=y;Database=z" }, scene.Ours);
        (await silent.TryLookAsync(CancellationToken.None)).Failure.ShouldExplain(
            "LEGACY_UNREACHABLE", "The existing warehouse does not answer, or refuses the user of Legacy:ConnectionString.", "503");
    }

    [Fact]
    public async Task A_partitioned_table_without_an_index_of_time_is_brought_over_too()
    {
        await scene.TheirsAsync(
            """
            ALTER TABLE ride_status_snapshots DROP KEY idx_recorded_at, DROP KEY idx_rss_time_range_covering, DROP COLUMN is_open, ADD COLUMN is_open BOOLEAN NULL,
                DROP PRIMARY KEY, ADD PRIMARY KEY (snapshot_id, recorded_at)
            PARTITION BY RANGE (UNIX_TIMESTAMP(recorded_at)) (PARTITION p202511 VALUES LESS THAN (UNIX_TIMESTAMP('2025-12-01')), PARTITION p_future VALUES LESS THAN MAXVALUE)
            """);
        (await scene.GetAsync("/plan")).GetProperty("is_partitioned").GetBoolean().ShouldBeTrue();

        await scene.RunAsync("/copy");

        (await scene.RunAsync("/verify")).GetProperty("totals").Number("verified").ShouldBe(4);
    }

    [Fact]
    public async Task The_password_is_shown_nowhere()
    {
        await scene.RunAsync("/copy");
        using var answer = await scene.App.Admin.GetAsync(new Uri("/api/admin/settings", UriKind.Relative));
        var settings = await answer.Content.ReadAsStringAsync();

        settings.ShouldContain("Legacy:ConnectionString");
        settings.ShouldNotContain(LegacyScene.Secret);
        scene.App.Log.Lines.ShouldAllBe(l => !l.Contains(LegacyScene.Secret, StringComparison.Ordinal));
    }

    private const string Late = "INSERT INTO ride_status_snapshots (ride_id, recorded_at, is_open, status, wait_time, computed_is_open) VALUES (1, @At, 1, 'OPERATING', 42, 1)";

    private static DateTime Utc(int year, int month, int day, int hour, int minute) => new(year, month, day, hour, minute, 0, DateTimeKind.Utc);

    private Task<IReadOnlyList<string>> RowsAsync(string from, string to) => scene.OurRowsAsync<string>(
        """
        SELECT CONCAT_WS(' ', ride_id, DATE_FORMAT(recorded_at, '%H:%i:%s'), COALESCE(status, '-'), COALESCE(wait_minutes, '-'), flags)
        FROM ride_status_snapshots
        WHERE recorded_at >= @from
          AND recorded_at < @to
        ORDER BY ride_id, recorded_at
        """,
        new { from, to });
}
