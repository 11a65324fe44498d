using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Metadata.Features;
using ThemePark.Modules.Storage.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Host.Runbooks;

/// <summary>Every error that a call can provoke by itself, and what the runbook says to do about it.</summary>
[Collection(RunbookCollection.Name)]
public sealed class CallErrorTests(RunbookScene scene)
{
    /// <summary>The last two: where the runbook says to look, or the call as it should be.</summary>
    [Theory]
    [InlineData("DESTINATION_NOT_FOUND", "There is no destination ….", 404, "POST /api/admin/import/start", """{"destination_id":9999}""", "GET /api/admin/import/holdings", null)]
    [InlineData("DESTINATION_NOT_FOUND", "The archive has no destination …; GET /api/admin/import/destinations lists what it has.", 404, "POST /api/admin/import/start", """{"destination_uuid":"99999999-0000-4000-8000-000000000009"}""", "GET /api/admin/import/destinations", null)]
    [InlineData("DESTINATION_NOT_FOUND", "There is no destination ….", 404, "POST /api/admin/quality/check", """{"destination_id":9999}""", "POST /api/admin/quality/check", """{"destination_id":{destination}}""")]
    [InlineData("IMPORT_NOT_FOUND", "There is no import ….", 404, "GET /api/admin/import/status/imp_000000000000", null, "GET /api/admin/import/list", null)]
    [InlineData("INVALID_CLASSIFICATION_FILE", "The header must name ride_id, and tier, category or indoor_outdoor. Line ….", 400, "PUT /api/admin/metadata/classifications csv", "name,park\r\nx,y\r\n", "PUT /api/admin/metadata/classifications csv", "ride_id,tier\r\n")]
    [InlineData("INVALID_DATE_RANGE", "… must not be after end_date ….", 400, "POST /api/admin/import/start", """{"destination_id":{destination},"start_date":"2024-06-11","end_date":"2024-06-10"}""", "GET /api/admin/import/preview?destination_id={destination}&start_date=2024-06-10&end_date=2024-06-11", null)]
    [InlineData("INVALID_DATE_RANGE", "… must not be before 2000-01-01.", 400, "POST /api/admin/import/start", """{"destination_id":{destination},"start_date":"1999-12-31"}""", null, null)]
    [InlineData("INVALID_DATE_RANGE", "… must not be in the future.", 400, "POST /api/admin/import/start", """{"destination_id":{destination},"end_date":"2999-01-01"}""", null, null)]
    [InlineData("INVALID_JSON", "The body is not valid JSON: look at byte … of line ….", 400, "POST /api/admin/maintenance/start", """{"why":}""", null, null)]
    [InlineData("INVALID_MAPPING_FILE", "The header must name uuid, and ride_id or name and park. Line ….", 400, "PUT /api/admin/import/mappings csv", "uuid,name\r\n", "PUT /api/admin/import/mappings csv", "uuid,name,park\r\n")]
    [InlineData("INVALID_MAPPING_FILE", "The header must name columns of …, each once. Line ….", 400, "PUT /api/admin/import/mappings csv", "uuid,ride\r\n", "PUT /api/admin/import/mappings csv", "uuid,ride_id\r\n")]
    [InlineData("INVALID_MAPPING_FILE", "The file is empty. Line ….", 400, "PUT /api/admin/import/mappings csv", "", "GET /api/admin/import/mappings", null)]
    [InlineData("INVALID_MAPPING_FILE", "Quotes are not closed or not doubled. Line ….", 400, "PUT /api/admin/import/mappings csv", "uuid,ride_id\r\na\"b,7\r\n", "PUT /api/admin/import/mappings csv", "uuid,ride_id\r\n")]
    [InlineData("INVALID_STATE", "Import … is …; this call takes an import that is not finished.", 400, "DELETE /api/admin/import/cancel/{import}", null, "GET /api/admin/import/status/{import}", null)]
    [InlineData("INVALID_STATE", "The warehouse is not in maintenance.", 409, "POST /api/admin/maintenance/end", "{}", "GET /api/admin/maintenance", null)]
    [InlineData("ISSUE_NOT_FOUND", "There is no issue ….", 404, "PATCH /api/admin/quality/issues/999999", """{"resolution_status":"INVESTIGATING"}""", "GET /api/admin/quality/issues", null)]
    [InlineData("JOB_NOT_FOUND", "There is no job ….", 404, "GET /api/admin/jobs/none", null, "GET /api/admin/jobs", null)]
    [InlineData("KEY_CONFIGURED", "'…' comes from the configuration; take it out there.", 409, "DELETE /api/admin/keys/tester", null, "GET /api/admin/keys", null)]
    [InlineData("KEY_NOT_FOUND", "There is no live key named '…'.", 404, "DELETE /api/admin/keys/nobody", null, "GET /api/admin/keys", null)]
    [InlineData("LEGACY_NOT_CONFIGURED", "No existing warehouse is configured: set Legacy:ConnectionString.", 409, "GET /api/admin/legacy/plan", null, null, null)]
    [InlineData("METHOD_NOT_ALLOWED", "… is not allowed at …; allowed: ….", 405, "DELETE /api/admin/jobs", null, "GET /api/admin/jobs", null)]
    [InlineData("NOT_FOUND", "There is nothing at ….", 404, "GET /api/admin/nothing", null, "GET /openapi/v1.json", null)]
    [InlineData("PARK_NOT_FOUND", "There is no park ….", 404, "POST /api/admin/metadata/sync", """{"park_id":9999}""", "GET /api/search/index", null)]
    [InlineData("RECURRING_NOT_FOUND", "There is no recurring job ….", 404, "POST /api/admin/recurring/nothing/pause", "{}", "GET /api/admin/recurring", null)]
    [InlineData("RIDE_NOT_FOUND", "There is no ride ….", 404, "GET /api/metadata/rides/9999", null, "GET /api/metadata/rides", null)]
    [InlineData("UNMATCHED_NOT_FOUND", "There is no unmatched entity ….", 404, "GET /api/admin/import/unmatched/999999", null, "GET /api/admin/import/unmatched", null)]
    [InlineData("UNSUPPORTED_MEDIA_TYPE", "The body must be …; say so in Content-Type.", 415, "POST /api/admin/quality/check csv", "depth", "POST /api/admin/quality/check", """{"depth":"QUICK"}""")]
    [InlineData("VALIDATION_FAILED", "… must be …; got '…'.", 400, "GET /api/admin/import/list?limit=many", null, "GET /api/admin/import/list?limit=5", null)]
    [InlineData("VALIDATION_FAILED", "body is required: …", 400, "POST /api/admin/maintenance/start", "", null, null)]
    [InlineData("VALIDATION_FAILED", "… is not a member of this body: …", 400, "POST /api/admin/maintenance/start", """{"hours":1}""", null, null)]
    [InlineData("VALIDATION_FAILED", "… is given twice.", 400, "POST /api/admin/maintenance/start", """{"why":"a","why":"b"}""", null, null)]
    public async Task A_wrong_call_is_refused_with_its_word_and_what_the_runbook_names_works(
        string code, string message, int status, string call, string? body, string? cure, string? cureBody)
    {
        await scene.RefusedAsync(code, message, status, Bare(call), body, Type(call));

        if (cure is not null)
        {
            await scene.DoneAsync(Bare(cure), cureBody, Type(cure));
        }
    }

