using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThemePark.Host;

namespace ThemePark.Bench;

/// <summary>The host as <c>serve</c> runs it, on a free port, with an embedded database below a directory; nothing happens by schedule.</summary>
internal static class ServedHost
{
    private static readonly string[] Schedules = ["collect", "schedules", "rollup", "metadata", "quality", "quality-daily", "quality-weekly", "storage", "storage-alerts", "watch"];

    public static async Task<WebApplication> StartAsync(string root, params (string Key, string? Value)[] settings)
    {
        var app = await ThemeParkHost.BuildServeAsync([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(
            [
                KeyValuePair.Create<string, string?>("DataDirectory", Path.Combine(root, "data")),
                .. Schedules.Select(s => KeyValuePair.Create<string, string?>($"Schedules:{s}:Enabled", "false")),
                .. settings.Select(s => KeyValuePair.Create(s.Key, s.Value)),
            ]);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        });
        await app.StartAsync();
        return app;
    }
}
