using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Modules.Analytics.Rollups;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

[Collection(DataScene.Name)]
public sealed class RidePageTests(ConsoleScene scene) : IAsyncLifetime
{
    private int _dumbo;

    private Browser Browser => scene.Browser;

    public async Task InitializeAsync() => _dumbo = await RideAsync("Dumbo");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Rides_are_found_by_name_park_type_and_place_and_sorted()
    {
        var page = await Browser.PageAsync("/console/rides");
        page.ShouldContain($"<td>{ConsoleScene.Harmless}</td>");
        page.ShouldNotContain("<script>alert", Case.Insensitive);
        page.IndexOf(">Dumbo<", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf(">Teacups<", StringComparison.Ordinal));
        page = await Browser.PageAsync("/console/rides?sort=-name");
        page.IndexOf(">Dumbo<", StringComparison.Ordinal).ShouldBeGreaterThan(page.IndexOf(">Teacups<", StringComparison.Ordinal));

        var type = (await scene.App.Anonymous.GetFromJsonAsync<JsonElement>($"/api/metadata/rides/{_dumbo}")).GetProperty("ride").GetProperty("entity_type").GetString();
        page = await Browser.PageAsync($"/console/rides?name=UMB&park=1&type={type}&class=UNKNOWN");
        page.ShouldContain("1 to 1 of 1");
        page.ShouldContain($"/console/rides/{_dumbo}");
        page.ShouldContain("name=\"name\" value=\"UMB\"");
        (await Browser.PageAsync("/console/rides?name=%25")).ShouldContain("No ride matches.");
        (await Browser.PageAsync("/console/rides?name=UMB&type=HOTEL")).ShouldContain("No ride matches.");
        (await Browser.GetAsync("/console/rides?sort=height")).Html.ShouldContain("sort must be one of");
    }

    [Fact]
    public async Task A_ride_shows_its_facts_its_day_by_the_parks_clock_and_what_is_held()
    {
        (await Browser.GetAsync("/console/rides/999999")).Status.ShouldBe(HttpStatusCode.NotFound);
        await scene.App.Services.GetRequiredService<RollupRunner>().RunAsync(null, CancellationToken.None);

        var page = await Browser.PageAsync($"/console/rides/{_dumbo}?date=2025-06-03");
        page.ShouldContain("<h1>Dumbo</h1>");
        page.ShouldContain("Wait on 2025-06-03, America/New_York");
        page.ShouldContain("<td>08:00</td>");
        page.ShouldContain($"/console/rides/{_dumbo}?date=2025-06-02");
        page.ShouldContain("3 of 30 UTC days from 2025-05-05 to 2025-06-03");
        page.ShouldContain("/console/quality/gaps?park=1&amp;hours=0");
        (await Browser.PageAsync($"/console/rides/{_dumbo}?date=2020-01-01")).ShouldContain("There are no figures of this day.");
        (await Browser.PageAsync($"/console/rides/{_dumbo}?date=yesterday")).ShouldContain("date must be a date as yyyy-MM-dd");
        (await Browser.PageAsync("/console/quality/gaps?park=1&hours=0")).ShouldContain("MISSING_ARCHIVE");
    }

    [Fact]
    public async Task Raw_rows_of_a_few_days_are_shown_in_both_times()
    {
        var page = await Browser.PageAsync($"/console/rides/{_dumbo}/rows?from=2025-06-02&to=2025-06-03");
        page.ShouldContain("1 to 6 of 6");
        page.ShouldContain("2025-06-02 12:03:00 UTC");
        page.ShouldContain("2025-06-02 08:03:00 America/New_York");
        page.ShouldContain("OPERATING");
        page.ShouldContain("ARCHIVE");

        (await Browser.PageAsync($"/console/rides/{_dumbo}/rows?from=2025-06-20")).ShouldContain("No row of it is held of these days.");
        foreach (var (query, status) in new[] { ("from=2025-06-02&to=2025-06-09", 400), ("from=2025-06-02&to=2025-06-01", 400), ("from=june", 400) })
        {
            ((int)(await Browser.GetAsync($"/console/rides/{_dumbo}/rows?{query}")).Status).ShouldBe(status, query);
        }

        (await Browser.GetAsync("/console/rides/999999/rows")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_history_of_a_ride_tells_what_changed()
    {
        var ride = await RideAsync("Teacups");
        (await Browser.PageAsync($"/console/rides/{ride}/history")).ShouldContain("it has no version");

        await scene.ExecuteAsync(
            $$"""
            INSERT INTO entity_metadata (uuid, scope_uuid, ride_id, entity_type, height_flags, indoor_outdoor, indoor_outdoor_confidence, version, first_seen_at, changed_at, synced_at, reader_version)
            SELECT uuid, uuid, ride_id, 'ATTRACTION', '', 'UNKNOWN', 0, 2, '2026-01-01', '2026-01-02', '2026-01-03', 1 FROM rides WHERE ride_id = {{ride}};
            INSERT INTO entity_metadata_history (uuid, version, valid_from, cause, facts, changes)
            SELECT uuid, 1, '2026-01-01', 'SYNC', '{"entity_type":"ATTRACTION"}', '[]' FROM rides WHERE ride_id = {{ride}}
            UNION ALL
            SELECT uuid, 2, '2026-01-02', 'OPERATOR', '{"entity_type":"ATTRACTION"}', JSON_ARRAY(JSON_OBJECT('field', 'name', 'old', NULL, 'new', @Hostile)) FROM rides WHERE ride_id = {{ride}}
            """);
        var page = await Browser.PageAsync($"/console/rides/{ride}/history");
        page.ShouldContain("first known");
        page.ShouldContain($"name: nothing → {ConsoleScene.Harmless}");
        page.ShouldContain("an operator");
    }

    [Fact]
    public async Task A_ride_is_classified_with_a_reason_and_a_wrong_word_is_refused()
    {
        var ride = await RideAsync("Space Mountain");
        var (page, action) = ($"/console/rides/{ride}", $"/console/actions/rides/{ride}/classify");

        (await Browser.DoAsync(page, action, ("tier", "9"), ("why", "x"))).ShouldContain("Not done:");
        var done = await Browser.DoAsync(page, action, ("tier", "1"), ("category", ConsoleScene.Hostile), ("indoor_outdoor", "INDOOR"), ("why", "rode it"));
        done.ShouldContain("Said.");
        done.ShouldContain("<option value=\"1\" selected>");
        done.ShouldContain("<option value=\"INDOOR\" selected>");
        done.ShouldNotContain("<script>alert", Case.Insensitive);
        (await scene.AuditedAsync("metadata.classify")).ShouldBe(("tester", "CONSOLE", ride.ToString(System.Globalization.CultureInfo.InvariantCulture), "rode it"));

        (await Browser.DoAsync(page, action, ("why", "was wrong"))).ShouldContain("nothing says so");
    }

    private async Task<int> RideAsync(string name)
    {
        var rides = await scene.App.Anonymous.GetFromJsonAsync<JsonElement>($"/api/metadata/rides?name={Uri.EscapeDataString(name)}");
        return rides.GetProperty("data").EnumerateArray().First(r => r.GetProperty("name").GetString() == name).GetProperty("ride_id").GetInt32();
    }
}
