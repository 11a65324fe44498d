using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class RecurringEndpointsTests : JobsTests
{
    private const string Path = "/api/admin/recurring";

    [Fact]
    public async Task Operators_list_pause_resume_change_and_trigger_over_http()
    {
        await using var app = await StartAppAsync();

        var listed = await EntryAsync(app);
        listed.GetProperty("cron").GetString().ShouldBe("0 0 1 1 *");
        listed.GetProperty("time_zone").GetString().ShouldBe("UTC");
        listed.GetProperty("paused").ValueKind.ShouldBe(JsonValueKind.Null);
        listed.GetProperty("preview").GetArrayLength().ShouldBe(5);
        listed.GetProperty("next_at").GetString().ShouldBe(listed.GetProperty("preview")[0].GetString());

        var paused = await PostAsync(app, "/sweep/pause", new { why = "rain" });
        paused.GetProperty("paused").GetProperty("by").GetString().ShouldBe(TestApp.KeyName);
        paused.GetProperty("paused").GetProperty("why").GetString().ShouldBe("rain");
        (await PostAsync(app, "/sweep/pause", null, HttpStatusCode.Conflict)).GetProperty("error").GetProperty("code").GetString().ShouldBe("RECURRING_PAUSED");

        var job = (await PostAsync(app, "/sweep/trigger", null)).GetProperty("job_id").GetString();
        var running = (await PostAsync(app, "/sweep/trigger", null, HttpStatusCode.Conflict)).GetProperty("error");
        running.GetProperty("code").GetString().ShouldBe("RECURRING_RUNNING");
        running.GetProperty("details").GetProperty("job_id").GetString().ShouldBe(job);
        var last = (await EntryAsync(app)).GetProperty("last_job");
        (last.GetProperty("job_id").GetString(), last.GetProperty("state").GetString()).ShouldBe((job, "ENQUEUED"));

        (await PostAsync(app, "/sweep/resume", null)).GetProperty("paused").ValueKind.ShouldBe(JsonValueKind.Null);
        (await PostAsync(app, "/sweep/pause", null)).GetProperty("paused").GetProperty("why").ValueKind.ShouldBe(JsonValueKind.Null);

        using var put = await app.Admin.PutAsJsonAsync($"{Path}/sweep", new { cron = "*/7 * * * *", time_zone = "Europe/Berlin" });
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await EntryAsync(app)).GetProperty("changed_by").GetString().ShouldBe(TestApp.KeyName);
        (await ScalarAsync<string>("SELECT GROUP_CONCAT(action ORDER BY audit_id) FROM activity_log WHERE door = 'API' AND subject = 'sweep'"))
            .ShouldBe("recurring.pause,recurring.trigger,recurring.resume,recurring.pause,recurring.change");
    }

    [Theory]
    [InlineData("""{"cron":"* * * *","time_zone":"UTC"}""", "cron")]
    [InlineData("""{"cron":"* * * * *","time_zone":"Utopia"}""", "time_zone")]
    [InlineData("""{"time_zone":"UTC"}""", "cron")]
    [InlineData("""{"cron":"* * * * *"}""", "time_zone")]
    public async Task A_wrong_schedule_is_refused_by_the_name_of_what_is_wrong(string body, string parameter)
    {
        await using var app = await StartAppAsync();

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await app.Admin.PutAsync($"{Path}/sweep", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("VALIDATION_FAILED");
        error.GetProperty("details").EnumerateObject().Select(p => p.Name).ShouldBe([parameter]);
    }

    [Fact]
    public async Task An_unknown_name_is_404_and_a_caller_without_a_key_401()
    {
        await using var app = await StartAppAsync();

        (await PostAsync(app, "/ghost/trigger", null, HttpStatusCode.NotFound)).GetProperty("error").GetProperty("code").GetString().ShouldBe("RECURRING_NOT_FOUND");
        using var anonymous = await app.Anonymous.GetAsync(Path);
        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    // A web-only node: what it triggers waits, so the test knows what it finds.
    private async Task<TestApp> StartAppAsync()
    {
        var app = await TestApp.StartAsync(
            Test,
            builder => builder.Services.AddRecurring("sweep", new RunImport.Command("none"), "0 0 1 1 *", "Sweeps the paths."),
            ("Jobs:Enabled", "false"));
        await app.Services.GetRequiredService<ScheduleKeeper>().PassAsync(CancellationToken.None);
        return app;
    }

    private static async Task<JsonElement> EntryAsync(TestApp app) =>
        (await app.Admin.GetFromJsonAsync<JsonElement>(Path)).GetProperty("data").EnumerateArray().Single(e => e.GetProperty("name").GetString() == "sweep");

    private static async Task<JsonElement> PostAsync(TestApp app, string path, object? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = body is null ? await app.Admin.PostAsync(Path + path, null) : await app.Admin.PostAsJsonAsync(Path + path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
