using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using ThemePark.IntegrationTests.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

[Collection(DataScene.Name)]
public sealed class CalendarPageTests(ConsoleScene scene)
{
    private Browser Browser => scene.Browser;

    [Fact]
    public async Task A_month_tells_held_missing_unexpected_and_unknown_days_apart()
    {
        var june = await Browser.PageAsync("/console/calendar?month=2025-06");
        june.ShouldContain(ConsoleScene.Harmless);
        june.ShouldNotContain("<script>alert", Case.Insensitive);
        june.ShouldContain("aria-label=\"2025-06-01: held\">F</a>");
        june.ShouldContain("aria-label=\"2025-06-20: nobody knows\">?</a>");
        june.ShouldContain("/console/calendar?month=2025-05");
        (await Browser.PageAsync("/console/calendar?month=2025-05")).ShouldContain("aria-label=\"2025-05-31: nothing is expected\">-</a>");
        (await Browser.PageAsync("/console/calendar?month=2090-01")).ShouldContain("aria-label=\"2090-01-01: nothing is expected\">-</a>");
        (await Browser.GetAsync("/console/calendar?month=june")).Status.ShouldBe(HttpStatusCode.BadRequest);

        // A file that was listed and never imported; live rows of a whole day and of half a one.
        await scene.ExecuteAsync(
            """
            INSERT INTO archive_objects (object_key, destination_uuid, object_day, etag, size, last_modified)
            SELECT CONCAT(uuid, '/2025/07/02.json.gz'), uuid, '2025-07-02', 'x', 1, '2025-07-03' FROM destinations WHERE destination_id = 1;
            INSERT INTO snapshot_days (park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, first_at, last_at, source_object, checksum, rides, revision, written_at)
            VALUES (1, '2025-08-10', 1, 1, 1000, 0, 0, '2025-08-10', '2025-08-10', 'live', REPEAT('x', 32), '', 1, '2025-08-10'),
                   (1, '2025-08-11', 1, 1, 500, 0, 0, '2025-08-11', '2025-08-11', 'live', REPEAT('x', 32), '', 1, '2025-08-11')
            """);
        try
        {
            (await Browser.PageAsync("/console/calendar?month=2025-06")).ShouldContain("aria-label=\"2025-06-20: missing\">N</a>");
            (await Browser.PageAsync("/console/calendar?month=2025-07")).ShouldContain("aria-label=\"2025-07-02: missing\">N</a>");
            var august = await Browser.PageAsync("/console/calendar?month=2025-08");
            august.ShouldContain("aria-label=\"2025-08-10: held\">F</a>");
            august.ShouldContain("aria-label=\"2025-08-11: held in part, 50 % covered\">P</a>");

            var year = await Browser.PageAsync("/console/calendar/1?year=2025");
            year.ShouldContain("<b>5</b> held</li>");
            year.ShouldContain("<b>1</b> held in part</li>");
            year.ShouldContain("aria-label=\"2025-08-11: held in part, 50 % covered\">P</a>");
            (await Browser.GetAsync("/console/calendar/1?year=1066")).Status.ShouldBe(HttpStatusCode.BadRequest);
            (await Browser.GetAsync("/console/calendar/999?year=2025")).Status.ShouldBe(HttpStatusCode.NotFound);

            var day = (await GetAsync("from=2025-08-09&to=2025-08-11")).GetProperty("destinations")[0].GetProperty("days").EnumerateArray().ToList();
            day.Select(d => d.GetProperty("state").GetString()).ShouldBe(["UNKNOWN", "FULL", "PARTIAL"]);
            day[0].GetProperty("coverage_percent").ValueKind.ShouldBe(JsonValueKind.Null);
            (day[2].GetProperty("coverage_percent").GetDouble(), day[2].GetProperty("data_source").GetString(), day[2].GetProperty("snapshots").GetInt64()).ShouldBe((50, "LIVE", 500));
        }
        finally
        {
            await scene.ExecuteAsync("DELETE FROM archive_objects WHERE object_day = '2025-07-02'; DELETE FROM snapshot_days WHERE data_source = 1");
        }
    }

