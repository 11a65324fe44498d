using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Features;
using ThemePark.Modules.Storage.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Operations;

public sealed class MaintenanceTests : IAsyncLifetime
{
    private readonly string _backups = Directory.CreateTempSubdirectory("themepark-backups-").FullName;
    private TestDatabase _test = null!;
    private TestApp _app = null!;

    public async Task InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        _app = await TestApp.StartAsync(_test, ("Backups:Directory", _backups));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _test.DisposeAsync();
        Directory.Delete(_backups, recursive: true);
    }

    [Fact]
    public async Task In_a_maintenance_callers_are_refused_and_health_and_operators_go_on()
    {
        (await StatusAsync(_app.Anonymous, "/api/search/index")).ShouldBe(HttpStatusCode.OK);

        var started = await PostAsync("/api/admin/maintenance/start", new { minutes = 10, why = "a new disk" });

        started.GetProperty("maintenance").GetProperty("why").GetString().ShouldBe("a new disk");
        started.GetProperty("maintenance").GetProperty("set_by").GetString().ShouldBe(TestApp.KeyName);
        using (var refused = await _app.Anonymous.GetAsync(new Uri("/api/search/index", UriKind.Relative)))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(500, 600);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("The warehouse is in maintenance since");
        }

        (await StatusAsync(_app.Anonymous, "/health/live")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(_app.Anonymous, "/health/ready")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(_app.Anonymous, "/console/sign-in")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(_app.Admin, "/api/admin/jobs")).ShouldBe(HttpStatusCode.OK);
        using (var written = await _app.Admin.PostAsJsonAsync(new Uri("/api/admin/quality/check", UriKind.Relative), new { }))
        {
            written.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await written.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe("MAINTENANCE");
        }

        (await PostAsync("/api/admin/maintenance/end", new { })).GetProperty("maintenance").ValueKind.ShouldBe(JsonValueKind.Null);
        (await StatusAsync(_app.Anonymous, "/api/search/index")).ShouldBe(HttpStatusCode.OK);
        await PostAsync("/api/admin/maintenance/end", new { }, HttpStatusCode.Conflict);
        await PostAsync("/api/admin/maintenance/start", new { minutes = 0 }, HttpStatusCode.BadRequest);
        (await AuditedAsync()).ShouldBe(["maintenance.start", "maintenance.end"]);
    }

    [Fact]
    public async Task Another_node_sees_the_switch_within_its_next_second()
    {
        await using var other = await TestApp.StartAsync(_test, ("Jobs:NodeId", "other"));
        (await StatusAsync(other.Anonymous, "/api/search/index")).ShouldBe(HttpStatusCode.OK);

        await PostAsync("/api/admin/maintenance/start", new { });
        await Task.Delay(TimeSpan.FromSeconds(1.1));

        (await StatusAsync(other.Anonymous, "/api/search/index")).ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Running_jobs_are_handed_back_and_go_on_after_the_maintenance()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var jobs = scope.ServiceProvider.GetRequiredService<IJobs>();
        var before = await jobs.EnqueueAsync(new CreateBackup.Command("drained"), null, null, CancellationToken.None);
        await WaitAsync(async () => (await jobs.GetAsync(before, CancellationToken.None))!.State is JobState.Running or JobState.Succeeded);

        await PostAsync("/api/admin/maintenance/start", new { });
        await WaitAsync(async () => (await MaintenanceAsync()).GetProperty("running_jobs").GetInt32() == 0);
        var during = await jobs.EnqueueAsync(new MeasureStorage.Command(), null, null, CancellationToken.None);
        await Task.Delay(1500);

        (await jobs.GetAsync(during, CancellationToken.None))!.State.ShouldBe(JobState.Enqueued);
        var held = (await jobs.GetAsync(before, CancellationToken.None))!;
        held.State.ShouldBeOneOf(JobState.Enqueued, JobState.Succeeded);
        if (held.State == JobState.Enqueued)
        {
            (await jobs.AttemptsAsync(before, CancellationToken.None))[^1].Outcome.ShouldBe(AttemptOutcome.HandedBack);
        }

        await PostAsync("/api/admin/maintenance/end", new { });
        await WaitAsync(async () => (await jobs.GetAsync(before, CancellationToken.None))!.State is JobState.Succeeded && (await jobs.GetAsync(during, CancellationToken.None))!.State is JobState.Succeeded);
    }

    [Fact]
    public async Task Ending_a_maintenance_leaves_the_pause_of_an_operator_alone()
    {
        await PostAsync("/api/admin/pauses/pause", new { scope = "ALL", why = "mine" });
        await PostAsync("/api/admin/maintenance/start", new { });
        await PostAsync("/api/admin/maintenance/end", new { });

        var pauses = await _app.Admin.GetFromJsonAsync<JsonElement>(new Uri("/api/admin/pauses", UriKind.Relative));

        pauses.GetProperty("data").EnumerateArray().ShouldHaveSingleItem().GetProperty("paused_why").GetString().ShouldBe("mine");
    }

    [Fact]
    public async Task A_closed_console_answers_503_and_the_api_goes_on()
    {
        await PostAsync("/api/admin/console/close", new { why = "not yet" });

        (await StatusAsync(_app.Anonymous, "/console/sign-in")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await StatusAsync(_app.Anonymous, "/api/search/index")).ShouldBe(HttpStatusCode.OK);
        await PostAsync("/api/admin/console/close", new { }, HttpStatusCode.Conflict);

        await PostAsync("/api/admin/console/open", new { });
        (await StatusAsync(_app.Anonymous, "/console/sign-in")).ShouldBe(HttpStatusCode.OK);
        await PostAsync("/api/admin/console/open", new { }, HttpStatusCode.Conflict);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    private static async Task WaitAsync(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await happened())
        {
            await Task.Delay(100, limit.Token);
        }
    }

    private Task<JsonElement> MaintenanceAsync() => _app.Admin.GetFromJsonAsync<JsonElement>(new Uri("/api/admin/maintenance", UriKind.Relative));

    private async Task<JsonElement> PostAsync(string path, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await _app.Admin.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<IReadOnlyList<string>> AuditedAsync()
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        return (await connection.QueryAsync<string>("SELECT action FROM activity_log WHERE action LIKE 'maintenance.%' ORDER BY 1 DESC")).AsList();
    }
}
