using Dapper;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>A node that lost its database counts as dead elsewhere although its code runs on: the zombie every writer must be safe from.</summary>
public sealed class FenceTests : JobsTests
{
    [Fact]
    public async Task A_dead_nodes_job_is_taken_over_within_10_s_and_the_zombie_can_neither_write_nor_end_it()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        await ExecuteAsync("CREATE TABLE written (item INT NOT NULL, owner CHAR(32) NOT NULL)");
        var (begun, thaw, zombieEnd) = (Signal(), Signal(), Signal());
        var script = new Script();
        script.On("import", async (run, ct) =>
        {
            if (!run.Recovered)
            {
                await WriteAsync(run, 1);
                begun.SetResult();
                await thaw.Task;
                try
                {
                    await WriteAsync(run, 2);
                }
                catch (RunSupersededException)
                {
                    zombieEnd.TrySetResult();
                    throw;
                }
            }

            await WriteAsync(run, 2);
        });
        await using var a = await TestNode.StartAsync(through, script, "a");
        var id = await a.EnqueueAsync("import");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b");

        relay.Cut();

        var job = await b.UntilAsync(id, JobState.Succeeded);
        (job.Node, job.LostRuns, job.Attempts).ShouldBe(("b", 1, 0));
        relay.Mend();
        thaw.SetResult();
        await zombieEnd.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(async () => (await AttemptsAsync(b, id))[0].Outcome is AttemptOutcome.Superseded);
        var attempts = await AttemptsAsync(b, id);
        attempts.Select(attempt => (attempt.Node, attempt.Outcome)).ShouldBe([("a", AttemptOutcome.Superseded), ("b", AttemptOutcome.Succeeded)]);
        (await ScalarAsync<string>("SELECT GROUP_CONCAT(item ORDER BY item) FROM written")).ShouldBe("1,2");
        (await ScalarAsync<string>("SELECT owner FROM written WHERE item = 2")).ShouldBe(attempts[1].Owner);
        (await b.GetAsync(id)).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_zombies_token_fires_as_soon_as_it_hears_of_its_successor()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        var begun = Signal();
        StopReason? reason = null;
        var script = new Script();
        script.On("long", async (run, ct) =>
        {
            if (run.Recovered)
            {
                return;
            }

            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            finally
            {
                reason = run.StopReason;
            }
        });
        await using var a = await TestNode.StartAsync(through, script, "a");
        var id = await a.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b");

        relay.Freeze();
        await b.UntilAsync(id, JobState.Succeeded);
        relay.Thaw();

