using System.Net.Http.Headers;
using ThemePark.Simulator;

namespace ThemePark.Host;

/// <summary>
/// Stands in for upstream where it cannot be reached, so that a first look at ThemePark has live data: only when asked for
/// (<c>Upstream:SimulateWhenUnreachable</c>, which <c>./run</c> sets), only when no other address is configured, never over real data (Collection refuses
/// them in a database that holds such), and labelled in every poll, in health and in the log.
/// </summary>
internal static class SimulatedUpstream
{
    private static readonly Uri Upstream = new("https://api.themeparks.wiki/v1/destinations");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The simulator, which the caller disposes, or null when upstream answers or nobody asked.</summary>
    public static async Task<LiveServer?> StartIfNeededAsync(ConfigurationManager configuration, CancellationToken ct)
    {
        if (!configuration.GetValue<bool>("Upstream:SimulateWhenUnreachable") || !string.IsNullOrWhiteSpace(configuration["Upstream:BaseAddress"])
            || await AnswersAsync(ct))
        {
            return null;
        }

        // The world of the sample archive: its rides go on living.
        var server = await LiveServer.StartAsync(new LiveServerOptions(), ct);
        configuration.AddInMemoryCollection([KeyValuePair.Create("Upstream:BaseAddress", (string?)server.BaseAddress.ToString())]);
        return server;
    }

    private static async Task<bool> AnswersAsync(CancellationToken ct)
    {
        using var client = new HttpClient { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Head, Upstream);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ThemePark", "1.0"));
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            // Whatever it says, somebody is there; the collector tells what is wrong.
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Says in the log what is going on, and stops the simulator with the host.</summary>
    internal sealed class Label(LiveServer simulator, ILogger<Label> logger) : IHostedService, IAsyncDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            logger.LogWarning("Upstream cannot be reached: live data are SIMULATED, by {Address}, and labelled so", simulator.BaseAddress);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => simulator.DisposeAsync();
    }
}
