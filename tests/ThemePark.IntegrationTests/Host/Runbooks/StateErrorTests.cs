using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Host.Runbooks;

/// <summary>What is refused because of the state a thing is in, and works once the remedy of the runbook is carried out.</summary>
[Collection(RunbookCollection.Name)]
public sealed class StateErrorTests(RunbookScene scene)
{
    [Fact]
    public async Task A_key_name_that_is_taken_is_free_after_its_revocation()
    {
        await scene.DoneAsync("POST /api/admin/keys", """{"name":"twice"}""");
        await scene.RefusedAsync("KEY_NAME_TAKEN", "There is a live key named '…'; revoke it first.", 409, "POST /api/admin/keys", """{"name":"twice"}""");

        await scene.DoneAsync("DELETE /api/admin/keys/twice");
        await scene.DoneAsync("POST /api/admin/keys", """{"name":"twice"}""");
    }

    [Fact]
    public async Task An_issue_goes_its_way_step_by_step()
    {
        await scene.Host.ExecuteAsync(
            """
            INSERT INTO data_quality_log (
                detector, scope_id, cause, issue_type, severity, gap_type, data_source, description, timestamp_start, records_affected,
                resolution_status, is_present, created_at, updated_at, seen_at)
            VALUES ('runbook_test', 0, 'x', 'INVALID', 'INFO', NULL, 2, 'x', '2024-06-10', 1, 'OPEN', TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """);
        var issue = $"PATCH /api/admin/quality/issues/{await scene.Host.ScalarAsync<long>("SELECT MAX(log_id) FROM data_quality_log")}";

        await scene.RefusedAsync("INVALID_STATE", "An issue that is … cannot become ….", 409, issue, """{"resolution_status":"RESOLVED"}""");

        await scene.DoneAsync(issue, """{"resolution_status":"INVESTIGATING"}""");
        await scene.DoneAsync(issue, """{"resolution_status":"RESOLVED"}""");
    }

    [Fact]
    public async Task A_watch_is_begun_before_it_is_read_and_ended_before_another_begins()
    {
        await scene.RefusedAsync("WATCH_NOT_FOUND", "No release was ever watched.", 404, "GET /api/admin/watch/report");
        await scene.RefusedAsync("INVALID_STATE", "No release is watched.", 409, "POST /api/admin/watch/stop", """{"why":"x"}""");

        await scene.DoneAsync("POST /api/admin/watch/start", """{"version":"one"}""");
        await scene.DoneAsync("GET /api/admin/watch/report");
        await scene.RefusedAsync("INVALID_STATE", "Release … is watched; stop that watch first.", 409, "POST /api/admin/watch/start", """{"version":"two"}""");

        await scene.DoneAsync("POST /api/admin/watch/stop", """{"why":"x"}""");
        await scene.DoneAsync("POST /api/admin/watch/start", """{"version":"two"}""");
        await scene.DoneAsync("POST /api/admin/watch/stop", """{"why":"x"}""");
    }

