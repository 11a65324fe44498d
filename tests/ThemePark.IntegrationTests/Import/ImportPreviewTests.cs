using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.Import;

/// <summary>What is looked at before an import is started, and how far each destination is.</summary>
public sealed class ImportPreviewTests(TriageScene scene) : IClassFixture<TriageScene>
{
    private static readonly string Preview = $"/api/admin/import/preview?destination_uuid={SmallArchive.Destination}";

    [Fact]
    public async Task A_preview_tells_new_changed_and_unchanged_files_and_missing_days_as_the_import_will_find_them()
    {
        Files(await GetAsync(Preview)).ShouldBe((4, 0, 0, 4, 0));
        Files(await GetAsync(Preview + "&refetch=true")).ShouldBe((4, 0, 0, 4, 4));
        Files(await GetAsync(Preview + "&start_date=2025-06-02&end_date=2025-06-03")).ShouldBe((2, 0, 0, 2, 0));

        var month = Path.Combine(scene.ArchivePath, SmallArchive.Destination.ToString(), "2025", "06");
        File.Copy(Path.Combine(month, "01.json.gz"), Path.Combine(month, "05.json.gz"));
        File.Copy(Path.Combine(month, "01.json.gz"), Path.Combine(month, "04.json.gz"), overwrite: true);
        File.SetLastWriteTimeUtc(Path.Combine(month, "04.json.gz"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Delete(Path.Combine(month, "02.json.gz"));
        File.Delete(Path.Combine(month, "03.json.gz"));
        await File.WriteAllTextAsync(Path.Combine(month, "readme.txt"), "no day");

        var changed = await GetAsync(Preview);
        Files(changed).ShouldBe((3, 1, 1, 1, 2));
        changed.GetProperty("bytes").GetInt64().ShouldBe(Directory.EnumerateFiles(month, "*.json.gz").Sum(f => new FileInfo(f).Length));
        (changed.GetProperty("others").GetInt32(), changed.GetProperty("days_missing").GetInt32()).ShouldBe((1, 2));
        (changed.GetProperty("first_day").GetString(), changed.GetProperty("last_day").GetString()).ShouldBe(("2025-06-01", "2025-06-05"));
        var gap = changed.GetProperty("gaps").EnumerateArray().ShouldHaveSingleItem();
        (gap.GetProperty("from").GetString(), gap.GetProperty("to").GetString()).ShouldBe(("2025-06-02", "2025-06-03"));

        // The raw store has what was fetched, whatever the source has lost.
        Files(await GetAsync(Preview + "&from_raw=true&start_date=2025-06-02")).ShouldBe((3, 0, 0, 3, 3));
        var none = await GetAsync(Preview + "&start_date=2025-08-01");
        Files(none).ShouldBe((0, 0, 0, 0, 0));
        none.GetProperty("first_day").ValueKind.ShouldBe(JsonValueKind.Null);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM import_checkpoints")).ShouldBe(1);
    }

    [Fact]
    public async Task A_preview_refuses_what_a_start_refuses_and_tells_the_import_in_its_way()
    {
        foreach (var (query, status, code) in ((string, HttpStatusCode, string)[])
            [
                ("", HttpStatusCode.BadRequest, "VALIDATION_FAILED"),
                ("?destination_id=1&park_id=1", HttpStatusCode.BadRequest, "VALIDATION_FAILED"),
                ("?destination_id=999", HttpStatusCode.NotFound, "DESTINATION_NOT_FOUND"),
                ($"?destination_uuid={Guid.Empty}", HttpStatusCode.NotFound, "DESTINATION_NOT_FOUND"),
                ($"?destination_uuid={SmallArchive.Destination}&start_date=2999-01-01", HttpStatusCode.BadRequest, "INVALID_DATE_RANGE"),
                ($"?destination_uuid={SmallArchive.Destination}&refetch=true&from_raw=true", HttpStatusCode.BadRequest, "VALIDATION_FAILED"),
            ])
        {
            using var answer = await scene.App.Admin.GetAsync("/api/admin/import/preview" + query);
            answer.StatusCode.ShouldBe(status, query);
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe(code, query);
        }

        await scene.ExecuteAsync("UPDATE import_checkpoints SET status = 'PAUSED' WHERE import_id = @ImportId");
        (await GetAsync(Preview)).GetProperty("waits_for").GetString().ShouldBe(scene.ImportId);
        await scene.ExecuteAsync("UPDATE import_checkpoints SET status = 'COMPLETED' WHERE import_id = @ImportId");
        (await GetAsync(Preview)).GetProperty("waits_for").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Holdings_tell_how_far_a_destination_is_without_asking_the_source()
    {
        var page = await GetAsync("/api/admin/import/holdings");
        var holding = page.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        (holding.GetProperty("files").GetInt32(), holding.GetProperty("files_imported").GetInt32(), holding.GetProperty("unmatched_open").GetInt32()).ShouldBe((4, 4, 4));
        (holding.GetProperty("first_day").GetString(), holding.GetProperty("last_day").GetString()).ShouldBe(("2025-06-01", "2025-06-04"));
        var last = holding.GetProperty("last_import");
        (last.GetProperty("import_id").GetString(), last.GetProperty("status").GetString(), last.GetProperty("files_failed").GetInt32()).ShouldBe((scene.ImportId, "COMPLETED", 0));
        last.GetProperty("observations_matched_percent").GetDouble().ShouldBe(0);

        // As a destination that a replay alone has touched.
        await scene.ExecuteAsync("UPDATE import_checkpoints SET only_days = '[]' WHERE import_id = @ImportId");
        (await GetAsync("/api/admin/import/holdings?sort=-files")).GetProperty("data")[0].GetProperty("last_import").ValueKind.ShouldBe(JsonValueKind.Null);
        await scene.ExecuteAsync("UPDATE import_checkpoints SET only_days = NULL WHERE import_id = @ImportId");
        using var wrong = await scene.App.Admin.GetAsync("/api/admin/import/holdings?sort=size");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static (int Files, int New, int Changed, int Unchanged, int ToRead) Files(JsonElement preview) => (
        preview.GetProperty("files").GetInt32(),
        preview.GetProperty("files_new").GetInt32(),
        preview.GetProperty("files_changed").GetInt32(),
        preview.GetProperty("files_unchanged").GetInt32(),
        preview.GetProperty("files_to_read").GetInt32());

    private Task<JsonElement> GetAsync(string path) => scene.App.Admin.GetFromJsonAsync<JsonElement>(path);
}
