using System.Diagnostics;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class StateMachineTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    [Fact]
    public async Task A_job_runs_on_the_same_node_within_250_ms_of_its_enqueue()
    {
        await using var node = await TestNode.StartAsync(fixture.Test.ConnectionString);
        var begun = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Script.On("quick", (_, _) =>
        {
            begun.TrySetResult(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        });
        await node.UntilAsync(await node.EnqueueAsync("warm-up"), JobState.Succeeded);

        var before = Stopwatch.GetTimestamp();
        var id = await node.EnqueueAsync("quick");
        var started = await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        var job = await node.UntilAsync(id, JobState.Succeeded);
        Stopwatch.GetElapsedTime(before, started).ShouldBeLessThan(TimeSpan.FromMilliseconds(250));
        job.Attempts.ShouldBe(0);
        job.RunNo.ShouldBe(1);
        job.Owner.ShouldBeNull();
        job.StartedAt.ShouldNotBeNull();
        job.FinishedAt.ShouldNotBeNull();
    }
}