    [Fact]
    public async Task A_closed_console_is_told_and_opened_again()
    {
        await scene.RefusedAsync("INVALID_STATE", "The console is open already.", 409, "POST /api/admin/console/open", "{}");
        await scene.DoneAsync("POST /api/admin/console/close", """{"why":"x"}""");
        try
        {
            var (status, page) = await scene.CallAsync("GET /console/sign-in");
            status.ShouldBe(503);
            var text = System.Text.RegularExpressions.Regex.Match(page.GetString()!, @"The console is closed since [^.<]*\.").Value;
            Runbook.ShouldExplain("CONSOLE_CLOSED", "The console is closed since … UTC.", "503", text);
            await scene.RefusedAsync("INVALID_STATE", "The console is closed already.", 409, "POST /api/admin/console/close", "{}");
        }
        finally
        {
            await scene.DoneAsync("POST /api/admin/console/open", "{}");
        }

        (await scene.CallAsync("GET /console/sign-in")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_maintenance_refuses_until_it_is_ended()
    {
        await scene.DoneAsync("POST /api/admin/maintenance/start", """{"minutes":5,"why":"x"}""");
        try
        {
            await scene.RefusedAsync("MAINTENANCE", "The warehouse is in maintenance since … UTC….", 503, "POST /api/admin/keys", """{"name":"late"}""");
        }
        finally
        {
            await scene.DoneAsync("POST /api/admin/maintenance/end", "{}");
        }

        await scene.DoneAsync("POST /api/admin/keys", """{"name":"late"}""");
    }

    [Fact]
    public async Task A_pause_is_made_once_and_taken_away_once()
    {
        var queue = """{"scope":"QUEUE","subject":"storage"}""";
        await scene.RefusedAsync("INVALID_STATE", "… is not paused.", 409, "POST /api/admin/pauses/resume", queue);
        await scene.DoneAsync("POST /api/admin/pauses/pause", queue);
        await scene.RefusedAsync("INVALID_STATE", "… is paused already.", 409, "POST /api/admin/pauses/pause", queue);
        await scene.DoneAsync("POST /api/admin/pauses/resume", queue);
    }

    [Fact]
    public async Task A_recurring_job_is_paused_once_runs_once_at_a_time_and_not_at_all_once_it_is_retired()
    {
        // Paused, so that its job waits as long as the test wants.
        await scene.DoneAsync("POST /api/admin/pauses/pause", """{"scope":"NAME","subject":"storage.alerts.v1"}""");
        var job = "/api/admin/recurring/storage-alerts";
        await ResumedAsync(job);
        await scene.RefusedAsync("RECURRING_NOT_PAUSED", "… is not paused.", 409, $"POST {job}/resume", "{}");
        await scene.DoneAsync($"POST {job}/pause", "{}");
        await scene.RefusedAsync("RECURRING_PAUSED", "… is paused already.", 409, $"POST {job}/pause", "{}");

        var first = (await scene.DoneAsync($"POST {job}/trigger", "{}")).GetProperty("job_id").GetString()!;
        var refused = await scene.RefusedAsync("RECURRING_RUNNING", "The last job of … is not finished.", 409, $"POST {job}/trigger", "{}");
        refused.GetProperty("error").GetProperty("details").GetProperty("job_id").GetString().ShouldBe(first);
        await scene.DoneAsync($"POST /api/admin/jobs/{first}/cancel", "{}");
        var second = (await scene.DoneAsync($"POST {job}/trigger", "{}")).GetProperty("job_id").GetString()!;
        await scene.DoneAsync($"POST /api/admin/jobs/{second}/cancel", "{}");

        await scene.Host.ExecuteAsync("UPDATE job_schedules SET retired_at = UTC_TIMESTAMP(3) WHERE name = 'storage-alerts'");
        await scene.RefusedAsync("RECURRING_RETIRED", "… is retired: this version no longer has it.", 409, $"POST {job}/trigger", "{}");
        await scene.Host.ExecuteAsync("UPDATE job_schedules SET retired_at = NULL WHERE name = 'storage-alerts'");
        await scene.DoneAsync("POST /api/admin/pauses/resume", """{"scope":"NAME","subject":"storage.alerts.v1"}""");
    }

    [Fact]
    public async Task A_job_is_retried_when_it_has_ended_and_nobody_does_the_same()
    {
        await scene.DoneAsync("POST /api/admin/pauses/pause", """{"scope":"NAME","subject":"storage.measure.v1"}""");
        var jobs = scene.Host.App.Services.GetRequiredService<IJobs>();
        var first = await jobs.EnqueueAsync(new MeasureStorage.Command(), new JobOptions { UniqueKey = "runbook" }, null, CancellationToken.None);
        await scene.RefusedAsync("INVALID_STATE", "Job … is …; it cannot be ….", 409, $"POST /api/admin/jobs/{first}/retry", "{}");

        await scene.DoneAsync($"POST /api/admin/jobs/{first}/cancel", "{}");
        var second = await jobs.EnqueueAsync(new MeasureStorage.Command(), new JobOptions { UniqueKey = "runbook" }, null, CancellationToken.None);
        await scene.RefusedAsync("JOB_IN_PROGRESS", "Job … does the same and is not finished.", 409, $"POST /api/admin/jobs/{first}/retry", "{}");

        await scene.DoneAsync($"POST /api/admin/jobs/{second}/cancel", "{}");
        await scene.DoneAsync($"POST /api/admin/jobs/{first}/retry", "{}");
        await scene.DoneAsync($"POST /api/admin/jobs/{first}/cancel", "{}");
        await scene.DoneAsync("POST /api/admin/pauses/resume", """{"scope":"NAME","subject":"storage.measure.v1"}""");
    }

    [Fact]
    public async Task An_entity_whose_name_another_ride_has_is_mapped_to_that_ride_once()
    {
        await StrangersAsync(1, "Ride 0001");
        var entity = await scene.Host.ScalarAsync<int>("SELECT MAX(unmatched_id) FROM unmatched_entities");
        var first = await scene.Host.ScalarAsync<int>("SELECT ride_id FROM rides WHERE uuid = @Uuid", new { Uuid = HandArchive.Ride });
        var other = await scene.Host.ScalarAsync<int>("SELECT ride_id FROM rides WHERE uuid <> @Uuid", new { Uuid = HandArchive.Ride });
        var resolve = $"POST /api/admin/import/unmatched/{entity}/resolve";

        var reopen = $"POST /api/admin/import/unmatched/{entity}/reopen";
        await scene.RefusedAsync("INVALID_STATE", "Unmatched entity … is …; only an ignored one can be reopened.", 409, reopen, "{}");
        await scene.DoneAsync(resolve, """{"action":"ignore"}""");
        await scene.DoneAsync(reopen, "{}");
        await scene.RefusedAsync("RIDE_NOT_FOUND", "There is no ride ….", 404, resolve, """{"action":"map","ride_id":99999}""");
        await scene.RefusedAsync("MAPPING_REJECTED", "The catalogue refuses it: ….", 409, resolve, $$"""{"action":"alias","ride_id":{{other}}}""");
        await scene.DoneAsync(resolve, $$"""{"action":"map","ride_id":{{first}}}""");
        await scene.RefusedAsync("INVALID_STATE", "Unmatched entity … is ….", 409, resolve, $$"""{"action":"map","ride_id":{{first}}}""");
    }

    [Fact]
    public async Task A_list_too_long_for_a_file_is_filtered()
    {
        await StrangersAsync(10_001, "Stranger");
        try
        {
            await scene.RefusedAsync("TOO_MANY_ROWS", "… entities match; a file takes …. Ask for one destination or status at a time.", 413, "GET /api/admin/import/unmatched/export");
            await scene.DoneAsync("GET /api/admin/import/unmatched/export?status=IGNORED");
        }
        finally
        {
            await scene.Host.ExecuteAsync("DELETE FROM unmatched_entities WHERE name LIKE 'Stranger%'");
        }
    }

    private async Task ResumedAsync(string job)
    {
        // The schedules of tests begin paused.
        (await scene.CallAsync($"POST {job}/resume", "{}")).Status.ShouldBeOneOf(200, 409);
    }

    private Task StrangersAsync(int count, string name) => scene.Host.ExecuteAsync(
        """
        INSERT INTO unmatched_entities (
            destination_id, entity_uuid, name, park_uuid, kind, reason, candidates, status, first_import_id, last_import_id, created_at)
        SELECT d.destination_id, CONCAT('33333333-0000-4000-8000-', LPAD(s.seq, 12, '0')), @name, @Park, 'ATTRACTION', 'NO_MATCH', '[]', 'OPEN', @Import, @Import, UTC_TIMESTAMP(3)
        FROM seq_1_to_20000 AS s
        CROSS JOIN destinations AS d
        WHERE s.seq BETWEEN @first AND @last
          AND d.uuid = @Destination
        """,
        new { name, first = count == 1 ? 20_000 : 1, last = count == 1 ? 20_000 : count, HandArchive.Park, HandArchive.Destination, Import = scene.Import.Text("import_id") });
}
