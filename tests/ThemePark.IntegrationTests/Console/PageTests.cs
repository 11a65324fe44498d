using System.Net;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>The pages over real data, and every form on them.</summary>
public sealed partial class PageTests(ConsoleScene scene) : IClassFixture<ConsoleScene>
{
    private Browser Browser => scene.Browser;

    [Fact]
    public async Task The_overview_tells_how_everything_is()
    {
        await scene.WaitingJobAsync(101);
        var page = await Browser.PageAsync("/console");

        page.ShouldContain("Database connection successful");
        page.ShouldContain("No live data have been collected yet");
        page.ShouldContain("<b>1</b> parks <span class=\"badge warn\">UNKNOWN</span>");
        page.ShouldContain("No import runs.");
        page.ShouldMatch(@"<b>\d+</b> ENQUEUED");
        page.ShouldContain(ConsoleScene.Harmless);
        page.ShouldContain("No alert is open.");
        page.ShouldContain("aria-current=\"page\">Overview");
    }

    [Fact]
    public async Task Jobs_are_found_by_state_and_text_and_the_address_keeps_what_was_asked()
    {
        var id = await scene.WaitingJobAsync(7001);
        var page = await Browser.PageAsync("/console/jobs?state=ENQUEUED&text=7001");

        page.ShouldContain($"/console/jobs/{id}");
        page.ShouldContain("held back by a pause");
        page.ShouldContain("1 to 1 of 1");
        page.ShouldContain("<option value=\"ENQUEUED\" selected>");
        page.ShouldContain("name=\"text\" value=\"7001\"");
        (await Browser.PageAsync("/console/jobs?text=nothing-has-this")).ShouldContain("No job matches.");
        (await Browser.PageAsync("/console/jobs?state=ENQUEUED&offset=5000")).ShouldContain("go back to the first");
    }

    [Fact]
    public async Task What_is_asked_wrongly_or_is_not_there_says_so_and_is_no_empty_list()
    {
        foreach (var (path, status, text) in ((string, HttpStatusCode, string)[])
            [
                ("/console/jobs?state=LOST", HttpStatusCode.BadRequest, "state must be one of"),
                ("/console/jobs/ghost", HttpStatusCode.NotFound, "There is no job ghost."),
                ("/console/imports/imp_000000000000", HttpStatusCode.NotFound, "imp_000000000000"),
                ("/console/schedules/ghost", HttpStatusCode.NotFound, "There is no recurring job ghost."),
                ("/console/quality?period=ever", HttpStatusCode.BadRequest, "period must be one of"),
            ])
        {
            var answer = await Browser.GetAsync(path);
            answer.Status.ShouldBe(status, path);
            answer.Html.ShouldContain("This cannot be shown.");
            answer.Html.ShouldContain(text);
        }
    }

    [Fact]
    public async Task A_query_that_fails_is_told_from_nothing_and_takes_no_other_with_it()
    {
        await scene.ExecuteAsync("RENAME TABLE storage_alerts TO storage_alerts_away");
        try
        {
            var page = await Browser.PageAsync("/console");
            page.ShouldContain("This cannot be shown.");
            page.ShouldNotContain("No alert is open.");
            page.ShouldContain("No import runs.");
        }
        finally
        {
            await scene.ExecuteAsync("RENAME TABLE storage_alerts_away TO storage_alerts");
        }
    }

    [Fact]
    public async Task Names_from_elsewhere_are_text_wherever_they_stand()
    {
        var id = await scene.WaitingJobAsync(7002, by: ConsoleScene.Hostile);
        await scene.ExecuteAsync($"UPDATE jobs SET last_error = @Hostile WHERE job_id = '{id}'");
        foreach (var path in (string[])
            [
                "/console", "/console/jobs", $"/console/jobs/{id}", "/console/imports", $"/console/imports/{scene.ImportId}", "/console/imports/start",
                "/console/quality/issues", "/console/quality/gaps", "/console/quality/freshness",
            ])
        {
            var page = await Browser.PageAsync(path);
            page.ShouldContain(ConsoleScene.Harmless, Case.Sensitive, path);
            page.ShouldNotContain("<script>", Case.Insensitive, path);
        }

        (await Browser.PageAsync("/console/jobs?text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")).ShouldNotContain("<script>");
    }

