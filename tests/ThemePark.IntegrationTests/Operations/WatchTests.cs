using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.IntegrationTests.Console;
using ThemePark.IntegrationTests.Jobs;
using ThemePark.Jobs;
using ThemePark.Modules.Operations;
using ThemePark.Modules.Operations.Watching;
using ThemePark.Testing;
using Xunit;
using static ThemePark.Testing.Verifier;

namespace ThemePark.IntegrationTests.Operations;

public sealed class WatchTests(WatchScene scene) : IClassFixture<WatchScene>, IAsyncLifetime
{
    private const string Watch = "/api/admin/watch";

    public async Task InitializeAsync()
    {
        // What earlier tests left to be written, and wrote.
        await Eventually.TrueAsync(async () =>
        {
            scene.Advance(TimeSpan.FromSeconds(1));
            await scene.Recorder.RecordAsync(CancellationToken.None);
            return await scene.OneAsync<bool>("SELECT api_requests + page_requests = 0 FROM node_minutes WHERE ended_at = @Now", new { scene.Now });
        });
        await scene.ExecuteAsync("DELETE FROM node_minutes");
        await scene.ExecuteAsync("DELETE FROM watches");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_node_writes_what_it_answered_what_failed_and_what_it_takes()
    {
        await scene.GetAsync("/api/admin/nodes");
        await scene.GetAsync("/api/admin/audit");
        await scene.ExecuteAsync("RENAME TABLE operation_switches TO operation_switches_away");
        await scene.GetAsync("/api/admin/maintenance", HttpStatusCode.InternalServerError);
        await scene.ExecuteAsync("RENAME TABLE operation_switches_away TO operation_switches");
        foreach (var path in (string[])["/console/sign-in", "/api/health", "/console/assets/console.css", "/health/live"])
        {
            await scene.App.Anonymous.GetAsync(new Uri(path, UriKind.Relative));
        }

        await scene.App.Admin.GetAsync(new Uri("/api/admin/import/unmatched/export", UriKind.Relative));
        await WrittenAsync(apiRequests: 3, pages: 1);

        var row = await scene.OneAsync<(decimal Requests, decimal Errors, decimal Pages, decimal PageErrors, decimal LogErrors, long Rss, long? Memory, double P95)>(
            """
            SELECT SUM(api_requests), SUM(api_errors), SUM(page_requests), SUM(page_errors), SUM(log_errors), MIN(rss_bytes), MIN(memory_bytes), MAX(api_p95_ms)
            FROM node_minutes
            """);
        (row.Requests, row.Errors, row.Pages, row.PageErrors).ShouldBe((3, 1, 1, 0));
        row.LogErrors.ShouldBeGreaterThanOrEqualTo(1);
        row.Rss.ShouldBeGreaterThan(10_000_000);
        row.Memory!.Value.ShouldBeGreaterThan(row.Rss);
        row.P95.ShouldBeGreaterThan(0);
        (await scene.OneAsync<string>("SELECT DISTINCT node FROM node_minutes")).ShouldBe(scene.App.Services.GetRequiredService<IOptions<JobsOptions>>().Value.NodeId);
    }

    [Fact]
    public async Task What_a_maintenance_refuses_is_no_error()
    {
        await scene.PostAsync("/api/admin/maintenance/start", new { minutes = 5 });
        (await scene.App.Anonymous.GetAsync(new Uri("/api/parks/downtime", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await scene.PostAsync("/api/admin/maintenance/end", new { });
        await WrittenAsync(apiRequests: 2);

        (await scene.OneAsync<(decimal, decimal)>("SELECT SUM(api_requests), SUM(api_errors) FROM node_minutes")).ShouldBe((2, 0));
    }

    [Fact]
    public async Task A_node_without_http_says_nothing_about_it()
    {
        var services = scene.App.Services;
        using var worker = new NodeRecorder(
            services.GetRequiredService<NodeMinutes>(), new Traffic(), new ErrorLines(), services.GetRequiredService<IOptions<JobsOptions>>(), scene.Clock, NullLogger<NodeRecorder>.Instance);
        await worker.RecordAsync(CancellationToken.None);

        (await scene.OneAsync<(long?, long?, string?, double?)>("SELECT api_requests, page_errors, api_times, page_p95_ms FROM node_minutes")).ShouldBe((null, null, null, null));
        var window = await services.GetRequiredService<NodeMinutes>().WindowAsync(scene.Now.AddDays(-1), scene.Now, CancellationToken.None);
        (window.Http, window.Newest).ShouldBe((null, scene.Now));
    }

    [Fact]
    public async Task Minutes_that_could_not_be_written_are_written_later()
    {
        var first = scene.Now;
        await scene.ExecuteAsync("RENAME TABLE node_minutes TO node_minutes_away");
        for (var minute = 0; minute < 3; minute++)
        {
            await scene.Recorder.RecordAsync(CancellationToken.None);
            scene.Advance(TimeSpan.FromMinutes(1));
        }

        await scene.ExecuteAsync("RENAME TABLE node_minutes_away TO node_minutes");
        await scene.Recorder.RecordAsync(CancellationToken.None);

        (await scene.OneAsync<(DateTime, long)>("SELECT MIN(ended_at), COUNT(*) FROM node_minutes")).ShouldBe((first, 4));
    }

    [Fact]
    public async Task A_release_is_watched_for_seven_days_and_passes_when_nothing_speaks_against_it()
    {
        await SeedAsync();
        (await scene.GetAsync($"{Watch}/report", HttpStatusCode.NotFound)).GetProperty("error").GetProperty("code").GetString().ShouldBe("WATCH_NOT_FOUND");
        (await scene.GetAsync(Watch)).GetProperty("watch").ValueKind.ShouldBe(JsonValueKind.Null);

        var begun = scene.Now;
        var started = await scene.PostAsync($"{Watch}/start", new { version = "9.9.9", why = "new rollups" });
        (started.GetProperty("state").GetString(), started.GetProperty("begun_by").GetString(), started.GetProperty("ends_at").GetDateTime())
            .ShouldBe(("WATCHING", TestApp.KeyName, begun.AddDays(7)));
        (await scene.PostAsync($"{Watch}/start", new { version = "10.0.0" }, HttpStatusCode.Conflict)).GetProperty("error").GetProperty("code").GetString().ShouldBe("INVALID_STATE");
        (await scene.OneAsync<string>("SELECT why FROM activity_log WHERE action = 'watch.start' ORDER BY audit_id DESC LIMIT 1")).ShouldBe("new rollups");

        // What ended before the watch began is another release's.
        await ImportAsync("imp_before", "FAILED", begun.AddMinutes(-1), events: 1000, unmatched: 900);
        await ImportAsync("imp_good", "COMPLETED", begun.AddMinutes(10), events: 980, unmatched: 10);
        await ImportAsync("imp_some", "COMPLETED", begun.AddMinutes(11), events: 20, unmatched: 10);
        await ImportAsync("imp_gone", "CANCELLED", begun.AddMinutes(12), events: 0, unmatched: 0);
        await ImportAsync("imp_dry", "FAILED", begun.AddMinutes(13), events: 1000, unmatched: 900, dryRun: true);
        scene.Advance(TimeSpan.FromMinutes(29));
        await scene.WorkAMinuteAsync();
        await scene.SampleAsync();

        var first = (await scene.GetAsync(Watch)).GetProperty("readings").EnumerateArray().ToDictionary(
            r => r.GetProperty("metric").GetString()!, r => (Value: r.GetProperty("value"), Verdict: r.GetProperty("verdict").GetString()));
        first.Count.ShouldBe(Enum.GetValues<WatchMetric>().Length);
        first.Where(r => r.Value.Verdict != "PASS").Select(r => $"{r.Key} {r.Value.Verdict}").ShouldBe(["UNMATCHED_OPEN WARN"]);
        Value("IMPORT_SUCCESS").ShouldBe(100);
        Value("MATCH_RATE").ShouldBe(98);
        Value("DISK_GROWTH").ShouldBe(10);
        Value("DISK_DAYS_LEFT").ShouldBe(512);
        Value("CPU").ShouldBe(12);
        Value("MEMORY").ShouldBe(25);
        Value("ERROR_RATE").ShouldBe(0);
        Value("API_P95").ShouldBeGreaterThan(0);

        // The same half hour once more, with other facts: it stays what it was.
        await ImportAsync("imp_bad", "FAILED", scene.Now.AddMinutes(-1), events: 0, unmatched: 0);
        await scene.SampleAsync();
        (await scene.OneAsync<(long, double)>("SELECT COUNT(*), MAX(IF(metric = 'IMPORT_SUCCESS', value, 0)) FROM watch_samples")).ShouldBe((first.Count, 100));

        // A question that fails takes no other with it, and is never good.
        scene.Advance(TimeSpan.FromMinutes(30));
        await scene.WorkAMinuteAsync();
        await scene.ExecuteAsync("RENAME TABLE import_files TO import_files_away");
        await scene.SampleAsync();
        await scene.ExecuteAsync("RENAME TABLE import_files_away TO import_files");
        var second = (await scene.GetAsync(Watch)).GetProperty("readings").EnumerateArray().ToDictionary(r => r.GetProperty("metric").GetString()!);
        (second["MATCH_RATE"].GetProperty("verdict").GetString(), second["MATCH_RATE"].GetProperty("value").ValueKind).ShouldBe(("NO_DATA", JsonValueKind.Null));
        second["MATCH_RATE"].GetProperty("detail").GetString()!.ShouldContain("could not be read");
        second["IMPORT_SUCCESS"].GetProperty("verdict").GetString().ShouldBe("FAIL");
        second["ERROR_RATE"].GetProperty("verdict").GetString().ShouldBe("PASS");
        (await scene.GetAsync(Watch)).GetProperty("objections")[0].GetString().ShouldBe("IMPORT_SUCCESS failed: 66.67, wanted > 95 %.");

        // It fails no more; nobody looks for days; then it does on the seventh.
        scene.Advance(TimeSpan.FromDays(6));
        await ImportAsync("imp_last", "COMPLETED", scene.Now.AddMinutes(-1), events: 100, unmatched: 0);
        await scene.WorkAMinuteAsync();
        await scene.SampleAsync();
        (await scene.GetAsync(Watch)).GetProperty("objections").GetArrayLength().ShouldBe(0);
        scene.Advance(TimeSpan.FromDays(1));
        await scene.SampleAsync();

        var over = (await scene.GetAsync(Watch)).GetProperty("watch");
        (over.GetProperty("state").GetString(), over.GetProperty("ended_by").GetString(), over.GetProperty("end_why").GetString()).ShouldBe(("PASSED", "system", "Nothing spoke against it."));
        (await scene.OneAsync<string>("SELECT JSON_VALUE(details, '$.state') FROM activity_log WHERE action = 'watch.conclude' ORDER BY audit_id DESC LIMIT 1")).ShouldBe("PASSED");

        double Value(string metric) => first[metric].Value.GetDouble();
    }

    [Fact]
    public async Task A_watch_that_saw_nothing_fails_and_says_what_it_never_knew()
    {
        await scene.PostAsync($"{Watch}/start", new { version = "1.0.0" });
        scene.Advance(TimeSpan.FromDays(8));
        await scene.SampleAsync();

        var over = (await scene.GetAsync(Watch)).GetProperty("watch");
        over.GetProperty("state").GetString().ShouldBe("FAILED");
        over.GetProperty("end_why").GetString()!.ShouldContain("ERROR_RATE never had data.");
        over.GetProperty("end_why").GetString()!.ShouldContain("Day 7 was not watched.");
    }

    [Fact]
    public async Task A_watch_is_stopped_with_a_reason_and_a_deployment_takes_the_place_of_another_release()
    {
        (await scene.PostAsync($"{Watch}/stop", new { why = "nothing there" }, HttpStatusCode.Conflict)).GetProperty("error").GetProperty("message").GetString().ShouldBe("No release is watched.");
        await scene.PostAsync($"{Watch}/start", new { });
        await scene.PostAsync($"{Watch}/stop", new { why = " " }, HttpStatusCode.BadRequest);
        var stopped = await scene.PostAsync($"{Watch}/stop", new { why = "wrong release" });
        (stopped.GetProperty("version").GetString(), stopped.GetProperty("state").GetString(), stopped.GetProperty("end_why").GetString())
            .ShouldBe((ThisProgram.Version, "ENDED", "wrong release"));
        (await scene.OneAsync<string>("SELECT why FROM activity_log WHERE action = 'watch.stop' ORDER BY audit_id DESC LIMIT 1")).ShouldBe("wrong release");

        await using var scope = scene.App.Services.CreateAsyncScope();
        var control = scope.ServiceProvider.GetRequiredService<WatchControl>();
        (await control.StartAsync("2.0", "deployer", null, CancellationToken.None)).Succeeded.ShouldBeTrue();
        (await control.StartAsync("2.0", "deployer", null, CancellationToken.None)).Failure!.Status.ShouldBe(409);
        (await control.StartAsync("3.0", "deployer", "deployed", CancellationToken.None)).Value.Version.ShouldBe("3.0");
        (await scene.OneAsync<(string, string)>("SELECT state, end_why FROM watches WHERE release_version = '2.0'")).ShouldBe(("ENDED", "Release 3.0 took its place."));
        (await scene.GetAsync(Watch)).GetProperty("watch").GetProperty("version").GetString().ShouldBe("3.0");

        // Two at once: the key of the table decides.
        var store = scope.ServiceProvider.GetRequiredService<WatchStore>();
        await Should.ThrowAsync<System.Data.Common.DbException>(() => store.AddAsync(
            new Watch { Version = "4.0", State = WatchState.Watching, BegunAt = scene.Now, BegunBy = "other" }, CancellationToken.None));
    }

    [Fact]
    public async Task The_report_is_told_as_json_markdown_page_and_verb()
    {
        await ThreeDaysAsync();

        var report = await scene.GetAsync($"{Watch}/report?day=2");
        await Verify(Shortened(report), "json");
        using var document = await scene.App.Admin.GetAsync(new Uri($"{Watch}/report.md?day=2", UriKind.Relative));
        document.Content.Headers.ContentType!.ToString().ShouldBe("text/markdown; charset=utf-8");
        var markdown = await document.Content.ReadAsStringAsync();
        await Verify(markdown, "markdown");
        (await scene.GetAsync($"{Watch}/report?day=8", HttpStatusCode.BadRequest)).GetProperty("error").GetProperty("code").GetString().ShouldBe("VALIDATION_FAILED");

        var browser = await scene.SignInAsync();
        var page = await browser.PageAsync("/console/watch?day=2");
        page.ShouldContain(ConsoleScene.Harmless);
        page.ShouldNotContain("<script>");
        page.ShouldContain("Day 2: look first at pages");
        page.ShouldContain("<span class=\"badge absent\">no data</span>");
        page.ShouldContain("<span class=\"badge bad\">FAIL</span>");
        page.ShouldContain("<strong>Pages of the console, p95</strong>");
        page.ShouldContain("CPU never had data.");
        page.ShouldContain("Nobody &lt;asked&gt;.");
        page.ShouldContain("href=\"/console/watch?day=3\"");
        page.ShouldContain("&quot;name&quot;:&quot;API, p95&quot;");
        (await browser.GetAsync("/console/watch?day=9")).Html.ShouldContain("This cannot be shown.");

        await using var process = HostProcess.Start(["watch", "report", "--day", "2"], new Dictionary<string, string> { ["ConnectionStrings__ThemePark"] = scene.Database.ConnectionString });
        (await process.ExitCodeAsync()).ShouldBe(0, process.Output);
        // Days come and go by the clock; what was seen does not.
        process.Output.ShouldContain("## Day 2: look first at pages");
        process.Output.ShouldContain(markdown.Split('\n').Single(l => l.StartsWith("| Requests answered 5xx | FAIL", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_console_begins_and_ends_a_watch()
    {
        const string Page = "/console/watch";
        var browser = await scene.SignInAsync();
        (await browser.PageAsync(Page)).ShouldContain("No release was ever watched.");
        var begun = await browser.DoAsync(Page, "/console/actions/watch/start", ("version", "5.0"), ("why", "by hand"));
        begun.ShouldContain("Release 5.0 is watched.");
        begun.ShouldContain("<span class=\"badge \">WATCHING</span>");
        begun.ShouldContain("not yet");
        (await browser.DoAsync($"{Page}/stop", "/console/actions/watch/stop", ("why", " "))).ShouldContain("Not done: say why.");
        var ended = await browser.DoAsync($"{Page}/stop", "/console/actions/watch/stop", ("why", "enough"));
        ended.ShouldContain("The watch is ended.");
        ended.ShouldContain("by tester: enough");
        (await scene.OneAsync<(string, string)>("SELECT door, why FROM activity_log WHERE action = 'watch.stop' ORDER BY audit_id DESC LIMIT 1")).ShouldBe(("CONSOLE", "enough"));
    }

    [Fact]
    public async Task Minutes_older_than_thirty_days_go_without_any_watch()
    {
        await scene.ExecuteAsync(
            """
            INSERT INTO node_minutes (ended_at, node, seconds, cpu_percent, rss_bytes, log_errors)
            SELECT @Now - INTERVAL 30 DAY - INTERVAL seq MINUTE, 'old', 60, 1, 1, 0 FROM seq_1_to_5100
            UNION ALL
            SELECT @Now - INTERVAL 30 DAY, 'kept', 60, 1, 1, 0
            """,
            new { scene.Now });
        await scene.SampleAsync();

        (await scene.OneAsync<string>("SELECT GROUP_CONCAT(node) FROM node_minutes")).ShouldBe("kept");
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM watch_samples")).ShouldBe(0);
    }

    // Two metrics of one shape each, and how many half hours there are in place of their values.
    private static JsonNode Shortened(JsonElement report)
    {
        var copy = JsonNode.Parse(report.GetRawText())!;
        // How many watches there were before is of no interest.
        copy["watch"]!.AsObject().Remove("watch_id").ShouldBeTrue();
        var metrics = copy["metrics"]!.AsArray();
        while (metrics.Count > 2)
        {
            metrics.RemoveAt(2);
        }

        foreach (var metric in metrics)
        {
            metric!["values"] = metric["values"]!.AsArray().Count;
        }

        return copy;
    }

    // Counted after the answer was sent, so the last ones may be in a later row.
    private Task WrittenAsync(int apiRequests, int pages = 0) => Eventually.TrueAsync(async () =>
    {
        scene.Advance(TimeSpan.FromSeconds(1));
        await scene.Recorder.RecordAsync(CancellationToken.None);
        return await scene.OneAsync<bool>(
            "SELECT COALESCE(SUM(api_requests), 0) >= @apiRequests AND COALESCE(SUM(page_requests), 0) >= @pages FROM node_minutes", new { apiRequests, pages });
    });

    private Task SeedAsync() => scene.ExecuteAsync(
        """
        INSERT INTO storage_measurements (measured_at, duration_ms, data_bytes, index_bytes, free_bytes, on_disk_bytes, other_bytes, volume_bytes, volume_free_bytes)
        VALUES (@Now - INTERVAL 1 DAY, 1, 1, 1, 0, 100 << 20, 0, 10 << 30, 5 << 30), (@Now, 1, 1, 1, 0, 110 << 20, 0, 10 << 30, 5 << 30);
        INSERT INTO unmatched_entities (destination_id, entity_uuid, kind, reason, candidates, status, first_import_id, last_import_id, created_at)
        VALUES (1, UUID(), 'ATTRACTION', 'NO_MATCH', '[]', 'OPEN', 'imp_x', 'imp_x', @Now), (1, UUID(), 'ATTRACTION', 'NO_MATCH', '[]', 'IGNORED', 'imp_x', 'imp_x', @Now)
        """,
        new { scene.Now });

    private Task ImportAsync(string id, string status, DateTime at, int events, int unmatched, bool dryRun = false) => scene.ExecuteAsync(
        """
        INSERT INTO import_checkpoints (
            import_id, destination_id, destination_uuid, status, dry_run, refetch, from_raw, create_missing, overlap, source, started_by, door, versions,
            created_at, completed_at, updated_at)
        VALUES (@id, 1, UUID(), @status, @dryRun, FALSE, FALSE, TRUE, 'REPLACE', 'test', 'test', 'API', '{}', @at, @at, @at);
        INSERT INTO import_files (checkpoint_id, object_key, outcome, etag, size, events, unmatched, finished_at)
        VALUES (LAST_INSERT_ID(), @id, 'IMPORTED', '', 1, @events, @unmatched, @at)
        """,
        new { id, status, at, events, unmatched, dryRun });

    // Two and a half days of a release whose name is markup: the API fails on the second, nobody opens pages on it, and the processors are never seen.
    private async Task ThreeDaysAsync()
    {
        var options = new WatchOptions();
        var store = scene.App.Services.GetRequiredService<WatchStore>();
        var begun = new DateTime(2026, 5, 1, 6, 0, 0, DateTimeKind.Utc);
        scene.Advance(begun.AddDays(2.5) - scene.Now);
        var watch = await store.AddAsync(
            new Watch { Version = $"7.0 | {ConsoleScene.Hostile}", State = WatchState.Watching, BegunAt = begun, BegunBy = "tester", Why = "a\nline [more](x)" }, CancellationToken.None);
        await using var connection = await scene.Database.Database.OpenAsync(CancellationToken.None);
        foreach (var slot in (int[])[0, 1, 2, 48, 49, 50, 51, 96])
        {
            await using var tx = await connection.BeginTransactionAsync();
            var day = WatchPlan.DayOf(slot);
            var readings = Enum.GetValues<WatchMetric>().Where(m => m is not WatchMetric.AlertsOpen || day == 1).Select(m => Reading.Of(m, FactOf(m, day, slot), Rule.Of(m, options)));
            (await WatchStore.AddSamplesAsync(tx, watch.WatchId, slot, begun.AddMinutes((30 * slot) + 1), readings, CancellationToken.None)).ShouldBeTrue();
            await tx.CommitAsync();
        }

        static Fact FactOf(WatchMetric metric, int day, int slot) => metric switch
        {
            WatchMetric.Cpu => Fact.Unknown("Nobody knows."),
            WatchMetric.PageP95 when day == 2 => Fact.Unknown("Nobody <asked>."),
            WatchMetric.ErrorRate => new Fact(day == 2 ? slot - 47 : 0.25, $"{(slot - 47).ToString(CultureInfo.InvariantCulture)} | more"),
            WatchMetric.MatchRate or WatchMetric.ImportSuccess => new Fact(99.5, null),
            WatchMetric.DiskDaysLeft => new Fact(60, null),
            WatchMetric.ApiP95 => new Fact(10 + slot, "of 100 requests"),
            _ => new Fact(0, null),
        };
    }
}
