using Dapper;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>These tests measure time and fill queues: one at a time.</summary>
[CollectionDefinition("jobs")]
public sealed class JobsCollection;

/// <summary>A database of its own per test: the cluster's tables have no leftovers of other tests.</summary>
[Collection("jobs")]
public abstract class JobsTests : IAsyncLifetime
{
    private TestDatabase? _test;

    protected TestDatabase Test => _test!;

    public async Task InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await Test.DisposeAsync();

    protected Task<TestNode> StartAsync(Script? script = null, string? name = null, params (string Key, string Value)[] settings) =>
        TestNode.StartAsync(Test.ConnectionString, script, name, settings);

    protected async Task<T> ScalarAsync<T>(string sql, object? values = null)
    {
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql, values))!;
    }

    protected static async Task<IReadOnlyList<JobAttempt>> AttemptsAsync(TestNode node, JobId id) => await node.Jobs.AttemptsAsync(id, CancellationToken.None);

    /// <summary>Runs until it is told to stop, and says that it began.</summary>
    protected static Func<IJobRun, CancellationToken, Task> UntilStopped(TaskCompletionSource? begun = null) => async (_, ct) =>
    {
        begun?.TrySetResult();
        await Task.Delay(Timeout.Infinite, ct);
    };

    protected static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
