using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThemePark.Modules.Collection;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Modules.Metadata;
using ThemePark.MySql;
using ThemePark.Simulator;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Collection.Polling;

/// <summary>The collector on a database of its own, over HTTP against a simulated upstream, both on one clock that the test moves.</summary>
internal sealed class LiveScene : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private readonly List<ServiceProvider> _processes = [];

    private LiveScene(TestDatabase test, LiveServer upstream, SimClock clock) => (_test, Upstream, Clock) = (test, upstream, clock);

    public LiveServer Upstream { get; }

    public SimClock Clock { get; }

    public MySqlDatabase Database => _test.Database;

    public static async Task<LiveScene> StartAsync(DateTimeOffset start, int destinations = 2, int ridesPerPark = 8, int keepServed = 5000)
    {
        var clock = new SimClock(start, speed: 0);
        var upstream = await LiveServer.StartAsync(
            new LiveServerOptions
            {
                World = new LiveWorldOptions { Destinations = destinations, RidesPerPark = ridesPerPark, FirstDay = DateOnly.FromDateTime(start.UtcDateTime).AddDays(-10), Days = 20 },
                Clock = clock,
                KeepServed = keepServed,
            },
            CancellationToken.None);
        return new LiveScene(await TestDatabase.CreateAsync(), upstream, clock);
    }

    /// <summary>Another process of ours: nothing is shared but the database.</summary>
    public ServiceProvider Process(params (string Key, string Value)[] settings)
    {
        // Nothing waits: the clock stands still within a poll.
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
        {
            ["Upstream:BaseAddress"] = Upstream.BaseAddress.ToString(),
            ["Upstream:Attempts"] = "1",
            ["Upstream:LongestWait"] = "00:00:00",
            ["Upstream:RequestsPerMinute"] = "1000000",
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddSingleton<IConfiguration>(configuration);
        // A deadlock is retried after real milliseconds.
        services.AddSingleton(Clock.WithRealTimers());
        services.AddSingleton(Database);
        services.AddMetadata(configuration);
        services.AddCollection(configuration);
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process;
    }

    public static Task<IReadOnlyList<PollOutcome>> CollectAsync(ServiceProvider process) =>
        process.GetRequiredService<LiveCollector>().CollectAsync(null, CancellationToken.None);

    public static Task<IReadOnlyList<LiveGap>> GapsAsync(ServiceProvider process, int destination, DateTime from, DateTime to) =>
        process.GetRequiredService<ILiveCollection>().GapsAsync(destination, from, to, CancellationToken.None);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    public async Task<T> OneAsync<T>(string sql, object? parameters = null) => (await QueryAsync<T>(sql, parameters)).Single();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Upstream.DisposeAsync();
        await _test.DisposeAsync();
    }
}
