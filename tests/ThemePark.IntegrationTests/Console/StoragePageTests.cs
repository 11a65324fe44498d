using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using ThemePark.IntegrationTests.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

[Collection(DataScene.Name)]
public sealed class StoragePageTests(ConsoleScene scene)
{
    private Browser Browser => scene.Browser;

    [Fact]
    public async Task Storage_is_unknown_until_it_is_measured_and_then_told_by_table_partition_and_growth()
    {
        (await Browser.PageAsync("/console/storage")).ShouldContain("Storage was never measured.");
        (await Browser.PageAsync("/console/storage/tables")).ShouldContain("Storage was never measured.");
        (await Browser.PageAsync("/console/storage/partitions")).ShouldContain("Storage was never measured.");
        (await Browser.PageAsync("/console/storage/growth")).ShouldContain("How storage grows is not known yet");
        (await Browser.PageAsync("/console/storage/retention")).ShouldContain("How it grows is not known yet");
        (await Browser.PageAsync("/console")).ShouldContain("Storage was not measured in these days.");

        var queued = await Browser.DoAsync("/console/storage", "/console/actions/storage/measure", ("why", "before the import"));
        queued.ShouldContain("storage.measure.v1");
        var (who, door, _, why) = await scene.AuditedAsync("storage.measure");
        (who, door, why).ShouldBe(("tester", "CONSOLE", "before the import"));
        await Eventually.TrueAsync(async () => (await Browser.PageAsync("/console/storage")).Contains("of it tables", StringComparison.Ordinal), 30);
        (await Browser.PageAsync("/console/storage/growth")).ShouldContain("How storage grows is not known yet");

        // Nine days before it, each a hundred thousand bytes smaller.
        await scene.ExecuteAsync(
            """
            INSERT INTO storage_measurements (measured_at, duration_ms, data_bytes, index_bytes, free_bytes, on_disk_bytes, other_bytes)
            SELECT m.measured_at - INTERVAL s.seq DAY, 10, m.data_bytes - 100000 * s.seq, m.index_bytes, 0, m.on_disk_bytes - 100000 * s.seq, m.other_bytes
            FROM storage_measurements AS m
            CROSS JOIN seq_1_to_9 AS s;
            INSERT INTO storage_metrics (measurement_id, partition_name, table_name, range_end, rows_estimated, rows_exact, data_bytes, index_bytes, free_bytes, on_disk_bytes, is_compressed)
            SELECT n.measurement_id, f.partition_name, f.table_name, f.range_end, f.rows_estimated, f.rows_exact, f.data_bytes, f.index_bytes, f.free_bytes, f.on_disk_bytes, f.is_compressed
            FROM storage_metrics AS f
            INNER JOIN storage_measurements AS n
                ON n.measurement_id > f.measurement_id
            WHERE f.partition_name = ''
            """);
        var growth = await Browser.PageAsync("/console/storage/growth");
        growth.ShouldContain("MB a day");
        growth.ShouldContain("expected, GB");
        growth.ShouldContain("&quot;dashed&quot;:true");
        growth.ShouldContain("10 years");
        growth.ShouldContain("No projection is old enough to be checked.");
        (await Browser.PageAsync("/console")).ShouldContain("Size of the tables over the last 30 days");

        var tables = await Browser.PageAsync("/console/storage/tables?sort=table");
        // Both from the middle of the alphabet: there are more tables than a page holds.
        tables.IndexOf(">import_files<", StringComparison.Ordinal).ShouldBeInRange(0, tables.IndexOf(">job_log<", StringComparison.Ordinal));
        tables = await Browser.PageAsync("/console/storage/tables?sort=-table");
        tables.IndexOf(">job_log<", StringComparison.Ordinal).ShouldBeInRange(0, tables.IndexOf(">import_files<", StringComparison.Ordinal));
        (await Browser.PageAsync("/console/storage/partitions?table=queue_data")).ShouldContain("2025-06-01 to 2025-06-30");
        (await Browser.GetAsync("/console/storage/partitions?table=ghost")).Html.ShouldContain("No partitions of ghost were measured.");
        (await Browser.PageAsync("/console/storage/retention")).ShouldContain("PERMANENT_RAW");

        var history = await scene.App.Admin.GetFromJsonAsync<JsonElement>("/api/admin/storage/history");
        (history.GetProperty("insufficient_data").GetBoolean(), history.GetProperty("days").GetArrayLength()).ShouldBe((false, 10));
        (await scene.App.Admin.GetFromJsonAsync<JsonElement>("/api/admin/storage/history?days=3")).GetProperty("days").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task Alerts_that_are_over_are_told_with_how_they_were_told()
    {
        await scene.ExecuteAsync(
            """
            INSERT INTO storage_alerts (alert_id, type, subject, severity, message, threshold, current_value, opened_at, updated_at, closed_at)
            VALUES (7001, 'PARTITIONS', 'queue_data', 'WARNING', @Hostile, 100, 101, '2026-01-01', '2026-01-02', '2026-01-02'),
                   (7002, 'CAPACITY', '', 'CRITICAL', 'Disk is full.', 80, 81, '2026-02-01', '2026-02-02', '2026-02-02');
            INSERT INTO storage_alert_deliveries (alert_id, event, channel, alert, created_at, attempts, delivered_at, last_error)
            VALUES (7001, 'OPENED', 'MAIL', '{}', '2026-01-01', 2, NULL, 'Nobody answers.'), (7001, 'OPENED', 'AUDIT', '{}', '2026-01-01', 1, '2026-01-01', NULL)
            """);

        var page = await Browser.PageAsync("/console/storage/alerts");
        page.ShouldContain($"PARTITIONS queue_data: {ConsoleScene.Harmless}");
        page.ShouldContain("after 2 tries. Nobody answers.");
        page.IndexOf("Disk is full.", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf(ConsoleScene.Harmless, StringComparison.Ordinal), "the newest first");

        var second = await scene.App.Admin.GetFromJsonAsync<JsonElement>("/api/admin/storage/alerts/closed?limit=1&offset=1");
        second.GetProperty("metadata").GetProperty("total").GetInt64().ShouldBeGreaterThanOrEqualTo(2);
        var alert = second.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        alert.GetProperty("alert_id").GetInt32().ShouldBe(7001);
        alert.GetProperty("deliveries").EnumerateArray().Select(d => d.GetProperty("status").GetString()).ShouldBe(["FAILED", "DELIVERED"]);
    }
}