    [Fact]
    public async Task A_job_is_paused_resumed_cancelled_and_retried_and_each_is_audited_with_door_and_reason()
    {
        var id = await scene.WaitingJobAsync(7003);
        var page = $"/console/jobs/{id}";

        (await Browser.DoAsync(page, $"/console/actions/jobs/{id}/pause", ("why", "later"))).ShouldContain("tester, ");
        (await scene.AuditedAsync("job.pause")).ShouldBe(("tester", "CONSOLE", id, "later"));
        (await Browser.DoAsync(page, $"/console/actions/jobs/{id}/resume", ("why", "now"))).ShouldContain("Resumed.");
        (await scene.AuditedAsync("job.resume")).ShouldBe(("tester", "CONSOLE", id, "now"));

        (await Browser.DoAsync($"{page}/cancel", $"/console/actions/jobs/{id}/cancel", ("why", " "))).ShouldContain("Not done: say why.");
        (await Browser.DoAsync($"{page}/cancel", $"/console/actions/jobs/{id}/cancel", ("why", "mistake"))).ShouldContain("Cancelled.");
        (await scene.AuditedAsync("job.cancel")).ShouldBe(("tester", "CONSOLE", id, "mistake"));
        (await Browser.PageAsync(page)).ShouldNotContain("Cancelled.</p>", customMessage: "a message is told once");

        var retried = await Browser.DoAsync(page, $"/console/actions/jobs/{id}/retry", ("why", "after all"));
        retried.ShouldContain("Retried by tester");
        retried.ShouldContain("held back by a pause");
        (await scene.AuditedAsync("job.retry")).ShouldBe(("tester", "CONSOLE", id, "after all"));
    }

    [Fact]
    public async Task An_action_that_is_refused_says_why_on_the_page_it_came_from()
    {
        var id = await scene.WaitingJobAsync(7004);
        (await Browser.DoAsync($"/console/jobs/{id}/cancel", $"/console/actions/jobs/{id}/cancel", ("why", "once"))).ShouldContain("Cancelled.");
        (await Browser.DoAsync($"/console/jobs/{id}/cancel", $"/console/actions/jobs/{id}/cancel", ("why", "twice"))).ShouldContain($"Not done: Job {id} is CANCELLED");
        (await Browser.DoAsync($"/console/jobs/{id}", $"/console/actions/jobs/{id}/retry", ("why", new string('x', 501)))).ShouldContain("500 characters at most");
    }

    [Fact]
    public async Task All_that_match_are_retried_after_being_counted()
    {
        foreach (var job in (int[])[7105, 7106])
        {
            var id = await scene.WaitingJobAsync(job);
            await Browser.DoAsync($"/console/jobs/{id}/cancel", $"/console/actions/jobs/{id}/cancel", ("why", "for now"));
        }

        const string Confirm = "/console/jobs/retry-all?state=CANCELLED&text=710";
        (await Browser.PageAsync(Confirm)).ShouldContain("2 jobs match now.");
        (await Browser.DoAsync(Confirm, "/console/actions/jobs/retry-all", ("why", "storm is over"))).ShouldContain("2 retried.");
        (await scene.AuditedAsync("job.retry_all")).ShouldBe(("tester", "CONSOLE", null, "storm is over"));
        (await Browser.PageAsync("/console/jobs?state=CANCELLED&text=710")).ShouldContain("No job matches.");
    }

    [Fact]
    public async Task Work_is_paused_and_resumed_by_queue_with_a_reason()
    {
        (await Browser.DoAsync("/console/jobs/pause-work", "/console/actions/jobs/pause-work", ("scope", "QUEUE"), ("why", "no subject"))).ShouldContain("Not done: subject must name");
        var pauses = await Browser.DoAsync("/console/jobs/pause-work", "/console/actions/jobs/pause-work", ("scope", "QUEUE"), ("subject", "a-queue"), ("why", "disk is full"));
        pauses.ShouldContain("QUEUE a-queue");
        pauses.ShouldContain("disk is full");
        (await scene.AuditedAsync("jobs.pause")).ShouldBe(("tester", "CONSOLE", "a-queue", "disk is full"));

        // The form of that row: the first of the page is of another pause.
        (await Browser.DoAsync("/console/jobs/pauses", "/console/actions/jobs/resume-work", ("scope", "QUEUE"), ("subject", "a-queue"), ("why", "bought another"))).ShouldNotContain("QUEUE a-queue");
        (await scene.AuditedAsync("jobs.resume")).ShouldBe(("tester", "CONSOLE", "a-queue", "bought another"));
    }

