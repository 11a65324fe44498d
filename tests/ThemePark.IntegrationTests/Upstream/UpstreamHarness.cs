using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.Testing;
using ThemePark.Upstream;

namespace ThemePark.IntegrationTests.Upstream;

/// <summary>The client as the host registers it, in front of a stub server, with a clock that only moves when told to.</summary>
internal sealed class UpstreamHarness : IAsyncDisposable
{
    private readonly List<ServiceProvider> _nodes = [];
    private readonly Dictionary<string, string?> _settings;

    private UpstreamHarness(StubUpstream server, Dictionary<string, string?> settings) => (Server, _settings) = (server, settings);

    public ManualTime Time { get; private init; } = null!;

    public StubUpstream Server { get; }

    public ConcurrentQueue<string> Logs { get; } = new();

    public UpstreamClient Client => Services.GetRequiredService<UpstreamClient>();

    private ServiceProvider Services => _nodes[^1];

    public static async Task<UpstreamHarness> StartAsync(params (string Name, object Value)[] settings)
    {
        var time = new ManualTime();
        var server = await StubUpstream.StartAsync(time);
        // The clock runs ahead of real requests, so an attempt gets all the time there is.
        var all = new Dictionary<string, string?> { ["Upstream:BaseAddress"] = server.BaseAddress + "/", ["Upstream:Timeout"] = "01:00:00" };
        foreach (var (name, value) in settings)
        {
            all[$"Upstream:{name}"] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }

        var harness = new UpstreamHarness(server, all) { Time = time };
        harness.Restart();
        return harness;
    }

    /// <summary>A new process: nothing is remembered.</summary>
    public void Restart()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        _nodes.Add(new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(new Recorder(Logs)))
            .AddUpstream(configuration)
            .BuildServiceProvider());
    }

    /// <summary>Moves the clock until the work is done.</summary>
    public async Task<T> RunAsync<T>(Task<T> work)
    {
        await Time.AdvanceUntilAsync(work, TimeSpan.FromMilliseconds(200), TimeSpan.FromDays(1));
        return await work;
    }

    public Task<UpstreamException> FailAsync(Func<UpstreamClient, Task> request) =>
        RunAsync(Should.ThrowAsync<UpstreamException>(() => request(Client)));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Server.DisposeAsync();
    }

    private sealed class Recorder(ConcurrentQueue<string> logs) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            logs.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
