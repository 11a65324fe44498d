using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Jobs;
using ThemePark.Jobs;
using ThemePark.Modules.Storage;
using ThemePark.Modules.Storage.Alerts;
using ThemePark.Modules.Storage.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Storage;

public sealed class AlertTests : IAsyncLifetime
{
    private const string Secret = "s3cr3t-in-the-path";
    private const string Hook = $"/hooks/{Secret}?token={Secret}";
    private const string Password = "pa55-of-the-mail-server";
    private const double Tiny = 0.001;

    private SmtpStub _smtp = null!;
    private WebhookStub _webhook = null!;
    private TestDatabase _test = null!;
    private TestApp _app = null!;

    // The clock is the real one: retries wait.
    public async Task InitializeAsync()
    {
        _smtp = SmtpStub.Start();
        _webhook = await WebhookStub.StartAsync(Hook);
        _test = await TestDatabase.CreateAsync();
        _app = await StartAppAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _test.DisposeAsync();
        await _webhook.DisposeAsync();
        await _smtp.DisposeAsync();
    }

    [Fact]
    public async Task An_alert_opens_once_is_told_everywhere_changes_outlives_a_restart_and_closes_by_itself()
    {
        _webhook.IsBroken = true;
        await MeasureAsync();

        // Whoever looks at the same time, it opens once.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CheckAsync()));
        var alert = await AlertAsync();
        (Text(alert, "severity"), Text(alert, "type"), alert.GetProperty("threshold").GetDouble()).ShouldBe(("CRITICAL", "CAPACITY", 80));
        alert.GetProperty("current_value").GetDouble().ShouldBeGreaterThan(80);
        Text(alert, "created_at").ShouldEndWith("Z");
        (await HealthAsync()).ShouldBe(("critical", 1));

        // The webhook fails, and that can be seen; then it works, and the engine has not forgotten.
        await Eventually.TrueAsync(async () => Status(await AlertAsync(), "WEBHOOK") == "FAILED");
        Told(await AlertAsync(), "WEBHOOK").GetProperty("error").GetString().ShouldBe($"WEBHOOK: {new Uri(_webhook.Address).Authority} answered 500.");
        _webhook.IsBroken = false;
        await DeliveredAsync();
        Told(await AlertAsync(), "WEBHOOK").GetProperty("attempts").GetInt32().ShouldBeGreaterThan(1);
        (await AlertAsync()).GetProperty("deliveries").GetArrayLength().ShouldBe(3, "audit, webhook and mail, each once");
        var opened = _webhook.Taken.ShouldHaveSingleItem();
        (Text(opened, "event"), Text(opened.GetProperty("alert"), "severity")).ShouldBe(("OPENED", "CRITICAL"));

        // Another process finds what is open, and updates it.
        await _app.DisposeAsync();
        _app = await StartAppAsync();
        var used = alert.GetProperty("current_value").GetDouble() * Tiny / 100;
        Capacity = used / 0.7;
        await MeasureAsync();
        var changed = await AlertAsync();
        changed.GetProperty("alert_id").GetInt64().ShouldBe(alert.GetProperty("alert_id").GetInt64());
        (Text(changed, "severity"), Text(changed, "created_at")).ShouldBe(("WARNING", Text(alert, "created_at")));
        changed.GetProperty("current_value").GetDouble().ShouldBe(70, 5);
        (await HealthAsync()).ShouldBe(("warning", 1));

        // What did not change is not told again.
        await DeliveredAsync();
        (await CheckAsync()).ShouldBe(new AlertChanges(0, 0, 0, 1));

        Capacity = 1000 * used;
        (await CheckAsync()).ShouldBe(new AlertChanges(0, 0, 1, 0));
        (await AlertsAsync()).GetProperty("alerts").GetArrayLength().ShouldBe(0);
        (await HealthAsync()).ShouldBe(("healthy", 0));
        await Eventually.TrueAsync(() => Task.FromResult(_webhook.Taken.Count == 3 && _smtp.Mails.Count == 3));
        _webhook.Taken.Select(n => Text(n, "event")).ShouldBe(["OPENED", "CHANGED", "CLOSED"]);
        _smtp.Mails.First().ShouldContain("Subject: ThemePark storage: CRITICAL CAPACITY OPENED");
        _smtp.Mails.First().ShouldContain("TO:<operator@example.org>");
        _smtp.Logins.ShouldAllBe(login => login == $"warden {Password}");
        await Eventually.TrueAsync(async () => (await AuditAsync()).Count == 3);
        (await AuditAsync()).ShouldBe(["storage.alert.close", "storage.alert.change", "storage.alert.open"]);

        // It opens again as another alert.
        Capacity = Tiny;
        (await CheckAsync()).Opened.ShouldBe(1);
        (await AlertAsync()).GetProperty("alert_id").GetInt64().ShouldNotBe(alert.GetProperty("alert_id").GetInt64());

        _app.Log.Lines.ShouldContain(l => l.Contains("OPENED: CRITICAL CAPACITY", StringComparison.Ordinal));
        _app.Log.Lines.Where(l => l.Contains(Secret, StringComparison.Ordinal) || l.Contains(Password, StringComparison.Ordinal)).ShouldBeEmpty();
        JsonSerializer.Serialize(await AlertsAsync()).ShouldNotContain(Secret);
    }

