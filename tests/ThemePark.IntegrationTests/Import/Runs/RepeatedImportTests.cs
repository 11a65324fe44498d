using System.Globalization;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>An import done again, in parts, or of a source that has changed.</summary>
public sealed class RepeatedImportTests
{
    private const string Revisions = "park_id, utc_day, data_source, revision, written_at, checksum";

    [Fact]
    public async Task A_second_run_changes_nothing_and_says_so()
    {
        var archive = await Archives.UglyAsync();
        await using var host = await ImportHost.StartAsync(archive);
        var destination = archive.Destination;
        var first = await host.ImportAsync(new { destination_uuid = destination });
        var history = await host.HistoryAsync();
        var revisions = await host.DumpAsync("snapshot_days", Revisions);

        var second = await host.ImportAsync(new { destination_uuid = destination });

        second.Text("status").ShouldBe(first.Text("status"));
        second.Progress("records_imported").ShouldBe(0);
        second.Progress("days_changed").ShouldBe(0);
        second.Progress("files_done").ShouldBe(0);
        second.Progress("files_failed").ShouldBe(first.Progress("files_failed"));
        second.Progress("files_skipped").ShouldBe(first.Progress("files_skipped") + first.Progress("files_done"));
        var files = await host.FilesAsync(second.Text("import_id"));
        archive.FilesOf(destination).Where(f => !f.Fails).ShouldAllBe(f => files[f.Key].Text("reason") == "UNCHANGED");
        (await host.HistoryAsync()).ShouldBe(history);
        (await host.DumpAsync("snapshot_days", Revisions)).ShouldBe(revisions);
    }

    [Fact]
    public async Task Fetching_and_reading_everything_again_rewrites_nothing()
    {
        var archive = await Archives.UglyAsync();
        await using var host = await ImportHost.StartAsync(archive);
        var first = await host.ImportAsync(new { destination_uuid = archive.Destination });
        var revisions = await host.DumpAsync("snapshot_days", Revisions);

        foreach (var again in (object[])[new { destination_uuid = archive.Destination, refetch = true }, new { destination_uuid = archive.Destination, from_raw = true }])
        {
            var second = await host.ImportAsync(again);
            second.Progress("records_imported").ShouldBe(first.Progress("records_imported"));
            second.Progress("files_done").ShouldBe(first.Progress("files_done"));
            second.Progress("days_changed").ShouldBe(0);
            second.Progress("records_replaced").ShouldBe(0);
            (await host.DumpAsync("snapshot_days", Revisions)).ShouldBe(revisions);
        }
    }

