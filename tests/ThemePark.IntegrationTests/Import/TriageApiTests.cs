using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import;

/// <summary>What operators look at before they say a word on entities without a ride, and saying it of many.</summary>
public sealed class TriageApiTests(TriageScene scene) : IClassFixture<TriageScene>
{
    private const string Unmatched = "/api/admin/import/unmatched";

    [Fact]
    public async Task The_list_is_sorted_and_searched_by_the_server()
    {
        (await NamesAsync("sort=name&limit=2")).ShouldBe([TriageScene.Hostile, "Stranger 01"]);
        (await NamesAsync("sort=-name&limit=1")).ShouldBe(["Stranger 55"]);
        (await NamesAsync("limit=1")).ShouldBe(["Stranger 55"]);
        (await NamesAsync("sort=occurrences&limit=1")).ShouldBe(["Stranger 01"]);
        (await NamesAsync("text=sTRANGER%201&sort=name")).ShouldBe(Enumerable.Range(10, 10).Select(n => $"Stranger {n}"));
        (await NamesAsync("text=ext-12")).ShouldBe(["Stranger 12"]);
        (await NamesAsync("text=22222222-0000-4000-8000-000000000013")).ShouldBe(["Stranger 13"]);
        (await NamesAsync("text=%25")).ShouldBeEmpty();
        var all = await GetAsync($"{Unmatched}?sort=-last_seen&limit=1");
        all.GetProperty("data")[0].GetProperty("last_seen").GetString().ShouldBe("2025-07-01T13:00:00.000Z");
        (await GetAsync($"{Unmatched}?sort=first_seen&limit=1")).GetProperty("data")[0].GetProperty("first_seen").GetString().ShouldStartWith("2025-06-");
        (await StatusAsync($"{Unmatched}?sort=luck")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_list_leaves_as_csv_with_the_same_filters()
    {
        using var answer = await scene.App.Admin.GetAsync($"{Unmatched}/export?destination_id={scene.Elsewhere}&text=stranger%2000&sort=name");
        (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem().ShouldStartWith("unmatched_id,destination,");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");

        var lines = (await scene.App.Admin.GetStringAsync($"{Unmatched}/export?destination_id={scene.Elsewhere}&sort=-name")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(1 + TriageScene.Strangers);
        lines[1].ShouldBe(
            $"{await scene.IdAsync("Stranger 55")},Elsewhere,,Stranger 55,22222222-0000-4000-8000-000000000055,ext-55,ATTRACTION,OPEN,NO_MATCH,55,1,2025-07-01T12:00:00.000Z,2025-07-01T13:00:00.000Z,,,,,,,,,");
        lines.ShouldContain(l => l.Contains(",9999,Gone,92,9998,Too,92,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_entity_comes_with_its_candidates_and_its_neighbours_in_the_list()
    {
        var eight = await GetAsync($"{Unmatched}/{await scene.IdAsync("Stranger 08")}?destination_id={scene.Elsewhere}&sort=name");
        (eight.GetProperty("previous_id").GetInt32(), eight.GetProperty("next_id").GetInt32()).ShouldBe((await scene.IdAsync("Stranger 07"), await scene.IdAsync("Stranger 10")));
        eight.GetProperty("candidates").EnumerateArray().Select(c => (c.GetProperty("ride_id").GetInt32(), c.GetProperty("method").GetString(), c.GetProperty("score").GetInt32()))
            .ShouldBe([(9999, "FUZZY", 92), (9998, "PHONETIC", 92)]);
        var gone = eight.GetProperty("candidates")[0];
        foreach (var unknown in (string[])["park_id", "park_name", "kind", "distance_m"])
        {
            gone.GetProperty(unknown).ValueKind.ShouldBe(JsonValueKind.Null, unknown);
        }

        var first = await GetAsync($"{Unmatched}/{await scene.IdAsync("Stranger 01")}?destination_id={scene.Elsewhere}&sort=occurrences");
        first.GetProperty("previous_id").ValueKind.ShouldBe(JsonValueKind.Null);
        var outside = await GetAsync($"{Unmatched}/{await scene.IdAsync("Stranger 01")}?destination_id={scene.Elsewhere}&text=Stranger%2055");
        outside.GetProperty("next_id").GetInt32().ShouldBe(await scene.IdAsync("Stranger 55"));
        (await StatusAsync($"{Unmatched}/999999")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_preview_tells_what_is_read_again_and_what_else_is_the_ride_and_writes_nothing()
    {
        var mountain = await scene.IdAsync("Space Mountain");
        // Ten in the evening of the day before, at the park.
        await scene.ExecuteAsync($"UPDATE unmatched_entity_days SET first_at = '2025-06-01 02:00:00' WHERE unmatched_id = {mountain} AND object_day = '2025-06-01'");
        var preview = await GetAsync($"{Unmatched}/{mountain}/preview?action=create");
        (preview.GetProperty("days").GetInt32(), preview.GetProperty("days_without_raw").GetInt32(), preview.GetProperty("observations").GetInt32()).ShouldBe((4, 0, 12));
        (preview.GetProperty("first_day").GetString(), preview.GetProperty("last_day").GetString(), preview.GetProperty("time_zone").GetString())
            .ShouldBe(("2025-05-31", "2025-06-04", "America/New_York"));
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM rides WHERE name = 'Space Mountain'")).ShouldBe(0);

        var ride = await CreateAsync(mountain);
        var misspelt = await scene.IdAsync("Space Mountian");
        await scene.ExecuteAsync(
            $"""
            INSERT INTO entity_metadata (
                uuid, scope_uuid, entity_type, latitude, longitude, height_flags, indoor_outdoor, indoor_outdoor_confidence, version, first_seen_at, changed_at,
                synced_at, reader_version)
            SELECT
                entity_uuid, entity_uuid, 'ATTRACTION', IF(name = 'Space Mountain', 28, 29), -81, '', 'UNKNOWN', 0, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3),
                UTC_TIMESTAMP(3), 1
            FROM unmatched_entities
            WHERE name IN ('Space Mountain', 'Space Mountian')
            """);
        var candidate = (await GetAsync($"{Unmatched}/{misspelt}")).GetProperty("candidates").EnumerateArray().ShouldHaveSingleItem();
        (candidate.GetProperty("ride_id").GetInt32(), candidate.GetProperty("kind").GetString()).ShouldBe((ride, "UNKNOWN"));
        // A degree of latitude.
        candidate.GetProperty("distance_m").GetDouble().ShouldBe(111_195);

        var map = await GetAsync($"{Unmatched}/{misspelt}/preview?action=map&ride_id={ride}");
        map.GetProperty("same_ride").EnumerateArray().ShouldHaveSingleItem().GetProperty("uuid").GetString().ShouldBe(SmallArchive.Entities[0].Uuid.ToString());
        map.GetProperty("ride_name").GetString().ShouldBe("Space Mountain");
        map.GetProperty("rows_of_days").GetInt64().ShouldBe(await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE recorded_at >= '2025-06-02'"));
        map.GetProperty("waits_for").ValueKind.ShouldBe(JsonValueKind.Null);

        // What would be refused is refused now; a live import is told.
        (await StatusAsync($"{Unmatched}/{mountain}/preview?action=ignore")).ShouldBe(HttpStatusCode.Conflict);
        (await StatusAsync($"{Unmatched}/{misspelt}/preview?action=map&ride_id=999999")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync($"{Unmatched}/{misspelt}/preview?action=map")).ShouldBe(HttpStatusCode.BadRequest);
        await scene.ExecuteAsync("UPDATE import_checkpoints SET status = 'PAUSED' WHERE import_id = @ImportId");
        (await GetAsync($"{Unmatched}/{misspelt}/preview?action=map&ride_id={ride}")).GetProperty("waits_for").GetString().ShouldBe(scene.ImportId);
        (await GetAsync($"{Unmatched}/preview?id={misspelt}&action=create")).GetProperty("waits_for").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe(scene.ImportId);
        (await GetAsync($"{Unmatched}/{misspelt}/preview?action=ignore")).GetProperty("waits_for").ValueKind.ShouldBe(JsonValueKind.Null);
        await scene.ExecuteAsync("UPDATE import_checkpoints SET status = 'COMPLETED' WHERE import_id = @ImportId");
    }

    [Fact]
    public async Task Many_are_resolved_at_once_each_with_its_own_outcome_and_one_replay_for_a_destination()
    {
        var (dumbo, teacups, stranger) = (await scene.IdAsync("Dumbo"), await scene.IdAsync("Teacups"), await scene.IdAsync("Stranger 20"));
        var preview = await GetAsync($"{Unmatched}/preview?id={dumbo}&id={teacups}&id={stranger}&id=999999&action=create");
        preview.GetProperty("chosen").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ShouldBe(["Dumbo", "Teacups"], ignoreOrder: true);
        (preview.GetProperty("days").GetInt32(), preview.GetProperty("observations").GetInt32()).ShouldBe((3, 9));

        var result = await ManyAsync(HttpStatusCode.OK, new { ids = new[] { dumbo, teacups, stranger, 999_999, dumbo }, action = "create", note = "all new" });
        result.GetProperty("refused").ToString().ShouldBe(preview.GetProperty("refused").ToString());
        result.GetProperty("refused").EnumerateArray().Select(r => (r.GetProperty("unmatched_id").GetInt32(), r.GetProperty("code").GetString()))
            .ShouldBe([(stranger, "VALIDATION_FAILED"), (999_999, "UNMATCHED_NOT_FOUND")]);
        result.GetProperty("done").EnumerateArray().Select(d => d.GetProperty("unmatched_id").GetInt32()).ShouldBe([dumbo, teacups], ignoreOrder: true);
        var replay = result.GetProperty("replays").EnumerateArray().ShouldHaveSingleItem();
        replay.GetProperty("days").GetInt32().ShouldBe(3);

        (await scene.EndedAsync(replay.GetProperty("import_id").GetString()!)).GetProperty("status").GetString().ShouldBe("COMPLETED");
        foreach (var done in result.GetProperty("done").EnumerateArray())
        {
            var entity = SmallArchive.Entities.Single(e => e.Name == done.GetProperty("name").GetString());
            (await scene.OneAsync<long>($"SELECT COUNT(*) FROM ride_status_snapshots WHERE ride_id = {done.GetProperty("ride_id").GetInt32()}")).ShouldBe(SmallArchive.Events(entity));
        }

        (await scene.OneAsync<long>("SELECT COUNT(*) FROM activity_log WHERE action = 'import.unmatched.resolve' AND why = 'all new'")).ShouldBe(2);
        (await scene.OneAsync<string>($"SELECT status FROM unmatched_entities WHERE unmatched_id = {stranger}")).ShouldBe("OPEN");
    }

    [Fact]
    public async Task An_ignored_entity_is_reopened_and_counts_as_open_again_and_no_other_can_be()
    {
        var id = await scene.IdAsync("Stranger 44");
        var open = await OpenAsync();
        var imports = await scene.OneAsync<long>("SELECT COUNT(*) FROM import_checkpoints");
        (await PostAsync($"{id}/resolve", new { action = "ignore", note = "a shop" })).Status.ShouldBe(HttpStatusCode.OK);
        (await OpenAsync()).ShouldBe(open - 1);

        var (status, answer) = await PostAsync($"{id}/reopen", new { note = "a ride after all" });

        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        (answer.GetProperty("unmatched_id").GetInt32(), answer.GetProperty("destination_id").GetInt32(), answer.GetProperty("entity_uuid").GetString())
            .ShouldBe((id, scene.Elsewhere, "22222222-0000-4000-8000-000000000044"));
        (answer.GetProperty("name").GetString(), answer.GetProperty("status").GetString(), answer.GetProperty("occurrences").GetInt32()).ShouldBe(("Stranger 44", "REOPENED", 44));
        (await OpenAsync()).ShouldBe(open);
        (await NamesAsync("status=REOPENED")).ShouldBe(["Stranger 44"]);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM import_checkpoints")).ShouldBe(imports, "nothing is read again");
        (await scene.OneAsync<(string, string, string)>("SELECT who, door, why FROM activity_log WHERE action = 'import.unmatched.reopen' AND subject LIKE '%044'"))
            .ShouldBe(("tester", "API", "a ride after all"));

        var (again, refused) = await PostAsync($"{id}/reopen", new { });
        var error = refused.GetProperty("error");
        (again, error.GetProperty("code").GetString(), error.GetProperty("message").GetString(), error.GetProperty("details").GetProperty("status").GetString())
            .ShouldBe((HttpStatusCode.Conflict, "INVALID_STATE", $"Unmatched entity {id} is REOPENED; only an ignored one can be reopened.", "REOPENED"));
        (await PostAsync($"{await scene.IdAsync("Stranger 45")}/reopen", new { })).Answer.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(" is OPEN; ");
        (await PostAsync("999999/reopen", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync($"{id}/reopen", new { note = new string('x', 1001) })).Status.ShouldBe(HttpStatusCode.BadRequest);

        // It can be ignored, or resolved another way, as before.
        (await PostAsync($"{id}/resolve", new { action = "ignore" })).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync($"{id}/reopen", new { })).Status.ShouldBe(HttpStatusCode.OK);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM activity_log WHERE action = 'import.unmatched.reopen' AND subject LIKE '%044'")).ShouldBe(2);
    }

    [Fact]
    public async Task Mapping_many_takes_the_best_candidate_from_a_score_on_and_leaves_doubt_to_a_person()
    {
        var (good, even, none) = (await scene.IdAsync("Stranger 07"), await scene.IdAsync("Stranger 08"), await scene.IdAsync("Stranger 10"));
        var chosen = await GetAsync($"{Unmatched}/preview?id={good}&id={even}&id={none}&action=map&min_score=92");
        chosen.GetProperty("chosen").GetArrayLength().ShouldBe(0);
        chosen.GetProperty("refused").EnumerateArray().Select(r => (r.GetProperty("unmatched_id").GetInt32(), r.GetProperty("message").GetString())).ShouldBe(
        [
            (good, "There is no ride 9999."), (even, "Rides 9999 and 9998 are equally like it."), (none, "No ride is like it."),
        ]);
        var stricter = await ManyAsync(HttpStatusCode.OK, new { ids = new[] { good }, action = "map", min_score = 93 });
        stricter.GetProperty("refused")[0].GetProperty("message").GetString().ShouldBe("Its best candidate scores 92.");
        Runbook.ShouldExplain("AMBIGUOUS", "Rides … and … are equally like it.", "one of many", MessageOf("AMBIGUOUS", chosen));
        Runbook.ShouldExplain("NO_CANDIDATE", "No ride is like it.", "one of many", MessageOf("NO_CANDIDATE", chosen));
        Runbook.ShouldExplain("NO_CANDIDATE", "Its best candidate scores ….", "one of many", MessageOf("NO_CANDIDATE", stricter));

        await ManyAsync(HttpStatusCode.BadRequest, new { ids = new[] { good }, action = "map" });
        await ManyAsync(HttpStatusCode.BadRequest, new { ids = new[] { good }, action = "ignore", min_score = 90 });
        await ManyAsync(HttpStatusCode.BadRequest, new { ids = new[] { good }, action = "alias" });
        await ManyAsync(HttpStatusCode.BadRequest, new { ids = Array.Empty<int>(), action = "ignore" });
        await ManyAsync(HttpStatusCode.BadRequest, new { ids = Enumerable.Range(1, 201), action = "ignore" });
    }

    private static string? MessageOf(string code, JsonElement answer) =>
        answer.GetProperty("refused").EnumerateArray().Single(r => r.GetProperty("code").GetString() == code).GetProperty("message").GetString();

    private async Task<int> CreateAsync(int id)
    {
        using var answer = await scene.App.Admin.PostAsJsonAsync($"{Unmatched}/{id}/resolve", new { action = "create" });
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, result.ToString());
        result.GetProperty("replay").GetProperty("status").GetString().ShouldBe("COMPLETED");
        return result.GetProperty("ride_id").GetInt32();
    }

    private async Task<int> OpenAsync() => (await GetAsync($"{Unmatched}?destination_id={scene.Elsewhere}&limit=1")).GetProperty("metadata").GetProperty("total").GetInt32();

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, object body)
    {
        using var answer = await scene.App.Admin.PostAsJsonAsync($"{Unmatched}/{path}", body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<JsonElement> ManyAsync(HttpStatusCode status, object body)
    {
        using var answer = await scene.App.Admin.PostAsJsonAsync($"{Unmatched}/resolve", body);
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>();
        answer.StatusCode.ShouldBe(status, result.ToString());
        return result;
    }

    private async Task<IEnumerable<string?>> NamesAsync(string query) =>
        (await GetAsync($"{Unmatched}?destination_id={scene.Elsewhere}&{query}")).GetProperty("data").EnumerateArray().Select(e => e.GetProperty("name").GetString());

    private Task<JsonElement> GetAsync(string path) => scene.App.Admin.GetFromJsonAsync<JsonElement>(path);

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await scene.App.Admin.GetAsync(path);
        return answer.StatusCode;
    }
}
