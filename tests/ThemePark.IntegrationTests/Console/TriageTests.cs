using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using Shouldly;
using ThemePark.IntegrationTests.Import;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>The pages for entities without a ride: looked at, looked ahead, and resolved.</summary>
public sealed partial class TriageTests(TriageScene scene) : IClassFixture<TriageScene>, IAsyncLifetime
{
    private Browser _browser = null!;

    private string List => $"/console/unmatched?destination={scene.Elsewhere}";

    public async Task InitializeAsync() => _browser = await Browser.SignedInAsync(scene.App);

    public Task DisposeAsync()
    {
        _browser.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_list_is_filtered_sorted_and_paged_by_its_address_and_leaves_as_csv()
    {
        var page = await _browser.PageAsync($"{List}&sort=name");
        page.ShouldContain("1 to 50 of 55");
        page.ShouldContain(ConsoleScene.Harmless);
        page.ShouldNotContain("<script>");
        page.ShouldContain("aria-sort=\"ascending\"");
        page.ShouldContain($"/console/unmatched?destination={scene.Elsewhere}&amp;sort=-name");
        page.ShouldContain($"<option value=\"{scene.Elsewhere}\" selected>Elsewhere");
        page.ShouldMatch("""<script src="/console/assets/triage.js\?v=[0-9A-F]{12}" defer></script>""");
        page.ShouldContain("<kbd>j, k</kbd>");
        (await _browser.PageAsync($"{List}&sort=name&offset=50")).ShouldContain("51 to 55 of 55");
        (await _browser.PageAsync($"{List}&text=Stranger+5")).ShouldContain("1 to 6 of 6");
        (await _browser.PageAsync($"{List}&text=nobody")).ShouldContain("No entity matches.");

        var csv = await _browser.GetAsync($"/console/unmatched/export.csv?destination={scene.Elsewhere}&text=Stranger+5&sort=name");
        csv.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        csv.Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')[3]).ShouldBe(Enumerable.Range(50, 6).Select(n => $"Stranger {n}"));
        var wrong = await _browser.GetAsync($"/console/unmatched/export.csv?status=LOST");
        (await _browser.GetAsync(wrong.Location!)).Html.ShouldContain("status must be one of");
        (await _browser.GetAsync("/console/unmatched?status=LOST")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_entity_stands_beside_its_candidates_and_next_and_previous_stay_in_the_list()
    {
        var eight = await scene.IdAsync("Stranger 08");
        var page = await _browser.PageAsync($"/console/unmatched/{eight}?destination={scene.Elsewhere}&sort=name");
        page.ShouldContain("spelled alike");
        page.ShouldContain("sounds alike");
        page.ShouldContain("the ride is gone");
        page.ShouldContain("<span class=\"unknown\">unknown</span>");
        page.ShouldContain($"href=\"/console/unmatched/{await scene.IdAsync("Stranger 07")}?destination={scene.Elsewhere}&amp;sort=name\" rel=\"prev\" data-triage-key=\"p\"");
        page.ShouldContain($"href=\"/console/unmatched/{await scene.IdAsync("Stranger 10")}?destination={scene.Elsewhere}&amp;sort=name\" rel=\"next\" data-triage-key=\"n\"");
        Regex.Count(page, "type=\"radio\" name=\"ride_id\"").ShouldBe(2);
        Regex.Matches(page, "data-triage-key=\"([a-z])\">").Select(m => m.Groups[1].Value).ShouldBe(["p", "n", "m", "a", "c", "i"]);

        var hostile = await scene.OneAsync<int>("SELECT unmatched_id FROM unmatched_entities WHERE external_id = 'ext-9'");
        foreach (var path in (string[])[$"/console/unmatched/{hostile}", $"/console/unmatched/{hostile}/resolve?action=ignore", $"/console/unmatched/bulk?id={hostile}&action=ignore"])
        {
            var answer = await _browser.PageAsync(path);
            answer.ShouldContain(ConsoleScene.Harmless, Case.Sensitive, path);
            answer.ShouldNotContain("<script>", Case.Sensitive, path);
        }

        var missing = await _browser.GetAsync("/console/unmatched/999999");
        (missing.Status, missing.Html.Contains("There is no unmatched entity 999999.", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.NotFound, true));
    }

    [Fact]
    public async Task Resolving_is_previewed_then_replays_the_days_and_is_audited_with_the_door_and_the_reason()
    {
        var mountain = await scene.IdAsync("Space Mountain");
        var preview = $"/console/unmatched/{mountain}/resolve?action=create&ride_id=&other=&sort=name";
        var page = await _browser.PageAsync(preview);
        page.ShouldContain("Create a ride for Space Mountain?");
        page.ShouldContain("4 file days");
        page.ShouldContain("12 observations of the entity");
        page.ShouldContain("2025-06-01 to 2025-06-04 (days of America/New_York)");

        var action = $"/console/actions/unmatched/{mountain}/resolve";
        (await _browser.DoAsync(preview, action)).ShouldContain("Not done: say why.");
        var answer = await _browser.PostAsync(preview, action, ("why", "it is new"));
        answer.Location.ShouldBe($"/console/unmatched/{mountain}?sort=name");
        var told = await _browser.PageAsync(answer.Location!);
        told.ShouldContain("has read 4 days again and added 12 rows.");
        told.ShouldContain("It is resolved; there is nothing to do.");
        var ride = await scene.OneAsync<int>("SELECT ride_id FROM rides WHERE name = 'Space Mountain'");
        (await scene.OneAsync<long>($"SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = {ride}")).ShouldBe(12);
        (await AuditedAsync("import.unmatched.resolve")).ShouldBe(("tester", "CONSOLE", SmallArchive.Entities[0].Uuid.ToString(), "it is new"));

        // Now that the ride is there, the misspelt one is like it.
        var misspelt = await scene.IdAsync("Space Mountian");
        (await _browser.PageAsync($"/console/unmatched/{misspelt}")).ShouldContain($"value=\"{ride}\" data-triage-candidate=\"1\"");
        var map = $"/console/unmatched/{misspelt}/resolve?action=map&ride_id={ride}";
        var mapping = await _browser.PageAsync(map);
        mapping.ShouldContain($"Map Space Mountian to ride {ride} Space Mountain?");
        mapping.ShouldContain(SmallArchive.Entities[0].Uuid.ToString());
        await scene.ExecuteAsync("UPDATE import_checkpoints SET status = 'PAUSED' WHERE import_id = @ImportId");
        (await _browser.PageAsync(map)).ShouldContain("this would be refused until it is");
        (await _browser.DoAsync(map, $"/console/actions/unmatched/{misspelt}/resolve", ("why", "typo"))).ShouldContain($"Not done: Import {scene.ImportId} of this destination is not finished");
        await scene.ExecuteAsync("UPDATE import_checkpoints SET status = 'COMPLETED' WHERE import_id = @ImportId");
        (await _browser.DoAsync(map, $"/console/actions/unmatched/{misspelt}/resolve", ("why", "typo"))).ShouldContain("added 9 rows.");
        (await scene.OneAsync<long>($"SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = {ride}")).ShouldBe(21);

        var again = await _browser.GetAsync(preview);
        (again.Status, again.Html.Contains($"Unmatched entity {mountain} is RESOLVED.", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Conflict, true));
        (await _browser.GetAsync($"/console/unmatched/{await scene.IdAsync("Stranger 30")}/resolve?action=map")).Html.ShouldContain("ride_id must be given with map and alias.");
    }

    [Fact]
    public async Task Many_are_looked_at_and_resolved_at_once_and_each_outcome_is_told()
    {
        var (gone, one, two) = (await scene.IdAsync("Stranger 07"), await scene.IdAsync("Stranger 40"), await scene.IdAsync("Stranger 41"));
        var nothing = await _browser.PageAsync($"/console/unmatched/bulk?destination={scene.Elsewhere}&id={gone}&id={one}&action=map&min_score=90");
        nothing.ShouldContain("Nothing to do");
        nothing.ShouldContain("There is no ride 9999.");
        nothing.ShouldContain("No ride is like it.");
        (await _browser.GetAsync("/console/unmatched/bulk?action=ignore")).Status.ShouldBe(HttpStatusCode.BadRequest);

        var ignore = $"/console/unmatched/bulk?destination={scene.Elsewhere}&id={one}&id={two}&id=999999&action=ignore&min_score=90";
        var page = await _browser.PageAsync(ignore);
        page.ShouldContain("Ignore 2 entities?");
        page.ShouldContain("There is no unmatched entity 999999.");
        (await _browser.DoAsync(ignore, "/console/actions/unmatched/bulk")).ShouldContain("Not done: say why");

        // Somebody else is faster.
        await scene.ExecuteAsync($"UPDATE unmatched_entities SET status = 'IGNORED' WHERE unmatched_id = {two}");
        var ids = $"{one},{two}";
        var answer = await _browser.PostAsync(ignore, "/console/actions/unmatched/bulk", ("ids", ids), ("why", "staff rooms"));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Html);
        answer.Html.ShouldContain("<h1>1 done, 1 refused</h1>");
        answer.Html.ShouldContain($"Unmatched entity {two} is IGNORED.");
        answer.Html.ShouldContain($"href=\"/console/unmatched?destination={scene.Elsewhere}\"");
        (await AuditedAsync("import.unmatched.resolve")).ShouldBe(("tester", "CONSOLE", "22222222-0000-4000-8000-000000000040", "staff rooms"));

        // What is ignored may be taken up again, another way.
        var ignored = await _browser.PageAsync($"/console/unmatched/{one}");
        ignored.ShouldContain("data-triage-key=\"m\"");
        ignored.ShouldNotContain("data-triage-key=\"i\"");
        (await _browser.PageAsync("/console/unmatched?status=IGNORED")).ShouldContain("Stranger 40");
    }

    [Fact]
    public async Task An_ignored_entity_is_reopened_with_a_reason_and_only_an_ignored_one()
    {
        var id = await scene.IdAsync("Stranger 42");
        var (entity, reopen, action) = ($"/console/unmatched/{id}", $"/console/unmatched/{id}/reopen?sort=name", $"/console/actions/unmatched/{id}/reopen");
        (await _browser.PageAsync(entity)).ShouldNotContain(">Reopen…<");
        (await _browser.PageAsync(reopen)).ShouldContain("It is OPEN; only an ignored one can be reopened.");
        (await _browser.DoAsync($"{entity}/resolve?action=ignore", $"/console/actions/unmatched/{id}/resolve", ("why", "a shop"))).ShouldContain("It is IGNORED.");

        (await _browser.PageAsync(entity)).ShouldContain($"formaction=\"/console/unmatched/{id}/reopen\" data-triage-key=\"r\"");
        var page = await _browser.PageAsync(reopen);
        page.ShouldContain("Reopen Stranger 42?");
        page.ShouldContain("a shop");
        (await _browser.DoAsync(reopen, action)).ShouldContain("Not done: say why.");
        var answer = await _browser.PostAsync(reopen, action, ("why", "a ride after all"));
        answer.Location.ShouldBe($"{entity}?sort=name");
        (await _browser.PageAsync(answer.Location!)).ShouldContain("It is REOPENED: it waits for a word again.");
        (await _browser.PageAsync($"{List}&text=Stranger+42")).ShouldContain("REOPENED");
        (await AuditedAsync("import.unmatched.reopen")).ShouldBe(("tester", "CONSOLE", "22222222-0000-4000-8000-000000000042", "a ride after all"));

        (await _browser.GetAsync("/console/unmatched/999999/reopen")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _browser.ForgeAsync(action, ("why", "forged"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_mapping_file_goes_out_and_comes_in_and_each_rejected_line_is_told()
    {
        const string Page = "/console/unmatched/mappings";
        var file = await _browser.GetAsync($"{Page}/mappings.csv");
        file.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        file.Html.ShouldStartWith("uuid,ride_id,name,park,valid_from,valid_to");

        const string Action = "/console/actions/unmatched/mappings";
        var done = await _browser.UploadAsync(Page, Action, "file", "uuid,ride_id\nnonsense,1\n22222222-0000-4000-8000-000000000001,9999\n", ("why", "from the spreadsheet"));
        done.Status.ShouldBe(HttpStatusCode.OK, done.Html);
        done.Html.ShouldContain("uuid is not a UUID of 36 characters");
        done.Html.ShouldContain("there is no ride 9999");
        done.Html.ShouldMatch("<dt>Rejected lines</dt><dd>2</dd>");
        (await AuditedAsync("import.map")).ShouldBe(("tester", "CONSOLE", null, "from the spreadsheet"));

        var unusable = await _browser.UploadAsync(Page, Action, "file", "nonsense\n", ("why", "again"));
        (await _browser.PageAsync(unusable.Location!)).ShouldContain("Not done: ");
        var empty = await _browser.UploadAsync(Page, Action, "file", "", ("why", "again"));
        (await _browser.PageAsync(empty.Location!)).ShouldContain("Not done: choose a file");
        (await _browser.ForgeAsync(Action, ("why", "forged"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Every_input_has_a_label_and_nothing_is_styled_or_scripted_inline()
    {
        foreach (var path in (string[])
            [
                "/console/unmatched", $"/console/unmatched/{await scene.IdAsync("Stranger 08")}", $"/console/unmatched/{await scene.IdAsync("Stranger 50")}/resolve?action=ignore",
                $"/console/unmatched/bulk?id={await scene.IdAsync("Stranger 50")}&action=ignore", "/console/unmatched/mappings", "/console/imports/start-all", "/console/imports/destinations",
                $"/console/imports/start?destination_uuid={SmallArchive.Destination}&preview=on",
            ])
        {
            var page = await _browser.PageAsync(path);
            page.ShouldNotContain("style=", Case.Sensitive, path);
            foreach (Match input in Input().Matches(page))
            {
                var id = input.Groups["id"].Value;
                (input.Groups["label"].Success || page.Contains($"<label for=\"{id}\"", StringComparison.Ordinal)).ShouldBeTrue($"{path}: {input.Value}");
            }
        }
    }

    private async Task<(string Who, string Door, string? Subject, string? Why)> AuditedAsync(string action)
    {
        await using var connection = await scene.Database.OpenAsync(default);
        return await connection.QuerySingleAsync<(string, string, string?, string?)>(
            "SELECT who, door, subject, why FROM activity_log WHERE action = @action ORDER BY audit_id DESC LIMIT 1", new { action });
    }

    // Inside a label, or with an id that a label is for.
    [GeneratedRegex("""(?<label><label[^>]*>[^<]*)?<(?:input(?![^>]*type="hidden")|select)[^>]*?(?:id="(?<id>[^"]+)"[^>]*)?>""")]
    private static partial Regex Input();
}
