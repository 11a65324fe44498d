using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Quality;

/// <summary>What the detectors say of an imported archive, good and bad, and what becomes of an issue.</summary>
public sealed class ArchiveDetectorsTests
{
    [Fact]
    public async Task Of_a_good_archive_nothing_is_reported_however_thorough_the_check()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });

        var check = await CheckAsync(host, Depth.Whole);

        (await IssuesAsync(host)).ShouldBeEmpty();
        check.ByDetector.Keys.ShouldContain("ledger");
    }

    [Fact]
    public async Task An_archive_with_every_fault_has_an_issue_for_each_and_the_job_after_the_import_finds_them()
    {
        var archive = await Archives.UglyAsync();
        await using var host = await ImportHost.StartAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });

        // Nobody asks: the import has its destination checked.
        await EventuallyAsync(async () => await host.ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE job_name = 'quality.check.v1' AND state = 'SUCCEEDED'") > 0);

        var issues = await IssuesAsync(host);
        var failed = archive.FilesOf(archive.Destination).Count(f => f.Fails);
        issues.Count(i => i.Detector == "corrupt_file").ShouldBe(failed);
        failed.ShouldBeGreaterThan(0);
        issues.Where(i => i.Detector == "archive_gap").ShouldNotBeEmpty();
        var findings = await host.QueryAsync<string>("SELECT DISTINCT JSON_UNQUOTE(JSON_EXTRACT(JSON_KEYS(findings), '$[0]')) FROM import_files WHERE JSON_LENGTH(findings) > 0 AND outcome = 'IMPORTED'");
        findings.Except(issues.Where(i => i.Detector == "archive_finding").Select(i => i.Cause.Split('|')[1])).ShouldBeEmpty();
        issues.Where(i => i.Cause.EndsWith("|DUPLICATE_INSTANT", StringComparison.Ordinal)).ShouldHaveSingleItem().Type.ShouldBe("DUPLICATE");
    }

    [Fact]
    public async Task Entities_without_a_ride_are_an_issue_when_too_little_is_matched_and_it_goes_when_they_are()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination, create_missing = false });
        await CheckAsync(host, Depth.Quick);
        var issue = (await IssuesAsync(host)).ShouldHaveSingleItem();
        (issue.Detector, issue.Type, issue.Status).ShouldBe(("unmatched", "UNMATCHED", "OPEN"));
        issue.Description.ShouldContain("0.0 %");

        await host.ImportAsync(new { destination_uuid = archive.Destination, refetch = true });
        await CheckAsync(host, Depth.Quick);

        (await IssuesAsync(host)).ShouldHaveSingleItem().Status.ShouldBe("RESOLVED");
    }

    [Fact]
    public async Task The_ledger_is_counted_against_the_rows_and_the_issues_close_when_it_is_right_again()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });
        await CheckAsync(host, Depth.Whole);
        await host.ExecuteAsync("UPDATE snapshot_days SET row_count = row_count + 1 ORDER BY utc_day, park_id LIMIT 1");
        await host.ExecuteAsync("DELETE FROM ride_status_snapshots ORDER BY recorded_at DESC LIMIT 1");
        await host.ExecuteAsync("INSERT INTO ride_status_snapshots SELECT 99999, recorded_at, status, wait_minutes, data_source, flags FROM ride_status_snapshots LIMIT 1");

        (await CheckAsync(host, Depth.Whole)).Opened.ShouldBe(3);

        var issues = await IssuesAsync(host);
        issues.ShouldAllBe(i => i.Detector == "ledger" && i.Severity == "CRITICAL");
        issues.Count(i => i.Cause.StartsWith("entry:", StringComparison.Ordinal)).ShouldBe(2);
        issues.ShouldContain(i => i.Description.Contains("the catalogue has no such ride", StringComparison.Ordinal));
        var summary = await GetAsync(host, "/summary");
        summary.GetProperty("summary").GetProperty("overall_health").GetString().ShouldBe("CRITICAL");
        summary.GetProperty("data_sources").GetProperty("ARCHIVE").GetProperty("records_imported").GetInt64().ShouldBeGreaterThan(0);
        (await host.App.Anonymous.GetAsync(new Uri("/api/health", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await host.ExecuteAsync("DELETE FROM ride_status_snapshots WHERE ride_id = 99999");
        await host.ExecuteAsync("UPDATE snapshot_days SET row_count = row_count - 1 ORDER BY utc_day, park_id LIMIT 1");
        (await CheckAsync(host, Depth.Whole)).Closed.ShouldBe(2);
        (await IssuesAsync(host)).Count(i => i.Status == "RESOLVED").ShouldBe(2);
    }

    [Fact]
    public async Task An_issue_goes_its_way_and_no_other_and_comes_back_while_its_cause_is_there()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        await host.ExecuteAsync("INSERT INTO destinations (uuid, name) VALUES (UUID(), 'Resort')");
        await host.ExecuteAsync("INSERT INTO parks (destination_id, uuid, timezone) VALUES (1, UUID(), 'Europe/Berlin')");
        await CheckAsync(host, Depth.Daily);
        var issue = (await IssuesAsync(host)).ShouldHaveSingleItem();
        (issue.Detector, issue.Type, issue.Severity).ShouldBe(("catalogue", "MISSING_FIELD", "INFO"));

        (await MoveAsync(host, issue.LogId, "RESOLVED", null)).Status.ShouldBe(HttpStatusCode.Conflict, "OPEN is looked into first");
        (await MoveAsync(host, issue.LogId, "INVESTIGATING", "looking")).Body.GetProperty("resolution_status").GetString().ShouldBe("INVESTIGATING");
        (await MoveAsync(host, issue.LogId, "SOLVED", null)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await MoveAsync(host, 4711, "OPEN", null)).Status.ShouldBe(HttpStatusCode.NotFound);
        var resolved = (await MoveAsync(host, issue.LogId, "RESOLVED", "named it")).Body;
        (resolved.GetProperty("resolved_by").GetString(), resolved.GetProperty("resolution_notes").GetString()).ShouldBe(("tester", "named it"));
        (await host.QueryAsync<string>("SELECT why FROM activity_log WHERE action = 'quality.issue.update' ORDER BY audit_id")).ShouldBe(["looking", "named it"]);

        (await CheckAsync(host, Depth.Daily)).Reopened.ShouldBe(1, "the park has no name still");
        await MoveAsync(host, issue.LogId, "INVESTIGATING", null);
        await MoveAsync(host, issue.LogId, "WONTFIX", "has none");
        (await CheckAsync(host, Depth.Daily)).Reopened.ShouldBe(0);
        (await IssuesAsync(host)).ShouldHaveSingleItem().Status.ShouldBe("WONTFIX");

        await host.ExecuteAsync("UPDATE parks SET name = 'Park'");
        (await CheckAsync(host, Depth.Daily)).Closed.ShouldBe(0);
        (await IssuesAsync(host)).ShouldHaveSingleItem().Status.ShouldBe("WONTFIX", "somebody's word stands");
    }

    [Fact]
    public async Task Issues_are_filtered_paged_and_counted()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        await host.ExecuteAsync("INSERT INTO destinations (uuid, name) VALUES (UUID(), 'Resort')");
        await host.ExecuteAsync("INSERT INTO parks (destination_id, uuid, timezone) VALUES (1, UUID(), 'Europe/Berlin'), (1, UUID(), 'Europe/Berlin')");
        await CheckAsync(host, Depth.Daily);

        var page = await GetAsync(host, "/issues?limit=1&issue_type=MISSING_FIELD&status=OPEN");
        page.GetProperty("issues").GetArrayLength().ShouldBe(1);
        page.GetProperty("metadata").GetProperty("total").GetInt32().ShouldBe(2);
        var summary = page.GetProperty("summary");
        (summary.GetProperty("total_issues").GetInt32(), summary.GetProperty("by_status").GetProperty("OPEN").GetInt32(), summary.GetProperty("by_type").GetProperty("MISSING_FIELD").GetInt32())
            .ShouldBe((2, 2, 2));
        (await GetAsync(host, "/issues?park_id=2")).GetProperty("issues").EnumerateArray().ShouldHaveSingleItem().GetProperty("entity_id").GetInt32().ShouldBe(2);
        (await GetAsync(host, "/issues?issue_type=GAP")).GetProperty("issues").GetArrayLength().ShouldBe(0);
        foreach (var wrong in (string[])["/issues?status=GONE", "/issues?issue_type=SAD", "/issues?limit=501", "/summary?period=ever", "/coverage", "/coverage?park_id=1&start_date=2026-02-02&end_date=2026-01-01", "/gaps?min_gap_hours=-1"])
        {
            (await host.App.Admin.GetAsync(new Uri($"/api/admin/quality{wrong}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.BadRequest, wrong);
        }

        (await host.App.Admin.GetAsync(new Uri("/api/admin/quality/coverage?park_id=99", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.App.Anonymous.GetAsync(new Uri("/api/admin/quality/issues", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Coverage_comes_from_the_ledger_and_a_day_without_changes_is_covered_when_its_file_was_read()
    {
        var archive = await Archives.UtcWeekAsync();
        await using var host = await ImportHost.StartAsync(archive);
        await host.ImportAsync(new { destination_uuid = archive.Destination });
        var days = await host.QueryAsync<DateOnly>("SELECT DISTINCT utc_day FROM snapshot_days WHERE park_id = 1 AND row_count > 0 ORDER BY utc_day");
        var (first, last) = (days[0], days[^1]);
        // Nothing of the park on one day of which the file was read, and a day that was never imported.
        await host.ExecuteAsync("UPDATE snapshot_days SET row_count = 0 WHERE park_id = 1 AND utc_day = @Day", new { Day = days[2] });

        var answer = await GetAsync(host, $"/coverage?park_id=1&start_date={first.AddDays(-2):yyyy-MM-dd}&end_date={last:yyyy-MM-dd}");

        var coverage = answer.GetProperty("coverage");
        coverage.GetProperty("total_days").GetInt32().ShouldBe(days.Count + 2);
        coverage.GetProperty("days_with_data").GetInt32().ShouldBe(days.Count);
        coverage.GetProperty("missing_days").EnumerateArray().Select(d => d.GetString()).ShouldBe([$"{first.AddDays(-2):yyyy-MM-dd}", $"{first.AddDays(-1):yyyy-MM-dd}"]);
        var breakdown = answer.GetProperty("daily_breakdown").EnumerateArray().ToList();
        (breakdown[4].GetProperty("snapshots_count").GetInt64(), breakdown[4].GetProperty("coverage_percent").GetDouble(), breakdown[4].GetProperty("data_source").GetString()).ShouldBe((0, 100.0, "ARCHIVE"));
        breakdown[0].GetProperty("data_source").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_check_is_asked_for_over_http_and_never_started_counts_as_unknown()
    {
        await using var host = await ImportHost.StartEmptyAsync();
        var health = JsonElement.Parse(await host.App.Anonymous.GetStringAsync(new Uri("/api/health", UriKind.Relative)));
        health.GetProperty("checks").GetProperty("data_quality").GetProperty("status").GetString().ShouldBe("no_data");
        health.GetProperty("status").GetString().ShouldBe("degraded");

        using var answer = await host.App.Admin.PostAsJsonAsync("/api/admin/quality/check", new { depth = "QUICK" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await EventuallyAsync(async () => await host.ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE job_name = 'quality.check.v1' AND state = 'SUCCEEDED'") == 1);
        (await host.App.Admin.PostAsJsonAsync("/api/admin/quality/check", new { destination_id = 77 })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.App.Admin.PostAsJsonAsync("/api/admin/quality/check", new { depth = "DEEP" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task<RunCheck.Result> CheckAsync(ImportHost host, Depth depth)
    {
        var outcome = await host.App.Services.SendAsync(new RunCheck.Command(null, depth));
        outcome.Value.FailedChecks.ShouldBeEmpty();
        return outcome.Value;
    }

    private static Task<IReadOnlyList<Issue>> IssuesAsync(ImportHost host) => host.QueryAsync<Issue>(
        """
        SELECT log_id AS LogId, detector AS Detector, cause AS Cause, issue_type AS Type, severity AS Severity, resolution_status AS Status, description AS Description
        FROM data_quality_log
        ORDER BY log_id
        """);

    private static async Task<JsonElement> GetAsync(ImportHost host, string path) =>
        JsonElement.Parse(await host.App.Admin.GetStringAsync(new Uri($"/api/admin/quality{path}", UriKind.Relative)));

    private static async Task<(HttpStatusCode Status, JsonElement Body)> MoveAsync(ImportHost host, int logId, string status, string? notes)
    {
        using var answer = await host.App.Admin.PatchAsJsonAsync($"/api/admin/quality/issues/{logId}", new { resolution_status = status, resolution_notes = notes });
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var patience = 0; patience < 300; patience++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("It did not happen within half a minute.");
    }

    private sealed class Issue
    {
        public int LogId { get; init; }
        public string Detector { get; init; } = "";
        public string Cause { get; init; } = "";
        public string Type { get; init; } = "";
        public string Severity { get; init; } = "";
        public string Status { get; init; } = "";
        public string Description { get; init; } = "";

        public override string ToString() => $"{Detector} {Cause}: {Description}";
    }
}
