using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>Imports stopped on the way and taken up again.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task A_paused_import_resumes_where_it_was_and_ends_as_if_undisturbed()
    {
        var archive = await Archives.LongAsync();
        await using var host = await ImportHost.StartAsync(archive);
        var undisturbed = await host.ImportAsync(new { destination_uuid = archive.Destination });
        var history = await host.HistoryAsync();
        await host.ForgetAsync();

        var (id, paused) = await PauseOnTheWayAsync(host, archive);

        paused.Text("status").ShouldBe("PAUSED");
        var standing = await host.StatusAsync(id);
        standing.Text("status").ShouldBe("PAUSED");
        var done = standing.Progress("files_done");
        done.ShouldBeInRange(1, archive.Report.Files.Count - 1);
        paused.Text("checkpoint_date").ShouldBe(archive.Report.FirstDay.AddDays(done - 1).ToString("yyyy-MM-dd", null));
        paused.Number("records_imported").ShouldBe(standing.Progress("records_imported"));
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM snapshot_days")).ShouldBeGreaterThan(0);

        (await host.PostAsync($"/pause/{id}", null, HttpStatusCode.Conflict)).ShouldExplain("INVALID_STATE", "Import … is …; this call takes ….", 409);
        var refused = await host.PostAsync("/start", new { destination_uuid = archive.Destination }, HttpStatusCode.Conflict);
        refused.ShouldExplain("IMPORT_IN_PROGRESS", "Import … of this destination is not finished; resume, wait for or cancel it.", 409);
        refused.GetProperty("error").GetProperty("details").Text("existing_import_id").ShouldBe(id);

        var resumed = await host.PostAsync($"/resume/{id}", null);
        (resumed.Text("status"), resumed.Text("resumed_from_date")).ShouldBe(("IN_PROGRESS", archive.Report.FirstDay.AddDays(done).ToString("yyyy-MM-dd", null)));
        var ended = await host.EndAsync(id);
        ended.Text("status").ShouldBe("COMPLETED");
        ended.Progress("records_imported").ShouldBe(undisturbed.Progress("records_imported"));
        (await host.HistoryAsync()).ShouldBe(history);
        (await host.PostAsync($"/resume/{id}", null, HttpStatusCode.Conflict)).ErrorCode().ShouldBe("INVALID_STATE");
    }

    [Fact]
    public async Task A_cancelled_import_keeps_what_is_committed_and_a_new_one_goes_on()
    {
        var archive = await Archives.LongAsync();
        await using var host = await ImportHost.StartAsync(archive);
        var (id, _) = await PauseOnTheWayAsync(host, archive);
        var done = (await host.StatusAsync(id)).Progress("files_done");

        var cancelled = await host.DeleteAsync($"/cancel/{id}");

        (cancelled.Text("import_id"), cancelled.Text("status")).ShouldBe((id, "CANCELLED"));
        cancelled.Number("records_imported").ShouldBeGreaterThan(0);
        (await host.DeleteAsync($"/cancel/{id}", HttpStatusCode.BadRequest)).ErrorCode().ShouldBe("INVALID_STATE");
        (await host.PostAsync($"/resume/{id}", null, HttpStatusCode.Conflict)).ErrorCode().ShouldBe("INVALID_STATE");

        var next = await host.ImportAsync(new { destination_uuid = archive.Destination });
        (next.Text("status"), next.Progress("files_skipped"), next.Progress("files_done")).ShouldBe(("COMPLETED", done, archive.Report.Files.Count - done));
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(archive.Report.Good);
        (await host.DeleteAsync($"/cancel/{next.Text("import_id")}", HttpStatusCode.BadRequest)).ErrorCode().ShouldBe("INVALID_STATE");
    }

    [Fact]
    public async Task A_running_import_is_cancelled_too()
    {
        var archive = await Archives.LongAsync();
        await using var host = await ImportHost.StartAsync(archive);
        Task<JsonElement> cancelling;
        string id;
        await using (var block = await host.BlockWritesAsync())
        {
            id = (await host.StartedAsync(new { destination_uuid = archive.Destination })).Text("import_id");
            await UntilAsync(block.IsWaitedForAsync);
            cancelling = host.DeleteAsync($"/cancel/{id}");
            await SeenAsync(host, id);
        }

        (await cancelling).Text("status").ShouldBe("CANCELLED");
        (await host.EndAsync(id)).Text("status").ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task A_checkpoint_whose_rows_are_gone_is_not_resumed()
    {
        var archive = await Archives.LongAsync();
        await using var host = await ImportHost.StartAsync(archive);
        var (id, _) = await PauseOnTheWayAsync(host, archive);
        await host.ExecuteAsync("DELETE FROM snapshot_days WHERE utc_day = @Day", new { Day = archive.Report.FirstDay.AddDays(1) });

        var refused = await host.PostAsync($"/resume/{id}", null, HttpStatusCode.Conflict);

        refused.ShouldExplain(
            "CHECKPOINT_CORRUPTED",
            "… files are recorded as imported, but the ledger has no rows of them, first …; cancel this import and start a new one with refetch.",
            409);
        refused.GetProperty("error").GetProperty("details").GetProperty("files").EnumerateArray().Select(f => f.GetString()).ShouldBe([archive.Report.Files[1].Key]);
        (await host.StatusAsync(id)).Text("status").ShouldBe("PAUSED");
    }

    [Fact]
    public async Task Retrying_takes_up_the_failed_files_alone_and_fetches_them_again()
    {
        var archive = await Archives.UglyAsync();
        await using var host = await ImportHost.StartOnCopyAsync(archive);
        var destination = archive.Report.Files.First(f => f.Fails).Destination;
        var first = await host.ImportAsync(new { destination_uuid = destination });
        var id = first.Text("import_id");
        var broken = archive.FilesOf(destination).Where(f => f.Fails).ToList();
        var good = archive.FilesOf(destination).First(f => !f.Fails && f.Listed > 0);
        var text = System.Text.Encoding.UTF8.GetString(Inflate(await File.ReadAllBytesAsync(Path.Combine(archive.Path, good.Key)), good.Kind));
        await File.WriteAllTextAsync(
            Path.Combine(host.Archive, broken[0].Key), text.Replace(good.Day.ToString("yyyy-MM-dd", null), broken[0].Day.ToString("yyyy-MM-dd", null), StringComparison.Ordinal));
        var revisions = await host.DumpAsync("snapshot_days", "park_id, utc_day, revision");

        var retried = await host.PostAsync($"/retry/{id}", null);

        (retried.Number("files_retried"), retried.Text("status")).ShouldBe((broken.Count, "IN_PROGRESS"));
        var ended = await host.EndAsync(id);
        ended.Progress("files_failed").ShouldBe(broken.Count - 1);
        ended.Progress("files_done").ShouldBe(first.Progress("files_done") + 1);
        var repaired = (await host.FilesAsync(id))[broken[0].Key];
        repaired.Text("status").ShouldBe("IMPORTED");
        repaired.Number("records").ShouldBeGreaterThan(0);
        (await host.DumpAsync("snapshot_days", "park_id, utc_day, revision")).ShouldStartWith(revisions.Split('\n')[0]);
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM snapshot_days WHERE revision > 1")).ShouldBe(0);
    }

    [Fact]
    public async Task Unmatched_events_beside_the_files_day_are_no_sign_of_corruption()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        var day = new DateOnly(2024, 6, 10);
        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-10T10:00:00Z", 10));
        await host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        await host.ForgetAsync();
        var stranger = "eeeeeeee-0000-4000-8000-000000000002";
        HandArchive.Put(host.Archive, day, HandArchive.Event("2024-06-09T23:30:00Z", 5, stranger), HandArchive.Event("2024-06-10T10:00:00Z", 10));
        HandArchive.PutText(host.Archive, day.AddDays(1), "{");
        var import = await host.ImportAsync(new { destination_uuid = HandArchive.Destination, create_missing = false });
        (import.Text("status"), import.Progress("records_imported")).ShouldBe(("COMPLETED_WITH_ERRORS", 1));

        (await host.PostAsync($"/retry/{import.Text("import_id")}", null)).Number("files_retried").ShouldBe(1);
        (await host.EndAsync(import.Text("import_id"))).Text("status").ShouldBe("COMPLETED_WITH_ERRORS");
    }

    [Fact]
    public async Task An_import_without_failed_files_has_nothing_to_retry()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        var import = await host.ImportAsync(new { destination_uuid = archive.Destination });
        (await host.PostAsync($"/retry/{import.Text("import_id")}", null, HttpStatusCode.Conflict)).ErrorCode().ShouldBe("INVALID_STATE");
    }

    [Fact]
    public async Task The_stream_of_events_tells_progress_and_ends_with_the_final_state()
    {
        var archive = await Archives.LongAsync();
        await using var host = await ImportHost.StartAsync(archive);
        string id;
        List<(string Event, JsonElement Data)> events = [];
        Task reading;
        await using (await host.BlockWritesAsync())
        {
            id = (await host.StartedAsync(new { destination_uuid = archive.Destination })).Text("import_id");
            reading = ReadEventsAsync(host, id, events);
            await UntilAsync(() => Task.FromResult(events.Count >= 2));
        }

        await reading;
        events.SkipLast(1).ShouldAllBe(e => e.Event == "progress" && e.Data.Text("import_id") == id);
        events[^1].Event.ShouldBe("end");
        events[^1].Data.Text("status").ShouldBe("COMPLETED");
        events[^1].Data.Progress("records_imported").ShouldBe((int)archive.Report.Good);

        events.Clear();
        await ReadEventsAsync(host, id, events);
        events.ShouldHaveSingleItem().Event.ShouldBe("end");
    }

    private static async Task ReadEventsAsync(ImportHost host, string id, List<(string Event, JsonElement Data)> events)
    {
        using var response = await host.App.Admin.GetAsync($"/api/admin/import/events/{id}", HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            events.Add((item.EventType, JsonElement.Parse(item.Data)));
        }
    }

    /// <summary>Starts an import of a long archive and pauses it when some of its days are committed and many are not.</summary>
    private static async Task<(string Id, JsonElement Answer)> PauseOnTheWayAsync(ImportHost host, Archive archive)
    {
        Task<JsonElement> pausing;
        string id;
        await using (var block = await host.BlockWritesAsync())
        {
            id = (await host.StartedAsync(new { destination_uuid = archive.Destination })).Text("import_id");
            await UntilAsync(block.IsWaitedForAsync);
            pausing = host.PostAsync($"/pause/{id}", null);
            await SeenAsync(host, id);
        }

        return (id, await pausing);
    }

    /// <summary>Waits until the run has asked, after the request was made, what is wanted of it: it looks once a second.</summary>
    private static async Task SeenAsync(ImportHost host, string id)
    {
        await UntilAsync(async () => await host.ScalarAsync<string?>("SELECT requested FROM import_checkpoints WHERE import_id = @Id", new { Id = id }) is not null);
        var seen = await host.ScalarAsync<DateTime>("SELECT updated_at FROM import_checkpoints WHERE import_id = @Id", new { Id = id });
        for (var report = 0; report < 2; report++)
        {
            await UntilAsync(async () => await host.ScalarAsync<DateTime>("SELECT updated_at FROM import_checkpoints WHERE import_id = @Id", new { Id = id }) is var now && now != seen && (seen = now) == now);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private static byte[] Inflate(byte[] raw, ThemePark.Simulator.UglyFile? kind)
    {
        using var source = new MemoryStream(raw);
        using Stream stream = kind switch
        {
            ThemePark.Simulator.UglyFile.Plain => source,
            ThemePark.Simulator.UglyFile.Gzip => new System.IO.Compression.GZipStream(source, System.IO.Compression.CompressionMode.Decompress),
            _ => new System.IO.Compression.ZLibStream(source, System.IO.Compression.CompressionMode.Decompress),
        };
        using var target = new MemoryStream();
        stream.CopyTo(target);
        return target.ToArray();
    }
}