    [Fact]
    public async Task A_changed_object_rewrites_its_day_alone()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartOnCopyAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });
        var before = await RevisionsAsync(host);
        var changed = archive.Report.Files[3];
        // The same events without the last one, packed otherwise.
        var events = Events(await File.ReadAllBytesAsync(Path.Combine(host.Archive, changed.Key)));
        await File.WriteAllTextAsync(Path.Combine(host.Archive, changed.Key), $"[{string.Join(',', events.SkipLast(1).Select(e => e.GetRawText()))}]");

        var second = await host.ImportAsync(new { destination_uuid = archive.Destination });

        (second.Progress("files_done"), second.Progress("files_skipped"), second.Progress("days_changed")).ShouldBe((1, archive.Report.Files.Count - 1, 1));
        second.Progress("records_imported").ShouldBe(changed.Good - 1);
        second.Progress("records_replaced").ShouldBe(changed.Good);
        var after = await RevisionsAsync(host);
        after.Keys.ShouldBe(before.Keys);
        after.Where(r => r.Value.Revision != before[r.Key].Revision).Select(r => r.Key.Day).Distinct().ShouldBe([changed.Day]);
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(archive.Report.Good - 1);
    }

    [Fact]
    public async Task New_bytes_with_the_same_rows_change_nothing()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartOnCopyAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });
        var revisions = await host.DumpAsync("snapshot_days", Revisions);
        var file = Path.Combine(host.Archive, archive.Report.Files[2].Key);
        await File.WriteAllTextAsync(file, $"[{string.Join(",\n", Events(await File.ReadAllBytesAsync(file)).Select(e => e.GetRawText()))}]");

        var second = await host.ImportAsync(new { destination_uuid = archive.Destination });

        (second.Progress("files_done"), second.Progress("days_changed")).ShouldBe((1, 0));
        (await host.DumpAsync("snapshot_days", Revisions)).ShouldBe(revisions);
    }

    [Fact]
    public async Task Day_by_day_in_any_order_the_history_is_the_same_whatever_the_files_are_cut_by()
    {
        var archive = await Archives.LocalWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });
        var history = await host.HistoryAsync();
        await host.ForgetAsync();

        foreach (var n in (int[])[3, 0, 6, 5, 1, 2, 4])
        {
            var day = archive.Report.FirstDay.AddDays(n).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            (await host.ImportAsync(new { destination_uuid = archive.Destination, start_date = day, end_date = day })).Text("status").ShouldBe("COMPLETED");
        }

        (await host.HistoryAsync()).ShouldBe(history);
    }

    [Fact]
    public async Task Files_cut_at_the_parks_midnight_give_the_rows_of_files_cut_at_utc()
    {
        var (utc, local) = (await Archives.UtcWeekAsync(), await Archives.LocalWeekAsync());
        await using var host = await ImportHost.StartAsync(utc);
        await using var other = await ImportHost.StartAsync(local);
        await host.ImportAsync(new { destination_uuid = utc.Destination });
        await other.ImportAsync(new { destination_uuid = local.Destination });

        // The first and the last day are whole in one of the two only.
        var inner = string.Create(
            CultureInfo.InvariantCulture,
            $"(SELECT r.uuid, s.* FROM ride_status_snapshots AS s INNER JOIN rides AS r ON r.ride_id = s.ride_id WHERE recorded_at >= '{utc.Report.FirstDay.AddDays(1):yyyy-MM-dd}' AND recorded_at < '{utc.Report.LastDay:yyyy-MM-dd}') AS t");
        const string columns = "uuid, recorded_at, status, wait_minutes, flags";
        var expected = await host.DumpAsync(inner, columns, "1, 2");
        expected.Split('\n').Length.ShouldBeGreaterThan(200);
        (await other.DumpAsync(inner, columns, "1, 2")).ShouldBe(expected);
    }

    [Fact]
    public async Task A_file_that_can_no_longer_be_read_keeps_the_rows_it_gave_when_its_neighbour_is_imported_again()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        var day = new DateOnly(2024, 6, 10);
        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-10T10:00:00Z", 10), HandArchive.Event("2024-06-11T00:30:00Z", 15));
        HandArchive.Put(host.Archive, day.AddDays(1), HandArchive.Event("2024-06-11T10:00:00Z", 20), HandArchive.Event("2024-06-11T11:00:00Z", 25));
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        const string waits = "SELECT wait_minutes FROM ride_status_snapshots ORDER BY recorded_at";
        (await host.QueryAsync<short>(waits)).ShouldBe([10, 15, 20, 25]);

        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-10T10:00:00Z", 11), HandArchive.Event("2024-06-11T00:30:00Z", 16));
        HandArchive.PutText(host.Archive, day.AddDays(1), "{\"events\":[");
        var second = await host.ImportAsync(new { destination_uuid = HandArchive.Destination });

        second.Text("status").ShouldBe("COMPLETED_WITH_ERRORS");
        (await host.QueryAsync<short>(waits)).ShouldBe([11, 16, 20, 25]);

        // And once more, when the broken object is what the store holds last.
        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-10T10:00:00Z", 12), HandArchive.Event("2024-06-11T00:30:00Z", 17));
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination, end_date = "2024-06-10" });
        (await host.QueryAsync<short>(waits)).ShouldBe([12, 17, 20, 25]);
    }

    [Fact]
    public async Task A_file_found_unchanged_after_all_keeps_its_rows_when_its_neighbour_is_imported_again()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        var day = new DateOnly(2024, 6, 10);
        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-10T10:00:00Z", 10), HandArchive.Event("2024-06-11T00:30:00Z", 15));
        HandArchive.Put(host.Archive, day.AddDays(1), HandArchive.Event("2024-06-11T10:00:00Z", 20));
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });

        // Another ETag of the same bytes, as a copy of the bucket has.
        await host.ExecuteAsync("UPDATE archive_objects SET raw_etag = 'other' WHERE object_key = @Key", new { Key = HandArchive.Key(day.AddDays(1)) });
        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-10T10:00:00Z", 11), HandArchive.Event("2024-06-11T00:30:00Z", 16));
        var second = await host.ImportAsync(new { destination_uuid = HandArchive.Destination });

        (await host.FilesAsync(second.Text("import_id")))[HandArchive.Key(day.AddDays(1))].Text("reason").ShouldBe("UNCHANGED");
        (await host.QueryAsync<short>("SELECT wait_minutes FROM ride_status_snapshots ORDER BY recorded_at")).ShouldBe([11, 16, 20]);
    }

    [Fact]
    public async Task A_day_whose_file_has_lost_its_events_is_emptied_and_the_ledger_shows_it()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        var day = new DateOnly(2024, 6, 10);
        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-10T10:00:00Z", 10));
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        HandArchive.Put(host.Archive, day);

        var second = await host.ImportAsync(new { destination_uuid = HandArchive.Destination });

        (second.Progress("records_replaced"), second.Progress("days_changed")).ShouldBe((1, 1));
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(0);
        (await host.QueryAsync<(int, uint)>("SELECT row_count, revision FROM snapshot_days")).ShouldBe([(0, 2u)]);

        var third = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, refetch = true });
        third.Progress("days_changed").ShouldBe(0);
    }

    [Fact]
    public async Task A_dry_run_reports_what_the_real_one_does_and_leaves_no_trace_of_it()
    {
        var archive = await Archives.UglyAsync();
        await using var host = await ImportHost.StartAsync(archive);
        string[] untouched =
        [
            "ride_status_snapshots", "queue_data", "show_times", "snapshot_days", "parks", "rides", "ride_aliases", "unmatched_entities", "unmatched_entity_days",
        ];
        var before = await host.ScalarAsync<string>($"SELECT CONCAT_WS(',', {string.Join(", ", untouched.Select(t => $"(SELECT COUNT(*) FROM {t})"))})");
        before.ShouldBe("0,0,0,0,0,0,0,0,0");

        var rehearsed = await host.ImportAsync(new { destination_uuid = archive.Destination, dry_run = true });

        (await host.ScalarAsync<string>($"SELECT CONCAT_WS(',', {string.Join(", ", untouched.Select(t => $"(SELECT COUNT(*) FROM {t})"))})")).ShouldBe(before);
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM archive_objects WHERE imported_sha256 IS NOT NULL OR first_day IS NOT NULL")).ShouldBe(0);
        rehearsed.GetProperty("dry_run").GetBoolean().ShouldBeTrue();

        var real = await host.ImportAsync(new { destination_uuid = archive.Destination });
        (await AccountsAsync(host, rehearsed)).ShouldBe(await AccountsAsync(host, real));
        rehearsed.Text("status").ShouldBe(real.Text("status"));
        rehearsed.GetProperty("matching").Number("entities_seen").ShouldBe(real.GetProperty("matching").Number("entities_seen"));
        rehearsed.GetProperty("matching").Number("entities_matched").ShouldBe(real.GetProperty("matching").Number("entities_matched"));
        (await host.GetAsync($"/quality/{rehearsed.Text("import_id")}")).GetProperty("quality_metrics").GetRawText()
            .ShouldBe((await host.GetAsync($"/quality/{real.Text("import_id")}")).GetProperty("quality_metrics").GetRawText());

        // After the real run a dry one would change nothing, and does not.
        var history = await host.HistoryAsync();
        var again = await host.ImportAsync(new { destination_uuid = archive.Destination, dry_run = true });
        again.Progress("days_changed").ShouldBe(0);
        again.Progress("records_imported").ShouldBe(real.Progress("records_imported"));
        (await host.HistoryAsync()).ShouldBe(history);
    }

    [Fact]
    public async Task Without_creating_rides_everything_is_unmatched_and_accounted_for()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        var import = await host.ImportAsync(new { destination_uuid = archive.Destination, create_missing = false });

        import.Text("status").ShouldBe("COMPLETED");
        import.Progress("records_imported").ShouldBe(0);
        var files = await host.FilesAsync(import.Text("import_id"));
        archive.Report.Files.ShouldAllBe(f => files[f.Key].Number("unmatched") + files[f.Key].Number("duplicates") == f.Listed);
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM rides")).ShouldBe(0);
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM unmatched_entities")).ShouldBe(archive.Report.Destinations[0].Entities.Count);
        (await host.ScalarAsync<long>("SELECT SUM(observations) FROM unmatched_entity_days")).ShouldBe(archive.Report.Listed);
        import.GetProperty("matching").Number("unmatched_open").ShouldBe(archive.Report.Destinations[0].Entities.Count);
    }

    private static async Task<string> AccountsAsync(ImportHost host, JsonElement import)
    {
        var files = await host.FilesAsync(import.Text("import_id"));
        string[] figures = ["events", "records", "queue_records", "show_records", "replaced", "duplicates", "kept_live", "unmatched", "rejected", "park_events"];
        return string.Join('\n', files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(
            f => $"{f.Key} {f.Value.Text("status")} {f.Value.GetProperty("reason")} {string.Join(' ', figures.Select(n => f.Value.Number(n)))} {f.Value.GetProperty("findings")}"));
    }

    private static async Task<SortedDictionary<(uint Park, DateOnly Day), (uint Revision, uint Rows)>> RevisionsAsync(ImportHost host) =>
        new((await host.QueryAsync<(uint Park, DateOnly Day, uint Revision, uint Rows)>("SELECT park_id, utc_day, revision, row_count FROM snapshot_days"))
            .ToDictionary(r => (r.Park, r.Day), r => (r.Revision, r.Rows)));

    private static List<JsonElement> Events(byte[] file)
    {
        using var stream = new System.IO.Compression.ZLibStream(new MemoryStream(file), System.IO.Compression.CompressionMode.Decompress);
        using var text = new StreamReader(stream);
        return [.. JsonElement.Parse(text.ReadToEnd()).GetProperty("events").EnumerateArray()];
    }
}