    [Theory]
    [InlineData("from=2025-06-02&to=2025-06-01", "to")]
    [InlineData("from=2024-01-01&to=2025-02-04", "to")]
    [InlineData("from=2025-01-01&to=2025-12-31", "limit")]
    [InlineData("from=1999-12-31", "from")]
    public async Task What_is_too_much_or_makes_no_sense_is_refused(string query, string parameter)
    {
        using var answer = await scene.App.Admin.GetAsync($"/api/admin/quality/calendar?{query}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("details").EnumerateObject().Select(d => d.Name).ShouldBe([parameter]);
    }

    [Fact]
    public async Task A_day_tells_what_is_held_of_each_park_and_what_is_missing()
    {
        var page = await Browser.PageAsync("/console/calendar/1/2025-06-02");
        page.ShouldContain("2025/06/02.json.gz");
        page.ShouldContain("was imported, lies in the raw store");
        page.ShouldContain("24 of 24 h");
        page.ShouldContain("it was not collected live");
        page.ShouldContain("No check has found a gap or a bad file of this day.");

        var gap = await Browser.PageAsync("/console/calendar/1/2025-06-11");
        gap.ShouldContain("the archive has listed none");
        gap.ShouldContain($"GAP MISSING_ARCHIVE: {ConsoleScene.Harmless}");
        (await Browser.PageAsync("/console/calendar/1/2025-06-12")).ShouldNotContain("GAP MISSING_ARCHIVE");
        (await Browser.GetAsync("/console/calendar/999/2025-06-02")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Browser.GetAsync("/console/calendar/1/yesterday")).Status.ShouldBe(HttpStatusCode.NotFound);

        var day = await scene.App.Admin.GetFromJsonAsync<JsonElement>("/api/admin/quality/calendar/1/2025-06-02");
        (day.GetProperty("state").GetString(), day.GetProperty("watched_hours").GetDouble(), day.GetProperty("file").GetProperty("is_imported").GetBoolean()).ShouldBe(("FULL", 24, true));
        // Three readings of each of three rides.
        day.GetProperty("parks").EnumerateArray().ShouldHaveSingleItem().GetProperty("archive_snapshots").GetInt64().ShouldBe(9);
    }

    [Fact]
    public async Task A_day_is_imported_and_replayed_from_there_with_a_reason()
    {
        const string Day = "/console/calendar/1/2025-06-02";
        (await Browser.DoAsync(Day, "/console/actions/calendar/1/2025-06-02/import", ("start_date", "soon"))).ShouldContain("Not done: give the first and the last day");
        (await Browser.DoAsync(Day, "/console/actions/calendar/1/2025-06-02/import", ("start_date", "2025-06-02"), ("end_date", "2999-01-01"), ("why", "x"))).ShouldContain("must not be in the future");

        foreach (var (action, raw) in new[] { ("import", false), ("replay", true) })
        {
            var answer = await Browser.PostAsync(
                Day, $"/console/actions/calendar/1/2025-06-02/{action}", ("start_date", "2025-06-02"), ("end_date", "2025-06-03"), ("why", $"to try {action}"));
            answer.Status.ShouldBe(HttpStatusCode.SeeOther, answer.Html);
            var id = answer.Location!.Split('/')[^1];
            (await scene.AuditedAsync("import.start")).ShouldBe(("tester", "CONSOLE", id, $"to try {action}"));
            JsonElement import = default;
            await Eventually.TrueAsync(
                async () => (import = await scene.App.Admin.GetFromJsonAsync<JsonElement>($"/api/admin/import/status/{id}")).GetProperty("status").GetString() == "COMPLETED", 30, () => import.ToString());
            import.GetProperty("progress").GetProperty("files_total").GetInt32().ShouldBe(2);
            import.GetProperty("accounts").GetProperty("from_raw").GetBoolean().ShouldBe(raw);
        }
    }

    private Task<JsonElement> GetAsync(string query) => scene.App.Admin.GetFromJsonAsync<JsonElement>($"/api/admin/quality/calendar?{query}");
}
