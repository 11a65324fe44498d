using Dapper;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Collection.Schedules;
using ThemePark.Modules.Metadata;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Curation;
using ThemePark.Modules.Metadata.Features;
using ThemePark.Modules.Metadata.Reading;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.MySql;
using ThemePark.Simulator;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Metadata.Syncing;

/// <summary>The module on a database of its own in front of a small world, on a clock that a test moves.</summary>
internal sealed class SyncScene : IAsyncDisposable
{
    private readonly TestDatabase _test;
    private readonly ServiceProvider _services;

    private SyncScene(TestDatabase test, SmallWorld world, SimClock clock, ServiceProvider services) =>
        (_test, World, Clock, _services) = (test, world, clock, services);

    public SmallWorld World { get; }

    public SimClock Clock { get; }

    public MySqlDatabase Database => _test.Database;

    public ICatalogue Catalogue => _services.GetRequiredService<ICatalogue>();

    public IMetadataSync Outcomes => _services.GetRequiredService<IMetadataSync>();

    public RideWords Words => _services.GetRequiredService<RideWords>();

    public static async Task<SyncScene> StartAsync()
    {
        var test = await TestDatabase.CreateAsync();
        var world = await SmallWorld.StartAsync();
        var clock = new SimClock(new DateTimeOffset(2026, 5, 1, 3, 0, 0, TimeSpan.Zero), speed: 0);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Upstream:BaseAddress"] = world.Server.BaseAddress,
            ["Upstream:Attempts"] = "1",
            ["Upstream:BreakerFailures"] = "1000",
            ["Upstream:RequestsPerMinute"] = "1000000",
        }).Build();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddSingleton(clock.WithRealTimers())
            .AddSingleton(test.Database)
            .AddMetadata(configuration)
            .BuildServiceProvider();
        return new SyncScene(test, world, clock, services);
    }

    /// <summary>One sync, as a job of its own unless one is given.</summary>
    public async Task<SyncReport> SyncAsync(int? park = null, bool acceptRemovals = false, ScheduleHarness.Run? job = null)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MetadataSync>().RunAsync(park, acceptRemovals, job ?? new ScheduleHarness.Run(), CancellationToken.None);
    }

    public async Task<T> SendAsync<T>(IRequest<Outcome<T>> request) => (await _services.SendAsync(request)).Value;

    public async Task<RideView> RideAsync(SmallWorld.Thing thing, string? asOf = null) =>
        (await SendAsync(new GetRide.Query(await RideIdAsync(thing), asOf))).Ride;

    public async Task<IReadOnlyList<GetRideHistory.Entry>> HistoryAsync(SmallWorld.Thing thing) =>
        (await SendAsync(new GetRideHistory.Query(await RideIdAsync(thing), 500, null))).Data;

    public Task<int> RideIdAsync(SmallWorld.Thing thing) => OneAsync<int>("SELECT ride_id FROM rides WHERE uuid = @Id", new { Id = thing.Id.ToString() });

    public Task<int> ParkIdAsync(SmallWorld.Thing thing) => OneAsync<int>("SELECT park_id FROM parks WHERE uuid = @Id", new { Id = thing.Id.ToString() });

    public async Task<T> OneAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await World.DisposeAsync();
        await _test.DisposeAsync();
    }
}
