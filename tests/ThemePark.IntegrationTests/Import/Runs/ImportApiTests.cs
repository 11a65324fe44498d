using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>One host with one finished import, for the calls that change nothing.</summary>
public sealed class FinishedImport : IAsyncLifetime
{
    internal ImportHost Host { get; private set; } = null!;

    internal Archive Archive { get; private set; } = null!;

    internal JsonElement Started { get; private set; }

    internal JsonElement Import { get; private set; }

    public async Task InitializeAsync()
    {
        Archive = await Archives.UglyAsync();
        Host = await ImportHost.StartAsync(Archive);
        Started = await Host.StartedAsync(new { destination_uuid = Archive.Destination });
        Import = await Host.EndAsync(Started.Text("import_id"));
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

public sealed class ImportApiTests(FinishedImport finished) : IClassFixture<FinishedImport>
{
    private ImportHost Host => finished.Host;

    private string Id => finished.Import.Text("import_id");

    [Fact]
    public async Task A_start_answers_with_the_import_and_where_to_find_it()
    {
        using var response = await Host.App.Admin.PostAsJsonAsync("/api/admin/import/start", new { destination_uuid = finished.Archive.Report.Destinations[1].Id, start_date = "2025-11-21", end_date = "2025-11-22", dry_run = true });
        var import = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var id = import.Text("import_id");
        id.ShouldMatch("^imp_[0-9a-z]{12}$");
        response.Headers.Location!.ToString().ShouldBe($"/api/admin/import/status/{id}");
        (import.Text("start_date"), import.Text("end_date"), import.GetProperty("dry_run").GetBoolean(), import.Text("started_by")).ShouldBe(("2025-11-21", "2025-11-22", true, "tester"));
        import.Text("source").ShouldStartWith("directory:");
        var ended = await Host.EndAsync(id);
        (ended.Progress("files_total") - ended.Progress("files_skipped")).ShouldBe(finished.Archive.FilesOf(finished.Archive.Report.Destinations[1].Id).Count(f => f.Day <= new DateOnly(2025, 11, 22) && f.Day >= new DateOnly(2025, 11, 21)));
    }

    [Theory]
    [InlineData("2025-11-02", "2025-11-01", "start_date")]
    [InlineData("1999-12-31", null, "start_date")]
    [InlineData(null, "1999-12-31", "end_date")]
    [InlineData("2999-01-01", null, "start_date")]
    [InlineData(null, "2999-01-01", "end_date")]
    public async Task A_range_that_cannot_be_is_refused_and_says_which_end(string? start, string? end, string parameter)
    {
        foreach (var (path, body) in ((string, object)[])
            [("/start", new { destination_uuid = finished.Archive.Destination, start_date = start, end_date = end }), ("/start-all", new { start_date = start, end_date = end })])
        {
            var error = (await Host.PostAsync(path, body, HttpStatusCode.BadRequest)).GetProperty("error");
            error.Text("code").ShouldBe("INVALID_DATE_RANGE");
            error.GetProperty("details").EnumerateObject().Select(p => p.Name).ShouldBe([parameter]);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"destination_id":1,"destination_uuid":"dddddddd-0000-4000-8000-000000000001"}""")]
    [InlineData("""{"destination_id":1,"park_id":1}""")]
    [InlineData("""{"destination_id":1,"overlap":"MERGE"}""")]
    [InlineData("""{"destination_id":1,"refetch":true,"from_raw":true}""")]
    public async Task A_request_that_contradicts_itself_is_refused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await Host.App.Admin.PostAsync("/api/admin/import/start", content);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonElement.Parse(await response.Content.ReadAsStringAsync()).ErrorCode().ShouldBe("VALIDATION_FAILED");
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        (await Host.PostAsync("/start", new { destination_id = 9_999 }, HttpStatusCode.NotFound)).ErrorCode().ShouldBe("DESTINATION_NOT_FOUND");
        (await Host.PostAsync("/start", new { destination_uuid = Guid.NewGuid() }, HttpStatusCode.NotFound)).ErrorCode().ShouldBe("DESTINATION_NOT_FOUND");
        (await Host.PostAsync("/start", new { park_id = 9_999 }, HttpStatusCode.NotFound)).ErrorCode().ShouldBe("PARK_NOT_FOUND");
        foreach (var path in (string[])["status", "quality", "files", "events"])
        {
            (await Host.GetAsync($"/{path}/imp_000000000000", HttpStatusCode.NotFound)).ErrorCode().ShouldBe("IMPORT_NOT_FOUND", path);
        }

        foreach (var path in (string[])["pause", "resume", "retry"])
        {
            (await Host.PostAsync($"/{path}/imp_000000000000", null, HttpStatusCode.NotFound)).ErrorCode().ShouldBe("IMPORT_NOT_FOUND", path);
        }

        (await Host.DeleteAsync("/cancel/imp_000000000000", HttpStatusCode.NotFound)).ErrorCode().ShouldBe("IMPORT_NOT_FOUND");
    }

    [Fact]
    public async Task A_destination_may_be_named_by_its_id_or_by_one_of_its_parks()
    {
        var park = await Host.ScalarAsync<int>("SELECT MIN(park_id) FROM parks WHERE destination_id = @Id", new { Id = finished.Import.Number("destination_id") });
        foreach (var request in (object[])[new { destination_id = finished.Import.Number("destination_id"), dry_run = true }, new { park_id = park, dry_run = true }])
        {
            (await Host.ImportAsync(request)).Text("destination_uuid").ShouldBe(finished.Archive.Destination);
        }
    }

    [Fact]
    public async Task A_range_without_a_single_file_is_an_error_not_a_success()
    {
        var import = await Host.ImportAsync(new { destination_uuid = finished.Archive.Destination, start_date = "2010-01-01", end_date = "2010-01-02" });
        (import.Text("status"), import.GetProperty("errors").Text("kind")).ShouldBe(("FAILED", "NO_OBJECTS"));
        var message = import.GetProperty("errors").Text("message");
        Runbook.ShouldExplain("NO_OBJECTS", "NO_OBJECTS: … lists no day file of destination … in this range.", "import", message);
        message.ShouldContain(finished.Archive.Destination);

        // A failed import stands still: it may be resumed, and fails again.
        await Host.PostAsync($"/resume/{import.Text("import_id")}", null);
        (await Host.EndAsync(import.Text("import_id"))).GetProperty("errors").Text("kind").ShouldBe("NO_OBJECTS");
    }

    [Fact]
    public async Task Imports_are_listed_newest_first_by_state_destination_and_park()
    {
        var destination = finished.Import.Number("destination_id");
        var newer = await Host.ImportAsync(new { destination_id = destination, dry_run = true, end_date = "2025-11-22" });
        var all = await Host.GetAsync("/list?limit=500");
        var ids = all.GetProperty("data").EnumerateArray().Select(i => i.Text("import_id")).ToList();
        ids.IndexOf(newer.Text("import_id")).ShouldBeLessThan(ids.IndexOf(Id));
        all.GetProperty("metadata").Number("total").ShouldBe(ids.Count);

        var page = await Host.GetAsync("/list?limit=1&offset=1");
        page.GetProperty("data").EnumerateArray().Select(i => i.Text("import_id")).ShouldBe([ids[1]]);
        (page.GetProperty("metadata").Number("count"), page.GetProperty("metadata").Number("total")).ShouldBe((1, ids.Count));

        (await ListedAsync($"/list?status={finished.Import.Text("status")}&limit=500")).ShouldAllBe(i => i.Text("status") == finished.Import.Text("status"));
        (await ListedAsync($"/list?destination_id={destination}&limit=500")).Select(i => i.Text("import_id")).ShouldContain(Id);
        (await ListedAsync("/list?destination_id=9999")).ShouldBeEmpty();
        var park = await Host.ScalarAsync<int>("SELECT MIN(park_id) FROM parks WHERE destination_id = @Id", new { Id = destination });
        (await ListedAsync($"/list?park_id={park}&limit=500")).ShouldAllBe(i => i.Number("destination_id") == destination);

        (await ListedAsync("/list?sort=created&limit=500")).Select(i => i.Text("import_id")).ShouldBe(Enumerable.Reverse(ids));
        foreach (var (sort, figure) in ((string, Func<JsonElement, double>)[])
            [
                ("files_failed", i => i.GetProperty("progress").GetProperty("files_failed").GetDouble()),
                ("duration", i => i.GetProperty("performance").GetProperty("elapsed_seconds").GetDouble()),
            ])
        {
            var rising = (await ListedAsync($"/list?sort={sort}&limit=500")).Select(figure).ToList();
            rising.Count.ShouldBe(ids.Count);
            rising.ShouldBeInOrder(SortDirection.Ascending, sort);
            rising[^1].ShouldBeGreaterThan(rising[0], sort);
            (await ListedAsync($"/list?sort=-{sort}&limit=500")).Select(figure).ShouldBeInOrder(SortDirection.Descending, sort);
        }

        foreach (var wrong in (string[])["status=DONE", "sort=luck", "limit=0", "limit=501", "offset=-1", "park_id=9999"])
        {
            (await Host.GetAsync($"/list?{wrong}", HttpStatusCode.BadRequest)).ErrorCode().ShouldBe("VALIDATION_FAILED", wrong);
        }
    }

    [Fact]
    public async Task Files_are_filtered_paged_and_summed_up()
    {
        var files = await Host.GetAsync($"/files/{Id}?limit=500");
        var summary = files.GetProperty("summary");
        summary.Number("listed").ShouldBe(files.GetProperty("data").GetArrayLength());
        (summary.Number("imported") + summary.Number("skipped") + summary.Number("failed")).ShouldBe(summary.Number("listed"));
        summary.Number("pending").ShouldBe(0);

        var imported = await Host.GetAsync($"/files/{Id}?status=IMPORTED&limit=2&offset=1");
        imported.GetProperty("data").EnumerateArray().ShouldAllBe(f => f.Text("status") == "IMPORTED");
        (imported.GetProperty("metadata").Number("count"), imported.GetProperty("metadata").Number("total")).ShouldBe((2, summary.Number("imported")));
        var days = files.GetProperty("data").EnumerateArray().Where(f => f.GetProperty("date").ValueKind == JsonValueKind.String).Select(f => f.Text("date")).ToList();
        days.ShouldBe(days.Order(StringComparer.Ordinal));
        (await Host.GetAsync($"/files/{Id}?status=LOST", HttpStatusCode.BadRequest)).ErrorCode().ShouldBe("VALIDATION_FAILED");
    }

    [Fact]
    public async Task The_destinations_of_the_archive_are_listed_with_their_days()
    {
        var listed = (await Host.GetAsync("/destinations")).GetProperty("data").EnumerateArray().ToDictionary(d => d.Text("destination_uuid"));
        listed.Count.ShouldBe(2);
        foreach (var destination in finished.Archive.Report.Destinations)
        {
            var files = finished.Archive.FilesOf(destination.Id).ToList();
            (listed[destination.Id].Text("first_day"), listed[destination.Id].Text("last_day"), listed[destination.Id].Number("file_count"))
                .ShouldBe((files.Min(f => f.Day).ToString("yyyy-MM-dd", null), files.Max(f => f.Day).ToString("yyyy-MM-dd", null), files.Count));
        }
    }

    [Fact]
    public async Task Every_start_is_in_the_audit_log()
    {
        (await Host.QueryAsync<string>("SELECT subject FROM activity_log WHERE action = 'import.start'")).ShouldContain(Id);
    }

    [Fact]
    public async Task An_archive_that_is_not_there_is_told_at_once()
    {
        await using var host = await ImportHost.StartAsync(finished.Archive, ("Archive:Directory", "/nowhere/archive"));
        var refused = await host.PostAsync("/start", new { destination_uuid = finished.Archive.Destination }, HttpStatusCode.ServiceUnavailable);
        refused.ShouldExplain("ARCHIVE_UNAVAILABLE", "The archive cannot be read: …", 503);
        refused.GetProperty("error").GetProperty("details").Text("kind").ShouldBe("UNAVAILABLE");
        Runbook.ShouldExplain(
            "UNAVAILABLE", "The archive directory '…' does not exist.", "source", refused.GetProperty("error").Text("message")["The archive cannot be read: ".Length..]);
        (await host.PostAsync("/start-all", new { }, HttpStatusCode.ServiceUnavailable)).ErrorCode().ShouldBe("ARCHIVE_UNAVAILABLE");
        (await host.GetAsync("/destinations", HttpStatusCode.ServiceUnavailable)).ErrorCode().ShouldBe("ARCHIVE_UNAVAILABLE");
        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM import_checkpoints")).ShouldBe(0);
    }

    [Fact]
    public async Task The_sixth_start_within_an_hour_is_told_when_to_come_back()
    {
        await using var host = await ImportHost.StartAsync(finished.Archive, ("RateLimits:StartImportPerHour", "5"));
        var request = new { destination_uuid = finished.Archive.Destination, dry_run = true, start_date = "2025-11-21", end_date = "2025-11-21" };
        for (var i = 0; i < 5; i++)
        {
            using var started = await host.App.Admin.PostAsJsonAsync("/api/admin/import/start", request);
            started.StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.Conflict);
        }

        using var refused = await host.App.Admin.PostAsJsonAsync("/api/admin/import/start", request);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(1, 60);
        JsonElement.Parse(await refused.Content.ReadAsStringAsync()).ErrorCode().ShouldBe("RATE_LIMITED");

        // Another destination has an allowance of its own.
        await host.PostAsync("/start", request with { destination_uuid = finished.Archive.Report.Destinations[1].Id }, HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_batch_names_the_runs_that_were_going_on_already()
    {
        await using var host = await ImportHost.StartAsync(finished.Archive);
        await using (await host.BlockWritesAsync())
        {
            var running = await host.StartedAsync(new { destination_uuid = finished.Archive.Destination });
            var batch = await host.PostAsync("/start-all", new { }, HttpStatusCode.Accepted);
            batch.GetProperty("already_running").EnumerateArray().Select(i => i.GetString()).ShouldBe([running.Text("import_id")]);
            batch.GetProperty("imports").EnumerateArray().Select(i => i.Text("destination_uuid")).ShouldBe([finished.Archive.Report.Destinations[1].Id]);
            (await host.PostAsync("/start", new { destination_uuid = finished.Archive.Destination }, HttpStatusCode.Conflict)).ErrorCode().ShouldBe("IMPORT_IN_PROGRESS");
        }

        foreach (var import in (await host.GetAsync("/list")).GetProperty("data").EnumerateArray())
        {
            await host.EndAsync(import.Text("import_id"));
        }

        (await host.ScalarAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots")).ShouldBe(finished.Archive.Report.Good - finished.Archive.Report.Ugly[ThemePark.Simulator.UglyEvent.ParkEntity]);
    }

    private async Task<List<JsonElement>> ListedAsync(string path) => [.. (await Host.GetAsync(path)).GetProperty("data").EnumerateArray()];
}