    [Fact]
    public async Task What_no_job_tells_any_more_is_told_after_the_next_check()
    {
        _webhook.IsBroken = true;
        await MeasureAsync();
        await Eventually.TrueAsync(async () => Status(await AlertAsync(), "WEBHOOK") == "FAILED");
        // As if they had run out of tries. One that runs ends when it notices.
        await Eventually.TrueAsync(async () =>
        {
            var unfinished = await UnfinishedAsync();
            foreach (var job in unfinished)
            {
                await _app.Services.GetRequiredService<IJobs>().CancelAsync(job, "test", null, CancellationToken.None);
            }

            return unfinished.Count == 0;
        });

        _webhook.IsBroken = false;
        await CheckAsync();

        await DeliveredAsync();
        _webhook.Taken.Count.ShouldBe(1);
    }

    private async Task<IReadOnlyList<JobId>> UnfinishedAsync()
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        var ids = await connection.QueryAsync<string>("SELECT job_id FROM jobs WHERE job_name = 'storage.deliver.v1' AND state IN ('SCHEDULED', 'ENQUEUED', 'RUNNING')");
        return [.. ids.Select(JobId.Parse)];
    }

    private double Capacity
    {
        set => _app.Services.GetRequiredService<IOptions<StorageOptions>>().Value.CapacityGb = value;
    }

    private Task<TestApp> StartAppAsync() => TestApp.StartAsync(
        _test,
        ("Storage:CapacityGb", "0.001"),
        ("Storage:Alerts:WebhookUrl", _webhook.Address + Hook),
        ("Storage:Alerts:Smtp:Host", "127.0.0.1"),
        ("Storage:Alerts:Smtp:Port", FormattableString.Invariant($"{_smtp.Port}")),
        ("Storage:Alerts:Smtp:UseTls", "false"),
        ("Storage:Alerts:Smtp:User", "warden"),
        ("Storage:Alerts:Smtp:Password", Password),
        ("Storage:Alerts:Smtp:From", "themepark@example.org"),
        ("Storage:Alerts:Smtp:To", "operator@example.org"));

    private Task<Outcome<MeasureNow.Result>> MeasureAsync() => _app.Services.SendAsync(new MeasureNow.Command());

    private Task<AlertChanges> CheckAsync() => _app.Services.GetRequiredService<AlertCheck>().RunAsync(CancellationToken.None);

    private Task<JsonElement> AlertsAsync() => GetAsync(_app.Admin, "/api/admin/storage/alerts");

    private async Task<JsonElement> AlertAsync() => (await AlertsAsync()).GetProperty("alerts").EnumerateArray().ShouldHaveSingleItem();

    private Task DeliveredAsync() => Eventually.TrueAsync(
        async () => (await AlertAsync()).GetProperty("deliveries").EnumerateArray().All(d => Text(d, "status") == "DELIVERED"));

    private async Task<(string?, int)> HealthAsync()
    {
        var check = (await GetAsync(_app.Anonymous, "/api/health")).GetProperty("checks").GetProperty("storage");
        return (Text(check, "status"), check.GetProperty("open").GetInt32());
    }

    private async Task<IReadOnlyList<string?>> AuditAsync() =>
        [.. (await GetAsync(_app.Admin, "/api/admin/audit")).GetProperty("data").EnumerateArray().Select(e => Text(e, "action")).Where(a => a!.StartsWith("storage.alert", StringComparison.Ordinal))];

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    private static JsonElement Told(JsonElement alert, string channel) => alert.GetProperty("deliveries").EnumerateArray().First(d => Text(d, "channel") == channel);

    private static string? Status(JsonElement alert, string channel) => Text(Told(alert, channel), "status");

    private static string? Text(JsonElement of, string property) => of.GetProperty(property).GetString();
}
