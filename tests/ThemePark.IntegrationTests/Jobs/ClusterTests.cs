using System.Diagnostics;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class ClusterTests : JobsTests
{
    [Theory]
    [InlineData("Cluster", 2)]
    [InlineData("PerNode", 4)]
    public async Task A_queues_limit_of_2_is_used_and_never_exceeded_on_two_nodes(string scope, int allowed)
    {
        var script = new Script();
        var (running, most) = (0, 0);
        await using var a = await StartAsync(script, "a", ($"Queues:imports:{scope}", "2"));
        await using var b = await StartAsync(script, "b", ($"Queues:imports:{scope}", "2"));
        var ids = new List<JobId>();
        for (var i = 0; i < 12; i++)
        {
            script.On($"import {i}", async (_, ct) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Delay(500, ct);
                Interlocked.Decrement(ref running);
            });
            ids.Add(await (i % 2 == 0 ? a : b).EnqueueAsync($"import {i}", new JobOptions { Queue = "imports" }));
        }

        foreach (var id in ids)
        {
            await a.UntilAsync(id, JobState.Succeeded, 40);
        }

        most.ShouldBe(allowed);
        script.Begun.Count.ShouldBe(12);
    }

    [Fact]
    public async Task Imports_run_two_at_a_time_on_a_node_when_nothing_is_configured()
    {
        await using var node = await StartAsync();
        var (running, most) = (0, 0);
        var ids = new List<JobId>();
        for (var i = 0; i < 6; i++)
        {
            node.Script.On($"import {i}", async (_, ct) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Delay(200, ct);
                Interlocked.Decrement(ref running);
            });
            ids.Add(await node.EnqueueAsync($"import {i}", new JobOptions { Queue = "imports" }));
        }

        foreach (var id in ids)
        {
            await node.UntilAsync(id, JobState.Succeeded, 20);
        }

        most.ShouldBe(2);
    }

    [Fact]
    public async Task A_node_that_stops_hands_its_job_to_another_within_3_s_and_no_retry_is_spent()
    {
        var begun = Signal();
        var script = new Script();
        script.On("long", async (run, ct) =>
        {
            begun.TrySetResult();
            if (!run.Recovered)
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
        });
        await using var a = await StartAsync(script, "a");
        var id = await a.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b");
        var stopping = Stopwatch.StartNew();

        await a.StopAsync();

        var stopped = stopping.Elapsed;
        var job = await b.UntilAsync(id, JobState.Succeeded);
        stopped.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        (job.Node, job.Attempts, job.LostRuns, job.RunNo).ShouldBe(("b", 0, 0, 2));
        (job.FinishedAt!.Value - (await AttemptsAsync(b, id))[0].FinishedAt!.Value).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        (await AttemptsAsync(b, id))[0].Outcome.ShouldBe(AttemptOutcome.HandedBack);
    }

    [Fact]
    public async Task A_job_that_a_lost_connection_ends_while_its_node_stops_is_handed_back_and_not_failed()
    {
        var begun = Signal();
        var script = new Script();
        script.On("long", async (run, ct) =>
        {
            begun.TrySetResult();
            if (!run.Recovered)
            {
                await Task.Delay(Timeout.Infinite, ct).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                throw new ThemePark.MySql.ConnectionLostException("The statement was ended under us.");
            }
        });
        await using var a = await StartAsync(script, "a");
        var id = await a.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b");

        await a.StopAsync();

        var job = await b.UntilAsync(id, JobState.Succeeded);
        (job.Node, job.Attempts).ShouldBe(("b", 0));
        (await AttemptsAsync(b, id))[0].Outcome.ShouldBe(AttemptOutcome.HandedBack);
    }

    [Fact]
    public async Task A_job_that_will_not_stop_is_left_behind_and_taken_over()
    {
        var begun = Signal();
        var script = new Script();
        script.On("stubborn", (run, _) =>
        {
            begun.TrySetResult();
            return run.Recovered ? Task.CompletedTask : Task.Delay(Timeout.Infinite, CancellationToken.None);
        });
        await using var a = await StartAsync(script, "a", ("ShutdownTimeout", "00:00:01"));
        var id = await a.EnqueueAsync("stubborn");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b");

        await a.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        (await b.UntilAsync(id, JobState.Succeeded)).LostRuns.ShouldBe(1);
    }

    [Fact]
    public async Task Two_hundred_jobs_on_two_nodes_run_once_each()
    {
        var script = new Script();
        await using var a = await StartAsync(script, "a");
        await using var b = await StartAsync(script, "b");
        var ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? a : b).EnqueueAsync($"job {i}").AsTask()));

        foreach (var id in ids)
        {
            await a.UntilAsync(id, JobState.Succeeded, 60);
        }

        script.Begun.Count.ShouldBe(200);
        script.Begun.Select(run => run.Name).Distinct().Count().ShouldBe(200);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
