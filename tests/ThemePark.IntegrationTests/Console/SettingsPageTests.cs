using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>Settings, keys and nodes: over the API, at the shell, in the console.</summary>
public sealed partial class SettingsPageTests(OperationsScene scene) : IClassFixture<OperationsScene>
{
    private const string Page = "/console/settings";
    private const string Api = "/api/admin/settings";

    private Browser Browser => scene.Browser;

    [Fact]
    public async Task Settings_tell_what_is_in_force_and_where_it_comes_from()
    {
        var answer = await scene.App.Admin.GetFromJsonAsync<JsonElement>(Api);
        var settings = answer.GetProperty("data").EnumerateArray().ToDictionary(s => s.GetProperty("key").GetString()!);

        Shown("Jobs:Workers").ShouldBe(("7", "20", null, "PROGRAM"));
        Shown("Jobs:Queues:imports:PerNode").ShouldBe(("2", "2", null, "DEFAULT"));
        Shown("Upstream:Timeout").ShouldBe(("00:00:30", "00:00:30", "hh:mm:ss", "DEFAULT"));
        Shown("Storage:Alerts:Smtp:Host").ShouldBe(("mail.example.org", null, null, "PROGRAM"));
        Shown("Storage:Alerts:CapacityWarningPercent").ShouldBe(("60", "60", "%", "DEFAULT"));
        Shown("Import:BatchSize").ShouldBe(("500000", "500000", null, "DEFAULT"));
        Shown("Import:OnOverlap").ShouldBe(("Replace", "Replace", null, "DEFAULT"));
        Shown("Collection:IntervalMinutes").ShouldBe(("5", "5", "min", "DEFAULT"));
        Shown("Quality:Thresholds:FreshMinutes").ShouldBe(("15", "15", "min", "DEFAULT"));
        Shown("Schedules:rollup:Enabled").ShouldBe(("false", "true", null, "PROGRAM"));
        Shown("Admin:Keys:1:Name").ShouldBe(("second", null, null, "PROGRAM"));
        Shown("Metrics:Anonymous").ShouldBe(("false", "false", null, "DEFAULT"));
        Shown("RateLimits:AdminPerMinute").ShouldBe(("1000000", "600", "per minute", "PROGRAM"));
        Shown("Analytics:CacheMegabytes").ShouldBe(("64", "64", "MiB", "DEFAULT"));
        // Not set is neither hidden nor empty.
        var capacity = settings["Storage:CapacityGb"];
        (capacity.GetProperty("value").ValueKind, capacity.GetProperty("is_set").GetBoolean(), capacity.GetProperty("is_hidden").GetBoolean()).ShouldBe((JsonValueKind.Null, false, false));

        var page = await Browser.PageAsync(Page);
        page.ShouldContain("<td><code>Jobs:Workers</code></td>");
        page.ShouldContain("mail.example.org");

        (string?, string?, string?, string?) Shown(string key)
        {
            var setting = settings[key];
            setting.GetProperty("is_hidden").GetBoolean().ShouldBeFalse(key);
            setting.GetProperty("is_known").GetBoolean().ShouldBeTrue(key);
            return (setting.GetProperty("value").GetString(), setting.GetProperty("default").GetString(), setting.GetProperty("unit").GetString(), setting.GetProperty("source").GetString());
        }
    }

    [Fact]
    public async Task No_secret_is_shown_by_the_api_the_console_the_shell_or_the_log_nor_is_a_setting_nobody_knows()
    {
        var api = await scene.App.Admin.GetStringAsync(Api);
        var page = await Browser.PageAsync(Page);
        await using var shell = HostProcess.Start(["settings", "--json"], new Dictionary<string, string>
        {
            ["ConnectionStrings__ThemePark"] = scene.Database.ConnectionString,
            ["DataDirectory"] = Path.Combine(Path.GetTempPath(), "themepark-tests", scene.Database.Name),
            ["Archive__AccessKey"] = OperationsScene.Secret,
            ["Archive__SecretKey"] = OperationsScene.Secret,
            ["Upstream__Parallel"] = "3",
            ["ARCHIVE_S3_REGION"] = "eu-west-1",
        });
        (await shell.ExitCodeAsync()).ShouldBe(0, shell.Output);

        foreach (var text in (string[])[api, page, shell.Output, .. scene.App.Log.Lines])
        {
            text.ShouldNotContain(OperationsScene.Secret);
            text.ShouldNotContain(scene.Database.ConnectionString);
        }

        page.ShouldNotContain(TestApp.Key);
        var settings = JsonElement.Parse(api).GetProperty("data").EnumerateArray().ToDictionary(s => s.GetProperty("key").GetString()!);
        foreach (var key in (string[])
            [
                "ConnectionStrings:ThemePark", "Archive:AccessKey", "Archive:SecretKey", "Upstream:ApiKey", "Storage:Alerts:WebhookUrl", "Storage:Alerts:Smtp:User",
                "Storage:Alerts:Smtp:Password", "Admin:Keys:0:Key", "Admin:Keys:1:Key", "Jobs:Token",
            ])
        {
            var setting = settings[key];
            (setting.GetProperty("is_set").GetBoolean(), setting.GetProperty("is_hidden").GetBoolean(), setting.GetProperty("value").ValueKind).ShouldBe((true, true, JsonValueKind.Null), key);
            setting.GetProperty("is_known").GetBoolean().ShouldBe(key != "Jobs:Token", key);
        }

        var shown = JsonElement.Parse(shell.Output).GetProperty("data").EnumerateArray().ToDictionary(s => s.GetProperty("key").GetString()!);
        Source("Upstream:Parallel").ShouldBe(("3", "ENVIRONMENT", null));
        Source("Archive:Region").ShouldBe(("eu-west-1", "ENVIRONMENT", "ARCHIVE_S3_REGION"));

        (string?, string?, string?) Source(string key) =>
            (shown[key].GetProperty("value").GetString(), shown[key].GetProperty("source").GetString(), shown[key].GetProperty("source_name").GetString());
    }

