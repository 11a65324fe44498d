using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Modules.Import.Runs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Host.Runbooks;

/// <summary>What imports and files end with; the rest is with the tests of stopping, of sources and of day files.</summary>
[Collection(RunbookCollection.Name)]
public sealed class ImportErrorTests(RunbookScene scene)
{
    private ImportHost Host => scene.Host;

    [Theory]
    [InlineData("EMPTY_FILE", "The file is empty (0 bytes).", 1)]
    [InlineData("UNKNOWN_FORMAT", "Neither zlib, gzip nor JSON: the file starts with …", 2)]
    [InlineData("CORRUPT_FILE", "Not JSON near byte … of the inflated content, after … events: …", 3)]
    [InlineData("CORRUPT_FILE", "The compressed data is damaged after … inflated bytes: …", 4)]
    [InlineData("TRUNCATED_FILE", "The compressed data ends too early, after … inflated bytes.", 5)]
    [InlineData("CORRUPT_FILE", "Not JSON near byte … of the inflated content, after … events: …", 6)]
    [InlineData("TRAILING_DATA", "Data follows the end of the compressed stream (… inflated bytes).", 7)]
    [InlineData("TRAILING_DATA", "Data follows the end of the JSON document.", 8)]
    [InlineData("MISSING_EVENTS", "The object has no \"events\" array.", 9)]
    [InlineData("MISSING_EVENTS", "\"events\" is not an array.", 10)]
    [InlineData("MISSING_EVENTS", "Neither an object with \"events\" nor an array of events.", 11)]
    [InlineData("DECOMPRESSION_RATIO", "Inflates to more than … times its … bytes.", 12)]
    [InlineData("TOO_LARGE", "One event is larger than … bytes.", 13)]
    public void A_broken_file_says_what_is_wrong_with_it(string code, string message, int dayOfMay)
    {
        var file = scene.Files[RunbookScene.KeyOf(dayOfMay)];

        (file.Text("status"), file.Text("reason")).ShouldBe(("FAILED", code), file.ToString());
        Runbook.ShouldExplain(code, message, "file", file.Text("error"));
    }

    [Theory]
    [InlineData("NOT_A_DAY_FILE", "NOT_A_DAY_FILE", "/readme.txt")]
    [InlineData("BAD_DATE", "BAD_DATE", "/2024/06/31.json.gz")]
    [InlineData("LINK_REFUSED", "LINK_REFUSED", "/2024/06/12.json.gz")]
    [InlineData("DUPLICATE_DAY", "DUPLICATE_DAY", "")]
    public void A_strange_object_is_skipped_with_its_reason(string code, string message, string key)
    {
        var files = scene.Files.Values.Where(f => f.Text("status") == "SKIPPED");
        var file = key.Length > 0 ? files.Single(f => f.Text("key").EndsWith(key, StringComparison.Ordinal)) : files.Single(f => f.Text("reason") == code);

        Runbook.ShouldExplain(code, message, "skipped", file.Text("reason"));
    }

    [Fact]
    public async Task A_file_that_is_unchanged_is_read_again_when_it_is_asked_for()
    {
        var day = new { destination_uuid = HandArchive.Destination, start_date = "2024-06-10", end_date = "2024-06-10" };
        var again = await Host.ImportAsync(day);
        Runbook.ShouldExplain("UNCHANGED", "UNCHANGED", "skipped", await ReasonAsync(again, RunbookScene.GoodDay));

        var refetched = await Host.ImportAsync(new { day.destination_uuid, day.start_date, day.end_date, refetch = true });
        (await ReasonAsync(refetched, RunbookScene.GoodDay)).ShouldBeNull();
    }