    [Theory]
    [InlineData("PARK_NOT_FOUND", "Park … not found", "GET /api/parks/9999/details")]
    [InlineData("RIDE_NOT_FOUND", "Ride … not found", "GET /api/rides/9999/details")]
    public async Task Analytics_say_the_message_alone(string code, string message, string call)
    {
        var (status, answer) = await scene.CallAsync(call);

        status.ShouldBe(404);
        Runbook.ShouldExplain(code, message, "404", answer.GetProperty("error").GetString());
        await scene.DoneAsync("GET /api/search/index");
    }

    [Fact]
    public async Task A_call_without_a_key_or_with_a_wrong_one_is_401_until_it_has_one()
    {
        (await scene.Host.App.Anonymous.AnswerAsync("/api/admin/jobs")).ShouldExplain("UNAUTHORIZED", "This call needs an admin key: Authorization: Bearer <key>.", 401);
        using (var wrong = scene.Host.App.WithKey("nobody-has-this-key"))
        {
            (await wrong.AnswerAsync("/api/admin/jobs")).ShouldExplain("UNAUTHORIZED", "This admin key is unknown or revoked.", 401);
        }

        var made = await scene.DoneAsync("POST /api/admin/keys", """{"name":"newcomer"}""");
        using var right = scene.Host.App.WithKey(made.GetProperty("key").GetString()!);
        (await right.GetAsync(new Uri("/api/admin/jobs", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_hasty_key_waits_and_another_does_not()
    {
        using var hasty = scene.Host.App.WithKey(RunbookScene.HastyKey);
        for (var call = 0; call < RunbookScene.Control; call++)
        {
            using var allowed = await hasty.PostAsync(new Uri("/api/admin/import/pause/imp_000000000000", UriKind.Relative), null);
            allowed.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        using var refused = await hasty.PostAsync(new Uri("/api/admin/import/pause/imp_000000000000", UriKind.Relative), null);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        JsonElement.Parse(await refused.Content.ReadAsStringAsync()).ShouldExplain("RATE_LIMITED", "Too many of these calls; try again in … seconds.", 429);
        (await scene.CallAsync("POST /api/admin/import/pause/imp_000000000000")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_and_a_part_of_it_is_not()
    {
        await scene.RefusedAsync("BODY_TOO_LARGE", "The request body is larger than the … bytes that are accepted.", 413, "POST /api/admin/quality/check", $$"""{"depth":"{{new string('x', 3 << 20)}}"}""");
        await scene.DoneAsync("POST /api/admin/quality/check", """{"depth":"QUICK"}""");

        var file = new byte[CsvFile.MaxBytes + 1];
        (await scene.SendAsync(new PutMappings.Command(new MemoryStream(file), null))).Failure.ShouldExplain("BODY_TOO_LARGE", "A mapping file has at most … MiB.", "exit 1");
        (await scene.SendAsync(new PutClassifications.Command(new MemoryStream(file)))).Failure.ShouldExplain("BODY_TOO_LARGE", "A file of classifications has at most … MiB.", "exit 1");
        (await scene.SendAsync(new PutMappings.Command(new MemoryStream("uuid,ride_id\r\n"u8.ToArray()), null))).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_file_of_another_encoding_is_refused()
    {
        using var content = new ByteArrayContent([.. "uuid,ride_id\r\n"u8, 0xE9, 0xE8]);
        content.Headers.ContentType = new("text/csv");
        using var answer = await scene.Host.App.Admin.PutAsync(new Uri("/api/admin/import/mappings", UriKind.Relative), content);
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).ShouldExplain("INVALID_MAPPING_FILE", "The file is not UTF-8. Line ….", 400);
    }

    [Fact]
    public async Task A_request_that_breaks_its_own_form_is_told()
    {
        var answer = await scene.Host.App.PostBrokenAsync("/api/admin/maintenance/start");

        answer.ShouldExplain("BAD_REQUEST", "The request could not be read: it is malformed, or it broke off. Send it again as it should be.", 400);
    }

    [Fact]
    public async Task Partitions_of_a_table_there_is_not_are_refused_with_the_names_of_those_there_are()
    {
        (await scene.SendAsync(new MeasureNow.Command())).Failure.ShouldBeNull();

        var refused = await scene.RefusedAsync("TABLE_NOT_FOUND", "No partitions of … were measured.", 404, "GET /api/admin/storage/partitions?table_name=nothing");

        foreach (var table in refused.GetProperty("error").GetProperty("details").GetProperty("tables").EnumerateArray())
        {
            await scene.DoneAsync($"GET /api/admin/storage/partitions?table_name={table.GetString()}");
        }
    }

    [Fact]
    public async Task What_was_known_of_a_ride_before_its_first_sync_stands_in_its_history()
    {
        var ride = await scene.Host.ScalarAsync<int>("SELECT MIN(ride_id) FROM rides");

        await scene.RefusedAsync("VERSION_NOT_FOUND", "Nothing was known of ride … then; its history tells since when.", 404, $"GET /api/metadata/rides/{ride}?as_of=2001-01-01");

        await scene.DoneAsync($"GET /api/metadata/rides/{ride}/history");
    }

    [Fact]
    public async Task A_table_that_is_gone_is_an_internal_error_until_it_is_back()
    {
        await scene.Host.ExecuteAsync("RENAME TABLE job_pauses TO job_pauses_away");
        try
        {
            var refused = await scene.RefusedAsync("INTERNAL_ERROR", "Something went wrong here; it is in the log as ….", 500, "GET /api/admin/pauses");
            var logged = refused.GetProperty("error").GetProperty("details").GetProperty("correlation_id").GetString()!;
            refused.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(logged);
        }
        finally
        {
            await scene.Host.ExecuteAsync("RENAME TABLE job_pauses_away TO job_pauses");
        }

        await scene.DoneAsync("GET /api/admin/pauses");
    }

    private static string Bare(string call) => call.Split(" csv")[0];

    private static string Type(string call) => call.EndsWith(" csv", StringComparison.Ordinal) ? "text/csv" : "application/json";
}
