using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThemePark.Host;

namespace ThemePark.Testing;

/// <summary>The real host, on a free port, over a test database, with limits out of the way and one configured admin key.</summary>
public sealed class TestApp : IAsyncDisposable
{
    public const string KeyName = "tester";
    public const string Key = "a-key-for-tests-0123456789";

    private readonly WebApplication _app;

    private TestApp(WebApplication app, LogLines log)
    {
        _app = app;
        Log = log;
        Anonymous = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Admin = WithKey(Key);
    }

    /// <summary>Calls with <see cref="Key"/>.</summary>
    public HttpClient Admin { get; }

    /// <summary>Calls without a key.</summary>
    public HttpClient Anonymous { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Settings override the defaults of a test; a null takes one away.</summary>
    public static Task<TestApp> StartAsync(TestDatabase database, params (string Key, string? Value)[] settings) =>
        StartAsync(database, null, settings);

    public static async Task<TestApp> StartAsync(
        TestDatabase database, Action<WebApplicationBuilder>? configure, params (string Key, string? Value)[] settings)
    {
        var log = new LogLines();
        var app = await ThemeParkHost.BuildServeAsync([], builder =>
        {
            var merged = new Dictionary<string, string?>
            {
                ["ConnectionStrings:ThemePark"] = database.ConnectionString,
                ["DataDirectory"] = Path.Combine(Path.GetTempPath(), "themepark-tests", database.Name),
                ["Admin:Keys:0:Name"] = KeyName,
                ["Admin:Keys:0:Key"] = Key,
                // No test asks the real upstream.
                ["Schedules:collect:Enabled"] = "false",
                ["Schedules:schedules:Enabled"] = "false",
                ["Schedules:rollup:Enabled"] = "false",
                ["Schedules:metadata:Enabled"] = "false",
                ["Schedules:quality:Enabled"] = "false",
                ["Schedules:quality-daily:Enabled"] = "false",
                ["Schedules:quality-weekly:Enabled"] = "false",
                ["Schedules:storage:Enabled"] = "false",
                ["Schedules:storage-alerts:Enabled"] = "false",
                ["Schedules:watch:Enabled"] = "false",
                ["RateLimits:StartImportPerHour"] = "1000000",
                ["RateLimits:StatusReadsPerMinute"] = "1000000",
                ["RateLimits:ImportControlPerMinute"] = "1000000",
                ["RateLimits:AdminPerMinute"] = "1000000",
                ["RateLimits:UnauthorizedPerMinute"] = "1000000",
            };
            foreach (var (name, value) in settings)
            {
                merged[name] = value;
            }

            builder.Configuration.AddInMemoryCollection(merged.Where(s => s.Value is not null));
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new TestApp(app, log);
    }

    public HttpClient WithKey(string key)
    {
        var client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Anonymous.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
