using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>Lists: in the order that is asked for, as files, and the jobs behind them.</summary>
public sealed partial class ListPageTests(OperationsScene scene) : IClassFixture<OperationsScene>
{
    private Browser Browser => scene.Browser;

    [Fact]
    public async Task Jobs_come_in_the_order_of_the_address_and_one_there_is_not_is_refused_with_the_words_there_are()
    {
        var first = await scene.EnqueueAsync(7301, queue: "b");
        var second = await scene.EnqueueAsync(7302, queue: "a");
        var third = await scene.EnqueueAsync(7303, queue: "b");
        await scene.SendAsync(new CancelJob.Command(second));

        (await OrderAsync("")).ShouldBe([third, second, first]);
        (await OrderAsync("&sort=-created")).ShouldBe([third, second, first]);
        (await OrderAsync("&sort=created")).ShouldBe([first, second, third]);
        (await OrderAsync("&sort=queue")).ShouldBe([second, first, third]);
        (await OrderAsync("&sort=-queue")).ShouldBe([third, first, second]);
        (await OrderAsync("&sort=state")).ShouldBe([second, first, third]);
        (await OrderAsync("&sort=-finished")).First().ShouldBe(second);
        (await OrderAsync("&sort=created&limit=1&offset=1")).ShouldBe([second]);

        var page = await Browser.PageAsync("/console/jobs?text=730&sort=queue");
        page.ShouldContain("aria-sort=\"ascending\"");
        page.ShouldContain("<input type=\"hidden\" name=\"sort\" value=\"queue\"");
        page.IndexOf($"<code>{second}", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf($"<code>{first}", StringComparison.Ordinal));

        foreach (var path in (string[])["jobs", "quality/issues", "quality/gaps", "audit"])
        {
            using var answer = await scene.App.Admin.GetAsync(new Uri($"/api/admin/{path}?sort=luck", UriKind.Relative));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("sort must be one of ", customMessage: path);
            var wrong = await Browser.GetAsync($"/console/{path}?sort=luck");
            wrong.Status.ShouldBe(HttpStatusCode.BadRequest, path);
            wrong.Html.ShouldContain("sort must be one of ", customMessage: path);
        }

        async Task<IEnumerable<string?>> OrderAsync(string sort) =>
            (await GetAsync("/api/admin/jobs?text=730" + sort)).GetProperty("data").EnumerateArray().Select(j => j.GetProperty("job_id").GetString());
    }

    [Fact]
    public async Task Issues_and_gaps_come_in_the_order_that_is_asked_for()
    {
        await IssueAsync("one", "WARNING", "2026-01-01", "2026-01-03");
        await IssueAsync("two", "CRITICAL", "2026-01-02", "2026-01-02 06:00");
        await IssueAsync("three", "INFO", "2026-01-03", null);

        (await OrderAsync("issues?sort=-severity", "issues", "description")).ShouldBe(["two", "one", "three"]);
        (await OrderAsync("issues?sort=severity", "issues", "description")).ShouldBe(["three", "one", "two"]);
        (await OrderAsync("gaps", "gaps", "gap_id")).ShouldBe(await OrderAsync("gaps?sort=-start", "gaps", "gap_id"));
        (await OrderAsync("gaps?sort=hours", "gaps", "duration_hours")).Select(h => double.Parse(h, CultureInfo.InvariantCulture)).ShouldBeInOrder(SortDirection.Ascending);
        (await OrderAsync("gaps?sort=-end", "gaps", "end_time")).First().ShouldBe("");
        var page = await Browser.PageAsync("/console/quality/issues?sort=-severity");
        page.IndexOf(": two", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf(": one", StringComparison.Ordinal));

        async Task<List<string>> OrderAsync(string query, string list, string field) =>
            [.. (await GetAsync("/api/admin/quality/" + query)).GetProperty(list).EnumerateArray().Select(i => i.GetProperty(field).ToString())];

        Task IssueAsync(string name, string severity, string from, string? until) => scene.ExecuteAsync(
            """
            INSERT INTO data_quality_log (
                detector, scope_id, cause, issue_type, severity, gap_type, description, timestamp_start, timestamp_end, records_affected, resolution_status,
                is_present, created_at, updated_at, seen_at)
            VALUES ('list_test', 0, @name, 'GAP', @severity, 'MISSING_ARCHIVE', @name, @from, @until, 1, 'OPEN', TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """,
            new { name, severity, from, until });
    }

