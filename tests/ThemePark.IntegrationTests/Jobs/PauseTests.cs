using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>What is paused is not begun by any node until it is resumed; what runs goes on.</summary>
public sealed class PauseTests : JobsTests
{
    [Theory]
    [InlineData("QUEUE", "slow")]
    [InlineData("NAME", "test.work.v1")]
    [InlineData("ALL", "")]
    public async Task Waiting_jobs_of_a_pause_are_held_back_over_a_restart_and_begin_at_once_when_it_is_taken_away(string scope, string subject)
    {
        JobId id;
        await using (var first = await NodeAsync())
        {
            (await PausesOf(first).PauseAsync(Scope(scope), subject, "tester", "storm", CancellationToken.None)).ShouldBeTrue();
            (await PausesOf(first).PauseAsync(Scope(scope), subject, "other", null, CancellationToken.None)).ShouldBeFalse();
            id = await first.EnqueueAsync("held", new JobOptions { Queue = "slow" });
            await Task.Delay(1_000);
            (await first.GetAsync(id)).State.ShouldBe(JobState.Enqueued);
        }

        await using var second = await NodeAsync();
        await Task.Delay(1_000);
        (await second.GetAsync(id)).State.ShouldBe(JobState.Enqueued);
        var pause = (await PausesOf(second).ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (pause.Scope, pause.Subject, pause.PausedBy, pause.PausedWhy).ShouldBe((scope, subject, "tester", "storm"));

        (await PausesOf(second).ResumeAsync(Scope(scope), subject, CancellationToken.None)).ShouldBeTrue();
        await second.UntilAsync(id, JobState.Succeeded, 5);
        (await PausesOf(second).ResumeAsync(Scope(scope), subject, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_pause_holds_back_only_what_it_names_also_what_the_engine_has_already()
    {
        await using var node = await NodeAsync(("Queues:slow:PerNode", "1"));
        var go = new TaskCompletionSource();
        node.Script.On("long", async (_, ct) => await go.Task.WaitAsync(ct));
        var running = await node.EnqueueAsync("long", new JobOptions { Queue = "slow" });
        await node.UntilAsync(running, JobState.Running);
        // The engine knows it and waits for a place: the pause comes after.
        var waiting = await node.EnqueueAsync("waiting", new JobOptions { Queue = "slow" });
        await Task.Delay(500);
        (await PausesOf(node).PauseAsync(PauseScope.Job, waiting.ToString(), "tester", null, CancellationToken.None)).ShouldBeTrue();

        go.SetResult();
        await node.UntilAsync(running, JobState.Succeeded);
        var other = await node.EnqueueAsync("other", new JobOptions { Queue = "slow" });
        await node.UntilAsync(other, JobState.Succeeded);
        (await node.GetAsync(waiting)).State.ShouldBe(JobState.Enqueued);

        (await PausesOf(node).ResumeAsync(PauseScope.Job, waiting.ToString(), CancellationToken.None)).ShouldBeTrue();
        await node.UntilAsync(waiting, JobState.Succeeded, 5);
        node.Script.Done.Count(d => d.Name == "waiting").ShouldBe(1);
    }

    private Task<TestNode> NodeAsync(params (string, string)[] settings) => StartAsync(null, null, settings);

    private static JobPauses PausesOf(TestNode node) => node.Services.GetRequiredService<JobPauses>();

    private static PauseScope Scope(string text) => Enum.Parse<PauseScope>(text, ignoreCase: true);
}
