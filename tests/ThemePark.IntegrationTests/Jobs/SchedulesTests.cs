using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Testing;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>Nodes whose clock the test moves and whose keepers it calls; no engine, so a job is finished when the test says so.</summary>
public abstract class SchedulesTests : JobsTests
{
    protected const string Sweep = "sweep";

    /// <summary>Saturday, 2025-03-01T12:00:00Z at first.</summary>
    protected ManualTime Time { get; } = new();

    protected DateTime Now => Time.GetUtcNow().UtcDateTime;

    protected static void DeclareSweep(IServiceCollection services) =>
        services.AddRecurring(Sweep, new Work("sweep"), "*/5 * * * *", "Sweeps the paths.");

    protected Task<TestNode> StartKeeperAsync(Action<IServiceCollection>? declare = null, TimeProvider? time = null, params (string Key, string Value)[] settings) =>
        TestNode.StartAsync(Test.ConnectionString, settings: [("Enabled", "false")], configure: builder =>
        {
            builder.Services.AddSingleton(time ?? Time);
            (declare ?? DeclareSweep)(builder.Services);
            foreach (var (key, value) in settings)
            {
                builder.Configuration[key] = value;
            }
        });

    protected static Task PassAsync(TestNode node) => node.Services.GetRequiredService<ScheduleKeeper>().PassAsync(CancellationToken.None);

    protected static async Task<T> AsAsync<T>(TestNode node, string who, Func<IRecurring, Task<T>> act)
    {
        await using var scope = node.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(new Caller(who, Door.Cli), null);
        return await act(scope.ServiceProvider.GetRequiredService<IRecurring>());
    }

    protected static Task<IReadOnlyList<RecurringView>> ListAsync(TestNode node) =>
        AsAsync(node, "ada", recurring => recurring.ListAsync(CancellationToken.None).AsTask());

    protected static async Task<RecurringView> FindAsync(TestNode node, string name = Sweep) => (await ListAsync(node)).Single(view => view.Name == name);

    protected Task<long> JobsAsync(string name = Sweep) =>
        ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE unique_key = @key", new { key = $"schedule:{name}" });

    protected async Task ExecuteAsync(string sql, object? values = null)
    {
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, values);
    }

    protected Task FinishAsync() => ExecuteAsync("UPDATE jobs SET state = 'SUCCEEDED' WHERE state = 'ENQUEUED'");

    protected void Advance(double minutes) => Time.Advance(TimeSpan.FromMinutes(minutes));
}
