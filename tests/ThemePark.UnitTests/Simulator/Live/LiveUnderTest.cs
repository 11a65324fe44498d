using System.Globalization;
using System.Text.Json;
using ThemePark.Simulator;

namespace ThemePark.UnitTests.Simulator.Live;

/// <summary>A simulated API whose clock stands still, and a client for it.</summary>
internal sealed class LiveUnderTest : IAsyncDisposable
{
    public const string Lantern = "lanternbayresort";
    public const string LanternPark = "lanternbaykingdom";
    public const string LanternWater = "tidewaterlagoon";
    public const string Falkental = "falkental";

    /// <summary>A Saturday, 14:00 in the first destination.</summary>
    public static readonly DateTimeOffset Afternoon = At("2026-07-04T18:00:00Z");

    private LiveUnderTest(LiveServer server, SimClock clock)
    {
        Server = server;
        Clock = clock;
        Http = new HttpClient { BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromSeconds(20) };
    }

    public LiveServer Server { get; }

    public SimClock Clock { get; }

    public HttpClient Http { get; }

    public static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);

    public static async Task<LiveUnderTest> StartAsync(
        DateTimeOffset? at = null, LiveWorldOptions? world = null, int keep = 0, int rateLimit = 300, bool enforce = false)
    {
        var clock = new SimClock(at ?? Afternoon, 0);
        var server = await LiveServer.StartAsync(new LiveServerOptions
        {
            World = world ?? new LiveWorldOptions(),
            Clock = clock,
            KeepServed = keep,
            RateLimit = rateLimit,
            EnforceRateLimit = enforce,
        });
        return new LiveUnderTest(server, clock);
    }

    public async Task<JsonElement> GetAsync(string path) => JsonSerializer.Deserialize<JsonElement>(await Http.GetByteArrayAsync(new Uri(path, UriKind.Relative)));

    public Task<HttpResponseMessage> AskAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    public async Task<List<JsonElement>> RowsAsync(string id, string query = "") =>
        [.. (await GetAsync($"entity/{id}/live{query}")).GetProperty("liveData").EnumerateArray()];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}

internal static class LiveElements
{
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static bool Has(this JsonElement element, string name) => element.TryGetProperty(name, out _);

    public static IEnumerable<string> Names(this JsonElement element) => element.EnumerateObject().Select(p => p.Name);

    public static JsonElement Part(this JsonElement row, string queue) => row.GetProperty("queue").GetProperty(queue);
}
