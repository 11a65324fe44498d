using System.Net;
using System.Text.RegularExpressions;
using Shouldly;
using ThemePark.IntegrationTests.Import;
using ThemePark.IntegrationTests.Jobs;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>What the import pages show before a start, while it is looked at, and of all destinations.</summary>
public sealed partial class ImportPagesTests(ConsoleScene scene) : IClassFixture<ConsoleScene>
{
    private Browser Browser => scene.Browser;

    [Fact]
    public async Task A_start_is_looked_at_first_and_keeps_what_was_filled_in()
    {
        var destination = SmallArchive.Destination.ToString();
        var page = await Browser.DoAsync(
            "/console/imports/start", "/console/actions/imports/preview", ("destination_uuid", destination), ("start_date", "2025-06-02"), ("refetch", "on"), ("why", ""));
        page.ShouldContain("What it would find");
        page.ShouldMatch(@"3,\s+[0-9,]+ bytes; 2025-06-02 to 2025-06-04");
        page.ShouldContain("unchanged and read again all the same");
        page.ShouldContain("No day between the first and the last is missing.");
        page.ShouldContain("value=\"2025-06-02\"");
        page.ShouldContain("name=\"refetch\" checked");
        page.ShouldNotContain("RequestVerificationToken=");

        (await Browser.PageAsync($"/console/imports/start?destination_uuid={destination}")).ShouldNotContain("What it would find");
        (await Browser.PageAsync($"/console/imports/start?destination_uuid={destination}&start_date=2999-01-01&preview=on")).ShouldContain("must not be in the future");
        (await Browser.DoAsync("/console/imports/start", "/console/actions/imports/preview", ("destination_uuid", destination), ("start_date", "soon"))).ShouldContain("No preview: ");
    }

    [Fact]
    public async Task All_are_started_as_one_batch_whose_imports_are_listed_and_sorted()
    {
        await scene.SendAsync(new ChangePause.Command("QUEUE", "imports", true, "tests"));
        try
        {
            (await Browser.PageAsync("/console/imports/start-all")).ShouldMatch(@"One import for each of\s+1 destinations,\s+4 day files in all");
            (await Browser.DoAsync("/console/imports/start-all", "/console/actions/imports/start-all", ("end_date", "soon"))).ShouldContain("Not done: write days as");
            var answer = await Browser.PostAsync("/console/imports/start-all", "/console/actions/imports/start-all", ("end_date", "2025-06-02"), ("dry_run", "on"));
            answer.Location!.ShouldStartWith("/console/imports?batch=bat_");
            var page = await Browser.PageAsync(answer.Location!);
            page.ShouldContain("1 imports started, 0 were under way already.");
            page.ShouldContain("1 to 1 of 1");
            page.ShouldContain("dry run");
            (await scene.AuditedAsync("import.start-all")).Door.ShouldBe("CONSOLE");
            var id = ImportId().Match(page).Value;

            (await Browser.PageAsync("/console/imports?sort=created")).ShouldMatch($"(?s){scene.ImportId}.*{id}");
            (await Browser.PageAsync("/console/imports?sort=-created")).ShouldMatch($"(?s){id}.*{scene.ImportId}");
            (await Browser.GetAsync("/console/imports?sort=luck")).Status.ShouldBe(HttpStatusCode.BadRequest);

            // Nothing has begun: the report waits, the log is empty, the actions are those of its state.
            var import = await Browser.PageAsync($"/console/imports/{id}");
            import.ShouldContain("It is still at work; the report comes when it stands still.");
            import.ShouldContain("Nothing was logged yet.");
            Regions(import).ShouldBe(["import", "actions", "files", "log"]);
            (await Browser.DoAsync($"/console/imports/{id}/cancel", $"/console/actions/imports/{id}/cancel", ("why", "enough"))).ShouldContain("CANCELLED");
        }
        finally
        {
            await scene.SendAsync(new ChangePause.Command("QUEUE", "imports", false));
        }
    }

    [Fact]
    public async Task An_import_shows_what_it_found_wrong_and_the_end_of_its_log()
    {
        // Lines reach the database a second after they were logged; this is the run's last.
        await Eventually.TrueAsync(async () => (await Browser.PageAsync($"/console/imports/{scene.ImportId}")).Contains("Importing 4 files, 2025-06-01 to 2025-06-04.", StringComparison.Ordinal));
        var page = await Browser.PageAsync($"/console/imports/{scene.ImportId}");
        page.ShouldMatch(@"30:\s+30 valid");
        page.ShouldContain("Nothing was found wrong with what it read.");
        page.ShouldContain("No day it covers is without a usable file.");
        page.ShouldContain("The last lines, 20 at most");
        Regex.Match(page, "<h2>Log</h2>.*", RegexOptions.Singleline).Value.ShouldContain("Listed 4 objects");

        // Twenty later lines push it out.
        await scene.ExecuteAsync(
            $"""
            INSERT INTO job_log (job_id, run_no, logged_at, level, text)
            SELECT job_id, 1, UTC_TIMESTAMP(3), 2, CONCAT('later ', seq, @Hostile)
            FROM import_checkpoints
            CROSS JOIN (WITH RECURSIVE numbers AS (SELECT 1 AS seq UNION ALL SELECT seq + 1 FROM numbers WHERE seq < 20) SELECT seq FROM numbers) AS n
            WHERE import_id = '{scene.ImportId}'
            ORDER BY seq
            """);
        var later = await Browser.PageAsync($"/console/imports/{scene.ImportId}");
        later.ShouldNotContain("Listed 4 objects");
        later.ShouldContain("later 20" + ConsoleScene.Harmless);
        later.IndexOf("later 1&", StringComparison.Ordinal).ShouldBeInRange(0, later.IndexOf("later 20&", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Destinations_tell_how_far_they_are()
    {
        var page = await Browser.PageAsync("/console/imports/destinations?sort=-files");
        page.ShouldContain(ConsoleScene.Harmless);
        page.ShouldContain(scene.ImportId);
        page.ShouldMatch(@"(?s)<td class=""number"">4</td>\s*<td class=""number"">4</td>");
        (await Browser.GetAsync("/console/imports/destinations?sort=luck")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static IEnumerable<string> Regions(string page) => Region().Matches(page).Select(m => m.Groups["id"].Value);

    [GeneratedRegex("""<div id="(?<id>[^"]+)" data-live""")]
    private static partial Regex Region();

    [GeneratedRegex("imp_[0-9a-z]{12}")]
    private static partial Regex ImportId();
}