    [Fact]
    public async Task A_section_that_cannot_be_used_says_why_and_takes_no_other_with_it()
    {
        await using var shell = HostProcess.Start(["settings", "--json"], new Dictionary<string, string>
        {
            ["ConnectionStrings__ThemePark"] = scene.Database.ConnectionString,
            ["DataDirectory"] = Path.Combine(Path.GetTempPath(), "themepark-tests", scene.Database.Name),
            ["Archive__Parallelism"] = "0",
        });
        (await shell.ExitCodeAsync()).ShouldBe(0, shell.Output);

        var settings = JsonElement.Parse(shell.Output).GetProperty("data").EnumerateArray().ToDictionary(s => s.GetProperty("key").GetString()!);
        settings["Archive"].GetProperty("problem").GetString().ShouldBe("Setting Archive:Parallelism must be 1 to 64.");
        settings["Jobs:Workers"].GetProperty("value").GetString().ShouldBe("20");
    }

    [Fact]
    public async Task A_key_is_made_and_shown_once_and_revoked_with_a_reason()
    {
        var made = await Browser.PostAsync(Page, "/console/actions/settings/keys", ("name", "ann"), ("why", "new operator"));
        (made.Status, made.Location).ShouldBe((HttpStatusCode.OK, null));
        made.Header("Cache-Control").ShouldBe("no-store");
        made.Header("Set-Cookie").ShouldBeNull();
        var key = Key().Match(made.Html).Value;
        key.ShouldNotBeEmpty();
        using var ann = await Browser.SignedInAsync(scene.App, key);

        var page = await Browser.PageAsync(Page);
        page.ShouldContain("<td>ann</td>");
        page.ShouldContain("tester (yours)");
        page.ShouldNotContain(key);
        scene.App.Log.Lines.ShouldNotContain(l => l.Contains(key, StringComparison.Ordinal));
        (await Browser.DoAsync(Page, "/console/actions/settings/keys", ("name", "ann"))).ShouldContain("Not done: There is a live key named");
        (await Browser.DoAsync(Page, "/console/actions/settings/keys", ("name", ConsoleScene.Hostile))).ShouldNotContain("<script>");

        var revoke = $"{Page}/keys/ann/revoke";
        page.ShouldContain($"href=\"{revoke}\"");
        (await ann.PageAsync(revoke)).ShouldContain("You are signed in with it");
        (await Browser.PageAsync(revoke)).ShouldNotContain("You are signed in with it");
        (await Browser.DoAsync(revoke, "/console/actions/settings/keys/ann/revoke", ("why", " "))).ShouldContain("Not done: say why.");
        (await Browser.DoAsync(revoke, "/console/actions/settings/keys/ann/revoke", ("why", "left"))).ShouldContain("Revoked ann.");
        (await ann.GetAsync(Page)).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await Browser.DoAsync($"{Page}/keys/second/revoke", "/console/actions/settings/keys/second/revoke", ("why", "try"))).ShouldContain("comes from the configuration");

        var audit = await Browser.PageAsync("/console/audit?text=ann");
        audit.ShouldContain("<td>keys.create</td><td><code>ann</code></td><td>new operator</td>");
        audit.ShouldContain("<td>keys.revoke</td><td><code>ann</code></td><td>left</td>");
    }

    [Fact]
    public async Task Nodes_are_shown_with_their_signs_of_life_and_what_they_run()
    {
        var nodes = scene.App.Services.GetRequiredService<NodeStore>();
        await nodes.SignAsync(new NodeSignature(ConsoleScene.Hostile, "elsewhere", "9.9", true, 4, """{"imports":{"perNode":2},"slow":{"cluster":1}}"""), started: true, CancellationToken.None);
        await scene.ExecuteAsync("UPDATE job_nodes SET heartbeat_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE host = 'elsewhere'");
        var id = JobId.Parse(await scene.EnqueueAsync(7201));
        (await scene.App.Services.GetRequiredService<JobStore>().ClaimAsync(id, Guid.NewGuid().ToString("n"), ConsoleScene.Hostile, CancellationToken.None)).ShouldNotBeNull();
        await scene.ExecuteAsync("UPDATE jobs SET progress = 0.5, progress_note = 'half of it' WHERE job_id = @id", new { id = id.ToString() });

        var page = await Browser.PageAsync("/console/nodes");

        page.ShouldContain("data-live");
        page.ShouldContain($"{ConsoleScene.Harmless} on elsewhere");
        page.ShouldNotContain("<script>");
        page.ShouldContain("<span class=\"badge bad\">LOST</span>");
        page.ShouldContain("4 jobs at once; imports: 2; slow: 1 on all nodes together");
        page.ShouldContain($"href=\"/console/jobs/{id}\"");
        page.ShouldContain("half of it");
        page.ShouldContain("requests only");
        page.ShouldContain("ALIVE");
        var listed = (await scene.App.Admin.GetFromJsonAsync<JsonElement>("/api/admin/nodes")).GetProperty("data").EnumerateArray().ToList();
        listed[0].GetProperty("state").GetString().ShouldBe("ALIVE");
        listed[1].GetProperty("jobs")[0].GetProperty("job_id").GetString().ShouldBe(id.ToString());
        await scene.App.Services.GetRequiredService<IJobs>().CancelAsync(id, "tester", null, CancellationToken.None);
    }

    [GeneratedRegex("tpk_[A-Za-z0-9_-]{43}")]
    private static partial Regex Key();
}