        await Eventually.TrueAsync(() => Task.FromResult(reason is StopReason.Superseded), 15);
    }

    [Fact]
    public async Task A_fence_in_an_open_transaction_keeps_the_run_from_being_declared_lost()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        var (begun, commit) = (Signal(), Signal());
        var script = new Script();
        script.On("import", async (run, _) =>
        {
            if (run.Recovered)
            {
                return;
            }

            await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
            await using var tx = await connection.BeginTransactionAsync(CancellationToken.None);
            await run.FenceAsync(tx, CancellationToken.None);
            begun.SetResult();
            await commit.Task;
            await tx.CommitAsync(CancellationToken.None);
        });
        await using var a = await TestNode.StartAsync(through, script, "a");
        var id = await a.EnqueueAsync("import");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b");

        relay.Cut();

        await Task.Delay(TimeSpan.FromSeconds(8));
        (await b.GetAsync(id)).State.ShouldBe(JobState.Running);
        commit.SetResult();
        await b.UntilAsync(id, JobState.Succeeded);
        relay.Mend();
    }

    [Fact]
    public async Task A_frozen_writers_session_ends_by_the_advised_timeout_and_its_write_is_gone()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        await ExecuteAsync("CREATE TABLE written (item INT NOT NULL)");
        var begun = Signal();
        var script = new Script();
        script.On("import", async (run, ct) =>
        {
            if (run.Recovered)
            {
                return;
            }

            await using var connection = await Test.Database.OpenDedicatedAsync(ct);
            await connection.ExecuteAsync("SET SESSION wait_timeout = 2, net_read_timeout = 2");
            await using var tx = await connection.BeginTransactionAsync(ct);
            await run.FenceAsync(tx, ct);
            await connection.ExecuteAsync("INSERT INTO written VALUES (1)", transaction: tx);
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
        });
        await using var a = await TestNode.StartAsync(through, script, "a");
        var id = await a.EnqueueAsync("import");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b");

        relay.Freeze();

        await b.UntilAsync(id, JobState.Succeeded);
        (await ScalarAsync<int>("SELECT COUNT(*) FROM written")).ShouldBe(0);
        relay.Thaw();
    }

    [Fact]
    public async Task One_run_may_write_in_two_transactions_at_once()
    {
        await using var node = await StartAsync();
        node.Script.On("parallel", async (run, ct) =>
        {
            await using var first = await node.Database.OpenAsync(ct);
            await using var firstTx = await first.BeginTransactionAsync(ct);
            await run.FenceAsync(firstTx, ct);
            await using var second = await node.Database.OpenAsync(ct);
            await using var secondTx = await second.BeginTransactionAsync(ct);
            await run.FenceAsync(secondTx, ct);
        });

        await node.UntilAsync(await node.EnqueueAsync("parallel"), JobState.Succeeded, 5);
    }

    [Fact]
    public async Task Neither_heartbeat_nor_cancel_waits_for_a_writers_transaction()
    {
        await using var node = await StartAsync();
        var begun = Signal();
        node.Script.On("writing", async (run, ct) =>
        {
            await using var connection = await node.Database.OpenAsync(ct);
            await using var tx = await connection.BeginTransactionAsync(ct);
            await run.FenceAsync(tx, ct);
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
        });
        var id = await node.EnqueueAsync("writing");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var beat = (await node.GetAsync(id)).HeartbeatAt;

        await Eventually.TrueAsync(async () => (await node.GetAsync(id)).HeartbeatAt > beat, 3);
        await node.Jobs.CancelAsync(id, "ada", null, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(2));

        await node.UntilAsync(id, JobState.Cancelled, 3);
    }

    [Fact]
    public async Task A_job_that_keeps_losing_its_nodes_fails()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        var begun = Signal();
        var script = new Script();
        script.On("poison", (_, _) =>
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, CancellationToken.None);
        });
        await using var a = await TestNode.StartAsync(through, script, "a", [("ShutdownTimeout", "00:00:01")]);
        var id = await a.EnqueueAsync("poison");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var b = await StartAsync(script, "b", ("MaxLostRuns", "1"));

        relay.Cut();

        var job = await b.UntilAsync(id, JobState.Failed);
        job.LostRuns.ShouldBe(1);
        job.LastError.ShouldNotBeNull().ShouldContain("Lost with node a");
        (await ScalarAsync<string?>("SELECT owner FROM job_fences")).ShouldBeNull();
        script.Begun.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_advances_may_lose_more_nodes_than_one_that_does_not()
    {
        var script = new Script();
        var hung = 0;
        script.On("long", async (run, ct) =>
        {
            await run.AdvancedAsync(ct);
            if (Interlocked.Increment(ref hung) <= 3)
            {
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }
        });
        await using var survivor = await StartAsync(script, "survivor", ("MaxLostRuns", "2"), ("Enabled", "false"));
        var id = await survivor.EnqueueAsync("long");
        for (var lost = 1; lost <= 3; lost++)
        {
            // A node that stops without waiting leaves its stubborn job to be found as lost.
            await using var node = await StartAsync(script, $"node {lost}", ("MaxLostRuns", "2"), ("ShutdownTimeout", "00:00:00.1"));
            await Eventually.TrueAsync(() => Task.FromResult(hung == lost), 20);
        }

        await using var last = await StartAsync(script, "last", ("MaxLostRuns", "2"));

        var job = await last.UntilAsync(id, JobState.Succeeded, 20);
        (job.RunNo, job.LostRuns).ShouldBe((4, 0));
    }

    private async Task WriteAsync(IJobRun run, int item)
    {
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync();
        await run.FenceAsync(tx, CancellationToken.None);
        await connection.ExecuteAsync("INSERT INTO written VALUES (@item, @owner)", new { item, owner = run.Owner }, tx);
        await tx.CommitAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await Test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql);
    }
}
