using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>Real nodes on the real clock.</summary>
public sealed class RecurringNodesTests : JobsTests
{
    [Fact]
    public async Task On_two_running_nodes_a_due_schedule_runs_once_within_a_second()
    {
        var script = new Script();
        var begun = Signal();
        DateTime? at = null;
        script.On("sweep", (_, _) =>
        {
            at ??= DateTime.UtcNow;
            begun.TrySetResult();
            return Task.CompletedTask;
        });
        await using var one = await StartNodeAsync(script);
        await using var two = await StartNodeAsync(script);
        await Eventually.TrueAsync(async () => await ScalarAsync<int>("SELECT COUNT(*) FROM job_schedules") == 1);

        var due = DateTime.UtcNow.AddSeconds(3);
        await SetNextAsync(due);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Task.Delay(1500);

        (at!.Value - due).ShouldBeInRange(TimeSpan.FromMilliseconds(-2), TimeSpan.FromSeconds(1.2));
        script.Begun.ShouldHaveSingleItem();
        (await ScalarAsync<DateTime>("SELECT next_at FROM job_schedules")).Month.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_runs_no_jobs_keeps_no_schedule()
    {
        await using var web = await StartNodeAsync(new Script(), ("Enabled", "false"));
        await Task.Delay(1500);

        (await ScalarAsync<int>("SELECT COUNT(*) FROM job_schedules")).ShouldBe(0);
    }

    [Fact]
    public async Task A_failed_last_job_shows_its_error()
    {
        var script = new Script();
        script.On("sweep", (_, _) => throw new JobFailedException("no broom", permanent: true));
        await using var node = await StartNodeAsync(script);
        await Eventually.TrueAsync(async () => await ScalarAsync<int>("SELECT COUNT(*) FROM job_schedules") == 1);

        await SetNextAsync(DateTime.UtcNow);

        RecurringRun? last = null;
        await Eventually.TrueAsync(async () => (last = await LastAsync(node))?.State == JobState.Failed);
        last!.Error.ShouldBe("no broom");
        last.FinishedAt.ShouldNotBeNull();
    }

    private static async Task<RecurringRun?> LastAsync(TestNode node)
    {
        await using var scope = node.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IRecurring>().ListAsync(CancellationToken.None)).ShouldHaveSingleItem().LastJob;
    }

    // Of itself it comes once a year.
    private Task<TestNode> StartNodeAsync(Script script, params (string Key, string Value)[] settings) => TestNode.StartAsync(
        Test.ConnectionString, script, settings: settings,
        configure: builder => builder.Services.AddRecurring("sweep", new Work("sweep"), "0 0 1 1 *", "Sweeps the paths."));

    private async Task SetNextAsync(DateTime at)
    {
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE job_schedules SET next_at = @at", new { at });
    }
}
