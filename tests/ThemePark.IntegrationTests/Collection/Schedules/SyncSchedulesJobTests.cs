using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.IntegrationTests.Jobs;
using ThemePark.Jobs;
using ThemePark.Modules.Collection;
using ThemePark.Modules.Collection.Features;
using ThemePark.Modules.Metadata;
using ThemePark.MySql;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Schedules;

/// <summary>The command in the job engine: what operators see, and a node that stops in the middle.</summary>
public sealed class SyncSchedulesJobTests
{
    [Fact]
    public async Task A_partial_failure_is_seen_in_the_job_and_will_be_tried_again()
    {
        await using var server = await LiveServer.StartAsync(Options);
        await using var harness = await ScheduleHarness.StartAsync(server.BaseAddress.ToString(), TimeProvider.System);
        await harness.KnowAsync(server.BaseAddress);
        var failing = (await harness.QueryAsync<string>("SELECT CONCAT(uuid, '') FROM destinations ORDER BY destination_id"))[0];
        server.Faults.Add(new LiveFault(LiveFaultKind.Unavailable) { Destination = failing });
        using var node = await NodeAsync(harness, server);
        var jobs = node.Services.GetRequiredService<IJobs>();
        var id = await jobs.EnqueueAsync(new SyncSchedules.Command(), null, null, CancellationToken.None);

        IReadOnlyList<JobAttempt> attempts = [];
        await Eventually.TrueAsync(async () => (attempts = await jobs.AttemptsAsync(id, CancellationToken.None)) is [{ Outcome: AttemptOutcome.Failed }], 30);
        (await jobs.GetAsync(id, CancellationToken.None))!.State.ShouldBe(JobState.Scheduled);
        (await harness.QueryAsync<long>("SELECT COUNT(*) FROM park_schedules"))[0].ShouldBeGreaterThan(100);
        await Eventually.TrueAsync(async () => (await jobs.LogAsync(id, 0, 100, CancellationToken.None)).Any(l => l.Text.StartsWith("Schedules: 4 documents asked for, 3 answered, 1 failed, API_UNAVAILABLE 1", StringComparison.Ordinal)));
        await node.StopAsync();
    }

    [Fact]
    public async Task A_node_that_stops_in_the_middle_leaves_the_rest_to_the_next()
    {
        await using var server = await LiveServer.StartAsync(Options);
        await using var harness = await ScheduleHarness.StartAsync(server.BaseAddress.ToString(), TimeProvider.System);
        await harness.KnowAsync(server.BaseAddress);
        var second = (await harness.QueryAsync<string>("SELECT CONCAT(uuid, '') FROM destinations ORDER BY destination_id"))[1];
        server.Faults.Add(new LiveFault(LiveFaultKind.BlackHole) { Destination = second });
        JobId id;
        using (var node = await NodeAsync(harness, server))
        {
            id = await node.Services.GetRequiredService<IJobs>().EnqueueAsync(new SyncSchedules.Command(), null, null, CancellationToken.None);
            await Eventually.TrueAsync(async () => (await DestinationsAsync(harness)) == 1, 30);
            await node.StopAsync();
        }

        server.Faults.Clear();
        using var next = await NodeAsync(harness, server);
        var jobs = next.Services.GetRequiredService<IJobs>();
        await Eventually.TrueAsync(async () => (await jobs.GetAsync(id, CancellationToken.None))!.State == JobState.Succeeded, 30);
        (await DestinationsAsync(harness)).ShouldBe(2);
        (await harness.SyncAsync()).ChangedDates.ShouldBe(0);
        await next.StopAsync();
    }

    private static LiveServerOptions Options => new() { World = new LiveWorldOptions { Destinations = 2, RidesPerPark = 2 }, Clock = new SimClock(DateTimeOffset.UtcNow, 0) };

    private static async Task<long> DestinationsAsync(ScheduleHarness harness) =>
        (await harness.QueryAsync<long>("SELECT COUNT(DISTINCT destination_id) FROM park_schedules INNER JOIN parks USING (park_id)"))[0];

    private static async Task<IHost> NodeAsync(ScheduleHarness harness, LiveServer server)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Upstream:BaseAddress"] = server.BaseAddress.ToString(),
            ["Upstream:Attempts"] = "1",
            ["Schedules:metadata:Enabled"] = "false",
            ["Jobs:NodeId"] = $"node-{Guid.NewGuid():n}",
        });
        builder.Logging.AddProvider(LogFile.Instance).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(_ => new MySqlDatabase(harness.ConnectionString));
        builder.Services.AddMetadata(builder.Configuration);
        builder.Services.AddCollection(builder.Configuration);
        builder.Services.AddJobs(builder.Configuration, typeof(CollectionModule).Assembly, typeof(MetadataModule).Assembly);
        var node = builder.Build();
        await node.StartAsync();
        return node;
    }
}