    [Fact]
    public async Task A_list_is_a_file_too_with_its_filters_and_no_formula_in_it()
    {
        var id = await scene.EnqueueAsync(7401, by: "=cmd|'/c calc'!A1");
        await scene.EnqueueAsync(7402);
        (await Browser.PageAsync("/console/jobs?text=7401")).ShouldContain("href=\"/console/jobs?text=7401&amp;format=csv\"");

        var file = await Browser.GetAsync("/console/jobs?text=7401&format=csv");

        file.Status.ShouldBe(HttpStatusCode.OK);
        file.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        file.Header("Content-Disposition").ShouldBe("attachment; filename=\"jobs.csv\"");
        file.Header("Cache-Control").ShouldBe("no-store");
        var lines = file.Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith("job_id,name,queue,state,waiting_for,");
        lines[1].ShouldStartWith($"{id},");
        lines[1].ShouldContain(",\"'=cmd|'/c calc'!A1\",");

        foreach (var (path, head) in (((string, string)[])[("quality/issues", "log_id,"), ("quality/gaps", "gap_id,"), ("audit", "audit_id,")]))
        {
            (await Browser.PageAsync("/console/" + path)).ShouldContain($"href=\"/console/{path}?format=csv\"");
            (await Browser.GetAsync($"/console/{path}?format=csv")).Html.ShouldStartWith(head);
        }

        var refused = await Browser.GetAsync("/console/jobs?state=LOST&format=csv");
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Html.ShouldContain("state must be one of");
        using var stranger = new Browser(scene.App);
        (await stranger.GetAsync("/console/audit?format=csv")).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_file_has_ten_thousand_rows_at_most()
    {
        await scene.ExecuteAsync("INSERT INTO activity_log (at, who, door, action, why) VALUES (UTC_TIMESTAMP(3), 'bulk', 'API', 'bulk.test', '+1')");
        for (var rows = 1; rows <= 10_000; rows *= 2)
        {
            await scene.ExecuteAsync("INSERT INTO activity_log (at, who, door, action, why) SELECT at, who, door, action, why FROM activity_log WHERE action = 'bulk.test'");
        }

        (await Browser.PageAsync("/console/audit?action=bulk.test")).ShouldContain("the first 10,000 only");
        var lines = (await Browser.GetAsync("/console/audit?action=bulk.test&format=csv")).Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        lines.Length.ShouldBe(10_001);
        lines.Skip(1).ShouldAllBe(l => l.EndsWith(",bulk,API,bulk.test,,\"'+1\",,", StringComparison.Ordinal));
        lines.Distinct().Count().ShouldBe(10_001);
        await scene.ExecuteAsync("DELETE FROM activity_log WHERE action = 'bulk.test'");
    }

    [Fact]
    public async Task The_audit_page_keeps_what_was_asked_for()
    {
        var id = await scene.EnqueueAsync(7501);
        await Browser.DoAsync($"/console/jobs/{id}", $"/console/actions/jobs/{id}/pause", ("why", "for 7501"));

        var page = await Browser.PageAsync("/console/audit?who=tester&action=job.pause&door=CONSOLE&text=7501&from=2020-01-01");
        page.ShouldContain("1 to 1 of 1");
        page.ShouldContain("for 7501");
        page.ShouldContain("<option value=\"CONSOLE\" selected>");
        page.ShouldContain("name=\"from\" type=\"date\" value=\"2020-01-01\"");
        (await Browser.PageAsync("/console/audit?text=7501&door=SCHEDULE")).ShouldContain("No entry matches.");
        (await Browser.GetAsync("/console/audit?from=yesterday")).Html.ShouldContain("from must be a date as yyyy-MM-dd; got &#x27;yesterday&#x27;.");
    }

    [Fact]
    public async Task A_job_tells_why_it_waits_and_what_keeps_it_from_being_retried()
    {
        var waits = await scene.EnqueueAsync(7601, queue: "imports");
        var room = (await GetAsync($"/api/admin/jobs/{waits}")).GetProperty("room");
        (room.GetProperty("nodes").GetInt32(), room.GetProperty("running").GetInt32(), room.GetProperty("per_node").GetInt32(), room.GetProperty("workers").GetInt32()).ShouldBe((0, 0, 2, 7));
        (await Browser.PageAsync($"/console/jobs/{waits}")).ShouldContain("No node runs jobs: nothing is begun.");

        await scene.App.Services.GetRequiredService<NodeStore>().SignAsync(new NodeSignature("taker", "here", "1", true, 20, "{}"), started: true, CancellationToken.None);
        var page = await Browser.PageAsync($"/console/jobs/{waits}");
        page.ShouldContain("Nodes that run jobs: 1. Each runs 2 of the queue at once.");
        page.ShouldContain("href=\"/console/jobs?state=RUNNING&amp;queue=imports\"");

        var ended = await scene.EnqueueAsync(7602, uniqueKey: "only one");
        await scene.SendAsync(new CancelJob.Command(ended));
        (await GetAsync($"/api/admin/jobs/{ended}")).GetProperty("same_work").ValueKind.ShouldBe(JsonValueKind.Null);
        var other = await scene.EnqueueAsync(7602, uniqueKey: "only one");
        (await GetAsync($"/api/admin/jobs/{ended}")).GetProperty("same_work").GetString().ShouldBe(other);
        (await Browser.PageAsync($"/console/jobs/{ended}")).ShouldContain($"<a href=\"/console/jobs/{other}\"><code>{other}</code></a> has the same key");
        (await Browser.DoAsync($"/console/jobs/{ended}", $"/console/actions/jobs/{ended}/retry", ("why", "try"))).ShouldContain($"Not done: Job {other} does the same");
    }

    [Fact]
    public async Task A_jobs_page_renews_its_state_its_runs_and_the_end_of_its_log_and_no_form_is_renewed()
    {
        var id = await scene.EnqueueAsync(7701);
        await scene.ExecuteAsync("INSERT INTO job_log (job_id, run_no, logged_at, level, text) VALUES (@id, 1, UTC_TIMESTAMP(3), 2, 'line 1')", new { id });
        for (var lines = 1; lines < 256; lines *= 2)
        {
            await scene.ExecuteAsync(
                "INSERT INTO job_log (job_id, run_no, logged_at, level, text) SELECT job_id, 1, logged_at, 2, CONCAT('line ', SUBSTRING(text, 6) + @lines) FROM job_log WHERE job_id = @id ORDER BY line_id",
                new { id, lines });
        }

        var page = await Browser.PageAsync($"/console/jobs/{id}");
        page.ShouldContain("line 256<");
        page.ShouldNotContain("line 56<");
        page.ShouldContain("line 57<");
        (await Browser.PageAsync($"/console/jobs/{id}?after=0")).ShouldContain("line 1<");
        (await GetAsync($"/api/admin/jobs/{id}?tail=true&lines=2")).GetProperty("log").EnumerateArray().Select(l => l.GetProperty("text").GetString()).ShouldBe(["line 255", "line 256"]);
        using var both = await scene.App.Admin.GetAsync(new Uri($"/api/admin/jobs/{id}?tail=true&after=0", UriKind.Relative));
        both.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        foreach (var (path, regions) in ((string, string[])[])
            [
                ($"/console/jobs/{id}", ["state", "runs", "log"]),
                ("/console/jobs", ["states", "list"]),
                ("/console", ["live-health", "live-freshness", "live-imports", "live-jobs", "live-issues", "live-alerts"]),
            ])
        {
            var html = await Browser.PageAsync(path);
            var found = Live().Matches(html).ToDictionary(r => r.Groups["id"].Value, r => Region(html, r.Index));
            found.Keys.ToArray().ShouldBe(regions, path);
            // What somebody types would be gone.
            found.Values.ShouldAllBe(r => !r.Contains("<form", StringComparison.Ordinal), path);
        }

        // From a div to its end.
        static string Region(string html, int begin)
        {
            var depth = 0;
            return html[begin..(begin + Div().Matches(html[begin..]).First(tag => (depth += tag.Value == "</div>" ? -1 : 1) == 0).Index)];
        }
    }

    [Fact]
    public async Task What_ended_is_counted_by_the_hour()
    {
        var before = await SumAsync("cancelled", 24);
        var longBefore = await SumAsync("cancelled", 48);
        foreach (var (destination, hours) in ((int, int)[])[(7801, 0), (7802, 5), (7803, 30)])
        {
            var id = await scene.EnqueueAsync(destination);
            await scene.SendAsync(new CancelJob.Command(id));
            await scene.ExecuteAsync("UPDATE jobs SET finished_at = finished_at - INTERVAL @hours HOUR WHERE job_id = @id", new { id, hours });
        }

        (await SumAsync("cancelled", 24)).ShouldBe(before + 2);
        (await SumAsync("cancelled", 48)).ShouldBe(longBefore + 3);
        (await SumAsync("failed", 24)).ShouldBe(0);
        var hour = (await GetAsync("/api/admin/jobs/timeline?hours=2")).GetProperty("data").EnumerateArray().Last().GetProperty("from").GetDateTime();
        (hour.Minute, hour.Second).ShouldBe((0, 0));
        using var wrong = await scene.App.Admin.GetAsync(new Uri("/api/admin/jobs/timeline?hours=169", UriKind.Relative));
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var page = await Browser.PageAsync("/console/jobs");
        page.ShouldContain("Jobs that ended, by hour");
        page.ShouldContain("data-chart=");

        async Task<long> SumAsync(string outcome, int hours)
        {
            var data = (await GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/admin/jobs/timeline?hours={hours}"))).GetProperty("data").EnumerateArray().ToList();
            data.Count.ShouldBe(hours);
            return data.Sum(h => h.GetProperty(outcome).GetInt64());
        }
    }

    [Fact]
    public async Task Jobs_are_retried_by_the_same_words_they_are_found_by_and_a_reason_has_its_limit()
    {
        var id = await scene.EnqueueAsync(7901);
        await scene.SendAsync(new CancelJob.Command(id));
        using var retried = await scene.App.Admin.PostAsJsonAsync("/api/admin/jobs/retry", new { text = id });
        (await retried.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("retried").GetInt32().ShouldBe(1);

        foreach (var action in (string[])["retry", "resume", "pause", "cancel"])
        {
            using var answer = await scene.App.Admin.PostAsJsonAsync($"/api/admin/jobs/{id}/{action}", new { why = new string('x', 501) });
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, action);
        }
    }

    [Fact]
    public async Task The_navigation_leads_to_nodes_settings_and_audit_and_all_their_links_lead_somewhere()
    {
        foreach (var path in (string[])["/console/nodes", "/console/settings", "/console/audit"])
        {
            var page = await Browser.PageAsync(path);
            page.ShouldContain($"href=\"{path}\" aria-current=\"page\"");
            foreach (var link in Link().Matches(page).Select(l => WebUtility.HtmlDecode(l.Groups["path"].Value)).Distinct())
            {
                (await Browser.GetAsync(link)).Status.ShouldBe(HttpStatusCode.OK, $"{path}: {link}");
            }
        }
    }

    private async Task<JsonElement> GetAsync(string path) => await scene.App.Admin.GetFromJsonAsync<JsonElement>(path);

    [GeneratedRegex("""<div id="(?<id>[^"]+)" data-live>""")]
    private static partial Regex Live();

    [GeneratedRegex("</?div\\b[^>]*>")]
    private static partial Regex Div();

    [GeneratedRegex("""<a [^>]*href="(?<path>/console[^"]*)""")]
    private static partial Regex Link();
}
