using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class JobEndpointsTests : JobsTests
{
    private const string Path = "/api/admin/jobs";

    [Fact]
    public async Task Operators_find_pause_resume_cancel_and_retry_a_job_and_each_is_audited()
    {
        await using var app = await StartAppAsync();
        var id = await EnqueueAsync(app, 1);
        await EnqueueAsync(app, 2);

        var page = await GetAsync(app, "?state=ENQUEUED&queue=schedules&text=%22destinationId%22%3A1&limit=10");
        var listed = page.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        (listed.GetProperty("job_id").GetString(), listed.GetProperty("waiting_for").GetString()).ShouldBe((id, "PLACE"));
        page.GetProperty("states").GetProperty("ENQUEUED").GetInt32().ShouldBe(2);
        page.GetProperty("states").GetProperty("FAILED").GetInt32().ShouldBe(0);

        var paused = await PostAsync(app, $"{Path}/{id}/pause", new { why = "later" });
        paused.GetProperty("waiting_for").GetString().ShouldBe("PAUSE");
        paused.GetProperty("pauses")[0].GetProperty("paused_why").GetString().ShouldBe("later");
        (await PostAsync(app, $"{Path}/{id}/pause", null, HttpStatusCode.Conflict)).GetProperty("error").GetProperty("code").GetString().ShouldBe("INVALID_STATE");
        (await PostAsync(app, $"{Path}/{id}/retry", null, HttpStatusCode.Conflict)).GetProperty("error").GetProperty("details").GetProperty("state").GetString().ShouldBe("ENQUEUED");
        (await PostAsync(app, $"{Path}/{id}/resume", null)).GetProperty("pauses").GetArrayLength().ShouldBe(0);
        (await PostAsync(app, $"{Path}/{id}/resume", null, HttpStatusCode.Conflict)).GetProperty("error").GetProperty("code").GetString().ShouldBe("INVALID_STATE");

        var cancelled = await PostAsync(app, $"{Path}/{id}/cancel", new { why = "mistake" });
        (cancelled.GetProperty("state").GetString(), cancelled.GetProperty("cancel_reason").GetString()).ShouldBe(("CANCELLED", "mistake"));
        await PostAsync(app, $"{Path}/{id}/cancel", null, HttpStatusCode.Conflict);
        (await PostAsync(app, $"{Path}/{id}/retry", new { why = "after all" })).GetProperty("state").GetString().ShouldBe("ENQUEUED");
        var one = await GetAsync(app, $"/{id}");
        one.GetProperty("attempts").GetArrayLength().ShouldBe(0);
        one.GetProperty("log").EnumerateArray().Last().GetProperty("text").GetString().ShouldBe($"Retried by {TestApp.KeyName}");

        (await ScalarAsync<string>($"SELECT GROUP_CONCAT(action ORDER BY audit_id) FROM activity_log WHERE subject = '{id}'")).ShouldBe("job.pause,job.resume,job.cancel,job.retry");
    }

    [Fact]
    public async Task Whatever_failed_is_retried_by_filter_and_queues_are_paused()
    {
        await using var app = await StartAppAsync();
        foreach (var destination in Enumerable.Range(1, 3))
        {
            var id = await EnqueueAsync(app, destination);
            await PostAsync(app, $"{Path}/{id}/cancel", null);
        }

        var retried = await PostAsync(app, $"{Path}/retry", new { text = "\"destinationId\":2" });
        (retried.GetProperty("retried").GetInt32(), retried.GetProperty("more").GetBoolean()).ShouldBe((1, false));
        (await PostAsync(app, $"{Path}/retry", new { queue = "schedules" })).GetProperty("retried").GetInt32().ShouldBe(2);
        (await PostAsync(app, $"{Path}/retry", new { queue = "schedules" })).GetProperty("retried").GetInt32().ShouldBe(0);

        await PostAsync(app, "/api/admin/pauses/pause", new { scope = "QUEUE", subject = "schedules", why = "storm" });
        await PostAsync(app, "/api/admin/pauses/pause", new { scope = "QUEUE", subject = "schedules" }, HttpStatusCode.Conflict);
        (await GetAsync(app, "")).GetProperty("data").EnumerateArray().ShouldAllBe(j => j.GetProperty("waiting_for").GetString() == "PAUSE");
        var pauses = await app.Admin.GetFromJsonAsync<JsonElement>("/api/admin/pauses");
        pauses.GetProperty("data").EnumerateArray().ShouldHaveSingleItem().GetProperty("paused_by").GetString().ShouldBe(TestApp.KeyName);
        await PostAsync(app, "/api/admin/pauses/resume", new { scope = "QUEUE", subject = "schedules" });
        await PostAsync(app, "/api/admin/pauses/resume", new { scope = "QUEUE", subject = "schedules" }, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task What_does_not_exist_is_404_what_is_wrong_400_and_without_a_key_401()
    {
        await using var app = await StartAppAsync();

        await PostAsync(app, $"{Path}/00000000000000000000000000000000/cancel", null, HttpStatusCode.NotFound);
        await PostAsync(app, $"{Path}/ghost/retry", null, HttpStatusCode.NotFound);
        foreach (var wrong in (string[])["?state=LOST", "?limit=501"])
        {
            using var answer = await app.Admin.GetAsync(new Uri(Path + wrong, UriKind.Relative));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, wrong);
        }

        await PostAsync(app, "/api/admin/pauses/pause", new { scope = "SOME" }, HttpStatusCode.BadRequest);
        await PostAsync(app, "/api/admin/pauses/pause", new { scope = "QUEUE" }, HttpStatusCode.BadRequest);
        await PostAsync(app, "/api/admin/pauses/pause", new { scope = "ALL", subject = "x" }, HttpStatusCode.BadRequest);
        using var anonymous = await app.Anonymous.GetAsync(new Uri(Path, UriKind.Relative));
        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    // A web-only node: what is enqueued waits, so the test knows what it finds.
    private Task<TestApp> StartAppAsync() => TestApp.StartAsync(Test, ("Jobs:Enabled", "false"));

    private static async Task<string> EnqueueAsync(TestApp app, int destination) =>
        (await app.Services.GetRequiredService<IJobs>().EnqueueAsync(new SyncSchedules.Command(destination), null, null, CancellationToken.None)).ToString();

    private static async Task<JsonElement> GetAsync(TestApp app, string path) => await app.Admin.GetFromJsonAsync<JsonElement>(Path + path);

    private static async Task<JsonElement> PostAsync(TestApp app, string path, object? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = body is null ? await app.Admin.PostAsync(new Uri(path, UriKind.Relative), null) : await app.Admin.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, $"{path}: {text}");
        return JsonElement.Parse(text);
    }
}
