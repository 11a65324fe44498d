using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.Import;

public sealed class UnmatchedTests : IAsyncLifetime
{
    private static readonly SmallArchive.Entity Mountain = SmallArchive.Entities[0];
    private static readonly SmallArchive.Entity Misspelt = SmallArchive.Entities[1];
    private static readonly SmallArchive.Entity Dumbo = SmallArchive.Entities[2];
    private static readonly SmallArchive.Entity Teacups = SmallArchive.Entities[3];

    private SmallArchive _archive = null!;

    public async Task InitializeAsync()
    {
        _archive = await SmallArchive.StartAsync();
        var import = await _archive.ImportAsync(createMissing: false);
        import.GetProperty("status").GetString().ShouldBe("COMPLETED", import.ToString());
    }

    public async Task DisposeAsync() => await _archive.DisposeAsync();

    [Fact]
    public async Task Without_a_ride_nothing_is_lost_and_the_most_seen_entity_comes_first()
    {
        var (events, rows, unmatched) = await OneAsync<(long, long, long)>("SELECT SUM(events), SUM(`rows`), SUM(unmatched) FROM import_files");
        (events, rows, unmatched).ShouldBe((30, 0, 30));

        var page = await ListAsync("");
        page.GetProperty("data").EnumerateArray().Select(i => (
            i.GetProperty("name").GetString(), i.GetProperty("occurrences").GetInt32(), i.GetProperty("days").GetInt32(), i.GetProperty("status").GetString()))
            .ShouldBe(SmallArchive.Entities.Select(e => ((string?)e.Name, SmallArchive.Events(e), e.Days.Count, (string?)"OPEN")));
        var dumbo = page.GetProperty("data")[2];
        dumbo.GetProperty("reason").GetString().ShouldBe("NO_MATCH");
        dumbo.GetProperty("park").GetProperty("name").GetString().ShouldBe("magickingdom");
        (dumbo.GetProperty("first_seen").GetString(), dumbo.GetProperty("last_seen").GetString()).ShouldBe(("2025-06-02T12:03:00.000Z", "2025-06-03T14:03:00.000Z"));

        var second = await ListAsync("?limit=1&offset=1");
        second.GetProperty("data").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe(Misspelt.Name);
        (second.GetProperty("metadata").GetProperty("count").GetInt32(), second.GetProperty("metadata").GetProperty("total").GetInt32()).ShouldBe((1, 4));
        (await ListAsync("?status=RESOLVED")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await ListAsync("?destination_id=999")).GetProperty("data").GetArrayLength().ShouldBe(0);
        using var wrong = await _archive.App.Admin.GetAsync("/api/admin/import/unmatched?status=LOST");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Creating_a_ride_writes_its_days_again_and_no_other()
    {
        await ResolveAsync(Mountain, new { action = "create" });
        var before = await RevisionsAsync();
        before.Keys.Order().ShouldBe([1, 2, 3, 4]);

        var answer = await ResolveAsync(Dumbo, new { action = "CREATE", note = "new in 2025" });

        answer.GetProperty("status").GetString().ShouldBe("RESOLVED");
        var replay = answer.GetProperty("replay");
        (replay.GetProperty("status").GetString(), replay.GetProperty("days").GetInt32(), replay.GetProperty("rows_added").GetInt32()).ShouldBe(("COMPLETED", 2, 6));
        var ride = answer.GetProperty("ride_id").GetInt32();
        (await DaysAsync(ride)).ShouldBe([(2, 3), (3, 3)]);
        var after = await RevisionsAsync();
        after.Where(r => r.Value != before[r.Key]).Select(r => r.Key).Order().ShouldBe([2, 3]);

        var names = (await ListAsync("")).GetProperty("data").EnumerateArray().Select(i => i.GetProperty("name").GetString());
        names.ShouldBe([Misspelt.Name, Teacups.Name]);
        (await ListAsync("?status=RESOLVED")).GetProperty("data").EnumerateArray().Select(i => i.GetProperty("note").GetString()).ShouldContain("new in 2025");
        (await OneAsync<string>("SELECT who FROM activity_log WHERE action = 'import.unmatched.resolve' AND why = 'new in 2025'")).ShouldBe("tester");

        var again = await PostAsync(Dumbo, new { action = "ignore" });
        (again.Status, again.Code).ShouldBe((HttpStatusCode.Conflict, "INVALID_STATE"));
    }

    [Fact]
    public async Task An_entity_is_mapped_to_the_ride_that_was_suggested_or_gives_it_its_name()
    {
        var ride = (await ResolveAsync(Mountain, new { action = "create" })).GetProperty("ride_id").GetInt32();
        var misspelt = (await ListAsync("?status=SUGGESTED")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        misspelt.GetProperty("entity_uuid").GetGuid().ShouldBe(Misspelt.Uuid);
        var candidate = misspelt.GetProperty("candidates").EnumerateArray().ShouldHaveSingleItem();
        candidate.GetProperty("ride_id").GetInt32().ShouldBe(ride);
        candidate.GetProperty("score").GetInt32().ShouldBeInRange(80, 94);

        var mapped = await ResolveAsync(Misspelt, new { action = "map", ride_id = ride });
        mapped.GetProperty("replay").GetProperty("rows_added").GetInt32().ShouldBe(9);
        (await DaysAsync(ride)).ShouldBe([(1, 3), (2, 6), (3, 6), (4, 6)]);

        var named = await ResolveAsync(Teacups, new { action = "alias", ride_id = ride });
        named.GetProperty("replay").GetProperty("rows_added").GetInt32().ShouldBe(3);
        (await DaysAsync(ride)).ShouldBe([(1, 3), (2, 6), (3, 6), (4, 9)]);
        (await OneAsync<long>($"SELECT COUNT(*) FROM ride_aliases WHERE ride_id = {ride} AND kind = 'ALIAS' AND value = 'Teacups'")).ShouldBe(1);
    }

    [Fact]
    public async Task An_ignored_entity_leaves_the_list_until_it_is_resolved_another_way()
    {
        var ignored = await ResolveAsync(Dumbo, new { action = "ignore" });

        ignored.GetProperty("status").GetString().ShouldBe("IGNORED");
        ignored.GetProperty("replay").GetProperty("import_id").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ListAsync("")).GetProperty("data").EnumerateArray().Select(i => i.GetProperty("name").GetString()).ShouldNotContain(Dumbo.Name);
        (await OneAsync<long>("SELECT ignored_at_occurrences FROM unmatched_entities WHERE status = 'IGNORED'")).ShouldBe(6);
        (await PostAsync(Dumbo, new { action = "ignore" })).Code.ShouldBe("INVALID_STATE");

        (await ResolveAsync(Dumbo, new { action = "create" })).GetProperty("replay").GetProperty("rows_added").GetInt32().ShouldBe(6);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_and_changes_nothing()
    {
        (await PostAsync(Dumbo, new { action = "map" })).ShouldBe((HttpStatusCode.BadRequest, "VALIDATION_FAILED"));
        (await PostAsync(Dumbo, new { action = "guess" })).ShouldBe((HttpStatusCode.BadRequest, "VALIDATION_FAILED"));
        (await PostAsync(Dumbo, new { action = "create", ride_id = 1 })).ShouldBe((HttpStatusCode.BadRequest, "VALIDATION_FAILED"));
        (await PostAsync(Dumbo, new { action = "map", ride_id = 9999 })).ShouldBe((HttpStatusCode.NotFound, "RIDE_NOT_FOUND"));
        using var unknown = await _archive.App.Admin.PostAsJsonAsync("/api/admin/import/unmatched/9999/resolve", new { action = "create" });
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await unknown.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe("UNMATCHED_NOT_FOUND");

        await ExecuteAsync("UPDATE import_checkpoints SET status = 'PAUSED'");
        var live = await OneAsync<string>("SELECT import_id FROM import_checkpoints");
        using var busy = await _archive.App.Admin.PostAsJsonAsync(await PathAsync(Dumbo), new { action = "create" });
        busy.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var error = (await busy.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("IMPORT_IN_PROGRESS");
        error.GetProperty("details").GetProperty("existing_import_id").GetString().ShouldBe(live);

        (await OneAsync<long>("SELECT COUNT(*) FROM rides")).ShouldBe(0);
        (await OneAsync<long>("SELECT COUNT(*) FROM import_checkpoints")).ShouldBe(1);
        (await OneAsync<long>("SELECT COUNT(*) FROM unmatched_entities WHERE status = 'OPEN'")).ShouldBe(4);
    }

    private async Task<JsonElement> ResolveAsync(SmallArchive.Entity entity, object body)
    {
        using var response = await _archive.App.Admin.PostAsJsonAsync(await PathAsync(entity), body);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    private async Task<(HttpStatusCode Status, string? Code)> PostAsync(SmallArchive.Entity entity, object body)
    {
        using var response = await _archive.App.Admin.PostAsJsonAsync(await PathAsync(entity), body);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (response.StatusCode, answer.GetProperty("error").GetProperty("code").GetString());
    }

    private async Task<string> PathAsync(SmallArchive.Entity entity) =>
        $"/api/admin/import/unmatched/{await OneAsync<int>($"SELECT unmatched_id FROM unmatched_entities WHERE entity_uuid = '{entity.Uuid}'")}/resolve";

    private Task<JsonElement> ListAsync(string query) => _archive.App.Admin.GetFromJsonAsync<JsonElement>("/api/admin/import/unmatched" + query);

    private async Task<Dictionary<int, long>> RevisionsAsync()
    {
        await using var connection = await _archive.Database.OpenAsync(default);
        return (await connection.QueryAsync<(int Day, long Revision)>("SELECT DAY(utc_day), revision FROM snapshot_days")).ToDictionary(r => r.Day, r => r.Revision);
    }

    /// <summary>Days of June with rows of the ride, and how many.</summary>
    private async Task<IEnumerable<(int Day, int Rows)>> DaysAsync(int ride)
    {
        await using var connection = await _archive.Database.OpenAsync(default);
        return await connection.QueryAsync<(int, int)>(
            "SELECT DAY(recorded_at), COUNT(*) FROM ride_status_snapshots WHERE ride_id = @Ride GROUP BY DAY(recorded_at) ORDER BY 1", new { Ride = ride });
    }

    private async Task<T> OneAsync<T>(string sql)
    {
        await using var connection = await _archive.Database.OpenAsync(default);
        return await connection.QuerySingleAsync<T>(sql);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _archive.Database.OpenAsync(default);
        await connection.ExecuteAsync(sql);
    }
}