    [Fact]
    public async Task A_raw_object_that_is_gone_is_there_again_after_a_refetch_of_its_day()
    {
        var day = RunbookScene.GoodDay.AddDays(1);
        Directory.EnumerateFiles(scene.Raw, "2024-06-11.*", SearchOption.AllDirectories).ToList().ForEach(File.Delete);
        var populate = new { destination_uuid = HandArchive.Destination, start_date = "2024-06-11", end_date = "2024-06-11", from_raw = true };
        var failed = await Host.ImportAsync(populate);
        var file = (await Host.FilesAsync(failed.Text("import_id")))[HandArchive.Key(day)];
        file.Text("reason").ShouldBe("RAW_MISSING");
        Runbook.ShouldExplain("RAW_MISSING", "The raw object is not in the store; import its day with refetch.", "file", file.Text("error"));

        (await Host.ImportAsync(new { populate.destination_uuid, populate.start_date, populate.end_date, refetch = true })).Text("status").ShouldBe("COMPLETED");
        (await Host.ImportAsync(populate)).Text("status").ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task An_import_that_cannot_go_on_says_why_and_goes_on_when_it_is_mended()
    {
        HandArchive.Put(Host.Archive, RunbookScene.GoodDay, HandArchive.Event("2024-06-10T12:00:00Z", 45));
        var queue = """{"scope":"QUEUE","subject":"imports"}""";
        await scene.DoneAsync("POST /api/admin/pauses/pause", queue);
        var day = new { destination_uuid = HandArchive.Destination, start_date = "2024-06-10", end_date = "2024-06-10", refetch = true };
        var id = (await Host.StartedAsync(day)).Text("import_id");
        Directory.Move(Host.Archive, Host.Archive + "-away");
        await scene.DoneAsync("POST /api/admin/pauses/resume", queue);
        FailedWith("ARCHIVE_UNAVAILABLE", "…", await Host.EndAsync(id));
        Directory.CreateDirectory(Host.Archive);
        await scene.RefusedAsync("ARCHIVE_UNAVAILABLE", "… holds no destination.", 503, "POST /api/admin/import/start-all", "{}");
        Directory.Delete(Host.Archive);
        Directory.Move(Host.Archive + "-away", Host.Archive);
        await scene.DoneAsync("POST /api/admin/import/source/reset");

        await Host.ExecuteAsync("CREATE TRIGGER broken BEFORE INSERT ON snapshot_days FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'broken on purpose'");
        FailedWith("INTERNAL_ERROR", "…", await ResumedAsync(id));
        await Host.ExecuteAsync("DROP TRIGGER broken");

        Directory.Move(scene.Raw, scene.Raw + "-away");
        await File.WriteAllTextAsync(scene.Raw, "a file in the way");
        FailedWith("STORAGE", "…", await ResumedAsync(id));
        File.Delete(scene.Raw);
        Directory.Move(scene.Raw + "-away", scene.Raw);

        (await ResumedAsync(id)).Text("status").ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task An_import_that_is_busy_with_its_files_stops_after_them()
    {
        HandArchive.Put(Host.Archive, RunbookScene.GoodDay.AddDays(10), HandArchive.Event("2024-06-20T13:00:00Z", 50));
        string id;
        await using (await Host.BlockWritesAsync())
        {
            id = (await Host.StartedAsync(new { destination_uuid = HandArchive.Destination, start_date = "2024-06-20", end_date = "2024-06-20" })).Text("import_id");
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (await Host.ScalarAsync<long>(WaitingForTheLedger) == 0)
            {
                await Task.Delay(50, limit.Token);
            }

            await using var scope = Host.App.Services.CreateAsyncScope();
            var busy = await ActivatorUtilities.CreateInstance<RunStops>(scope.ServiceProvider, new HurriedTime()).StopAsync(id, StopRequest.Cancel, limit.Token);
            busy.ShouldExplain("IMPORT_BUSY", "Import … was asked to stop and has not yet; it will when its files in hand are done.", "503");
        }

        (await Host.EndAsync(id)).Text("status").ShouldBeOneOf("CANCELLED", "COMPLETED");
    }

    // The ledger has entries here, so an import locks them before it adds its own.
    private const string WaitingForTheLedger =
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '%snapshot_days%FOR UPDATE%'";

    private async Task<JsonElement> ResumedAsync(string importId)
    {
        await Host.PostAsync($"/resume/{importId}", null);
        return await Host.EndAsync(importId);
    }

    private static void FailedWith(string code, string message, JsonElement import)
    {
        (import.Text("status"), import.GetProperty("errors").Text("kind")).ShouldBe(("FAILED", code), import.ToString());
        Runbook.ShouldExplain(code, message, "import", import.GetProperty("errors").Text("message"));
    }

    private async Task<string?> ReasonAsync(JsonElement import, DateOnly day) =>
        (await Host.FilesAsync(import.Text("import_id")))[HandArchive.Key(day)].GetProperty("reason").GetString();

    /// <summary>Whenever it is asked ten seconds have gone by.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromSeconds(10);
    }
}