    [Fact]
    public async Task A_schedule_is_previewed_changed_paused_resumed_and_run()
    {
        (await Browser.PageAsync("/console/schedules?sort=-name")).IndexOf(">storage<", StringComparison.Ordinal)
            .ShouldBeLessThan((await Browser.PageAsync("/console/schedules?sort=-name")).IndexOf(">collect<", StringComparison.Ordinal));
        const string Page = "/console/schedules/schedules";
        (await Browser.PageAsync($"{Page}?cron=61+*+*+*+*&time_zone=UTC")).ShouldContain("This cannot be shown.");
        var preview = await Browser.PageAsync($"{Page}?cron=30+3+*+*+*&time_zone=UTC");
        ThreeThirty().Count(preview).ShouldBe(5);

        var changed = await Browser.DoAsync($"{Page}?cron=30+3+*+*+*&time_zone=UTC", "/console/actions/schedules/schedules/change", ("why", "quieter"));
        changed.ShouldContain("<code>30 3 * * *</code> UTC");
        (await scene.AuditedAsync("recurring.change")).ShouldBe(("tester", "CONSOLE", "schedules", "quieter"));

        // Paused by the configuration of tests.
        (await Browser.DoAsync(Page, "/console/actions/schedules/schedules/resume", ("why", "ready"))).ShouldContain("Resumed.");
        (await scene.AuditedAsync("recurring.resume")).ShouldBe(("tester", "CONSOLE", "schedules", "ready"));
        (await Browser.DoAsync(Page, "/console/actions/schedules/schedules/pause", ("why", "not yet"))).ShouldContain("by tester: not yet");
        (await scene.AuditedAsync("recurring.pause")).ShouldBe(("tester", "CONSOLE", "schedules", "not yet"));

        // Its job waits in the paused queue.
        (await Browser.DoAsync(Page, "/console/actions/schedules/schedules/trigger", ("why", "now"))).ShouldContain("Enqueued.");
        (await scene.AuditedAsync("recurring.trigger")).ShouldBe(("tester", "CONSOLE", "schedules", "now"));
        (await Browser.DoAsync(Page, "/console/actions/schedules/schedules/trigger", ("why", "again"))).ShouldContain("Not done: The last job of schedules is not finished.");
    }

    [Fact]
    public async Task An_import_shows_its_files_and_figures()
    {
        (await Browser.PageAsync("/console/imports?status=COMPLETED")).ShouldContain(scene.ImportId);
        (await Browser.PageAsync("/console/imports?status=FAILED")).ShouldContain("No import matches.");
        var page = await Browser.PageAsync($"/console/imports/{scene.ImportId}");
        page.ShouldContain("30 snapshots");
        page.ShouldContain("4 listed");
        page.ShouldContain("2025/06/04.json.gz");
        page.ShouldContain("100.0 %");
        (await Browser.PageAsync($"/console/imports/{scene.ImportId}?file=FAILED")).ShouldContain("No file of this import is FAILED.");
    }

    [Fact]
    public async Task An_import_is_started_paused_resumed_and_cancelled()
    {
        var destination = scene.Import.GetProperty("destination_uuid").GetString()!;
        // Nothing of imports is begun meanwhile, so that each state lasts until it is left.
        await scene.SendAsync(new ThemePark.Jobs.ChangePause.Command("QUEUE", "imports", true, "tests"));
        try
        {
            var wrong = await Browser.DoAsync("/console/imports/start", "/console/actions/imports/start", ("destination_uuid", destination), ("start_date", "2999-01-01"), ("dry_run", "on"));
            wrong.ShouldContain("must not be in the future");
            wrong.ShouldContain("value=\"2999-01-01\"");
            wrong.ShouldContain("name=\"dry_run\" checked");

            var started = await Browser.DoAsync("/console/imports/start", "/console/actions/imports/start", ("destination_uuid", destination), ("end_date", "2025-06-02"), ("dry_run", "on"));
            started.ShouldContain("a dry run");
            var id = ImportId().Match(started).Value;
            var (who, door, subject, _) = await scene.AuditedAsync("import.start");
            (who, door, subject).ShouldBe(("tester", "CONSOLE", id));

            (await Browser.DoAsync($"/console/imports/{id}", $"/console/actions/imports/{id}/pause", ("why", "wait"))).ShouldContain("It is PAUSED.");
            (await scene.AuditedAsync("import.pause")).ShouldBe(("tester", "CONSOLE", id, "wait"));
            (await Browser.DoAsync($"/console/imports/{id}", $"/console/actions/imports/{id}/resume", ("why", "go on"))).ShouldContain("Resumed.");
            (await scene.AuditedAsync("import.resume")).ShouldBe(("tester", "CONSOLE", id, "go on"));
            (await Browser.DoAsync($"/console/imports/{id}/cancel", $"/console/actions/imports/{id}/cancel", ("why", "enough"))).ShouldContain("CANCELLED");
            (await scene.AuditedAsync("import.cancel")).ShouldBe(("tester", "CONSOLE", id, "enough"));
        }
        finally
        {
            await scene.SendAsync(new ThemePark.Jobs.ChangePause.Command("QUEUE", "imports", false));
        }
    }

    [Fact]
    public async Task Issues_move_on_with_a_note_and_gaps_are_listed()
    {
        (await Browser.PageAsync("/console/quality")).ShouldContain("Last checked");
        (await Browser.PageAsync("/console/quality/gaps?hours=24")).ShouldContain("MISSING_ARCHIVE");
        (await Browser.PageAsync("/console/quality/gaps?hours=100")).ShouldContain("No check has found such a gap.");
        (await Browser.PageAsync("/console/quality/freshness")).ShouldContain("UNKNOWN");

        const string List = "/console/quality/issues?type=GAP&severity=CRITICAL";
        var action = IssueAction().Match(await Browser.PageAsync(List)).Groups["action"].Value;
        var answer = await Browser.PostAsync(List, action, ("status", "INVESTIGATING"), ("why", "asked upstream"));
        answer.Location.ShouldBe(List);
        (await Browser.PageAsync(List)).ShouldContain("is INVESTIGATING.");
        var (who, door, _, why) = await scene.AuditedAsync("quality.issue.update");
        (who, door, why).ShouldBe(("tester", "CONSOLE", "asked upstream"));
        (await Browser.DoAsync(List, action, ("status", "INVESTIGATING"), ("why", "again"))).ShouldContain("Not done: An issue that is INVESTIGATING");
        // The other tests look for it among the open ones, whichever comes first.
        (await Browser.DoAsync(List, action, ("status", "OPEN"), ("why", "still there"))).ShouldContain("is OPEN.");

        (await Browser.DoAsync("/console/quality", "/console/actions/quality/check", ("depth", "QUICK"))).ShouldContain("Queued.");
        (await scene.AuditedAsync("quality.check")).Door.ShouldBe("CONSOLE");
    }

    [Fact]
    public async Task The_audit_log_shows_who_did_what_through_which_door_and_why()
    {
        var id = await scene.WaitingJobAsync(7008);
        await Browser.DoAsync($"/console/jobs/{id}", $"/console/actions/jobs/{id}/pause", ("why", ConsoleScene.Hostile));
        var page = await Browser.PageAsync("/console/audit");
        page.ShouldContain("job.pause");
        page.ShouldContain("CONSOLE");
        page.ShouldContain($"<td>{ConsoleScene.Harmless}</td>");
    }

    [Fact]
    public async Task No_link_is_dead_and_every_input_has_a_label()
    {
        var id = await scene.WaitingJobAsync(7009);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(["/console", $"/console/jobs/{id}", $"/console/imports/{scene.ImportId}", "/console/schedules/rollup"]);
        while (open.TryDequeue(out var path))
        {
            // A page for each shape of address is enough.
            if (!seen.Add(Digits().Replace(path.Split('?')[0], "#")))
            {
                continue;
            }

            var page = await Browser.PageAsync(path);
            page.ShouldContain("<h1>", Case.Sensitive, path);
            page.ShouldContain("<main id=\"content\">", Case.Sensitive, path);
            foreach (Match input in Input().Matches(page))
            {
                var name = input.Groups["id"].Value;
                (input.Groups["label"].Success || page.Contains($"<label for=\"{name}\"", StringComparison.Ordinal)).ShouldBeTrue($"{path}: {input.Value}");
            }

            foreach (Match link in Link().Matches(page))
            {
                open.Enqueue(WebUtility.HtmlDecode(link.Groups["path"].Value));
            }
        }

        seen.Count.ShouldBeGreaterThan(15);
    }

    [GeneratedRegex("""<time datetime="\d{4}-\d\d-\d\dT03:30:00.000Z">""")]
    private static partial Regex ThreeThirty();

    [GeneratedRegex("imp_[0-9a-z]{12}")]
    private static partial Regex ImportId();

    [GeneratedRegex("""action="(?<action>/console/actions/quality/issues/\d+)""")]
    private static partial Regex IssueAction();

    [GeneratedRegex("""<a [^>]*href="(?<path>/console[^"]*)""")]
    private static partial Regex Link();

    // Inside a label, or with an id that a label is for.
    [GeneratedRegex("""(?<label><label[^>]*>[^<]*)?<(?:input(?![^>]*type="hidden")|select)[^>]*?(?:id="(?<id>[^"]+)"[^>]*)?>""")]
    private static partial Regex Input();

    [GeneratedRegex("[0-9a-f]{32}|imp_[0-9a-z]+|[0-9]+")]
    private static partial Regex Digits();
}
