using System.Diagnostics;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class EnqueueTests : JobsTests
{
    [Fact]
    public async Task On_the_same_node_a_job_starts_within_250_ms_without_waiting_for_a_poll()
    {
        await using var node = await StartAsync(settings: ("DispatchInterval", "00:00:10"));

        (await FastestStartAsync(node, node, transaction: false)).ShouldBeLessThan(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task A_job_of_a_transaction_starts_within_250_ms_of_the_commit()
    {
        await using var node = await StartAsync(settings: ("DispatchInterval", "00:00:10"));

        (await FastestStartAsync(node, node, transaction: true)).ShouldBeLessThan(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task A_node_without_an_engine_enqueues_and_another_starts_the_job_within_a_second()
    {
        await using var worker = await StartAsync(name: "worker");
        await using var web = await StartAsync(worker.Script, "web", ("Enabled", "false"));

        (await FastestStartAsync(web, worker, transaction: false)).ShouldBeLessThan(TimeSpan.FromSeconds(1));

        web.Engine.Started.ShouldBeFalse();
        worker.Script.Begun.Select(b => b.Node).ShouldAllBe(n => n == "worker");
    }

    [Fact]
    public async Task A_rolled_back_enqueue_leaves_nothing()
    {
        await using var node = await StartAsync();
        JobId id;
        await using (var connection = await node.Database.OpenAsync(CancellationToken.None))
        {
            await using var tx = await connection.BeginTransactionAsync();
            id = await node.Jobs.EnqueueAsync(new Work("ghost"), null, tx, CancellationToken.None);
            await Task.Delay(600);
            await tx.RollbackAsync();
        }

        await Task.Delay(600);
        (await node.Jobs.GetAsync(id, CancellationToken.None)).ShouldBeNull();
        (await ScalarAsync<int>("SELECT (SELECT COUNT(*) FROM jobs) + (SELECT COUNT(*) FROM QRTZ_TRIGGERS)")).ShouldBe(0);
        node.Script.Begun.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_does_not_start_before_its_transaction_commits()
    {
        await using var node = await StartAsync();
        await using var connection = await node.Database.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync();
        var id = await node.Jobs.EnqueueAsync(new Work("patient"), null, tx, CancellationToken.None);
        await Task.Delay(700);
        node.Script.Begun.ShouldBeEmpty();

        await tx.CommitAsync();

        await node.UntilAsync(id, JobState.Succeeded);
    }

    [Fact]
    public async Task An_open_transaction_with_an_enqueue_holds_up_nobody()
    {
        await using var node = await StartAsync();
        await using var connection = await node.Database.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync();
        await node.Jobs.EnqueueAsync(new Work("held"), null, tx, CancellationToken.None);

        var other = await node.EnqueueAsync("other");

        await node.UntilAsync(other, JobState.Succeeded, 2);
        await tx.RollbackAsync();
    }

    [Theory]
    [InlineData(OnDuplicate.ReturnExisting)]
    [InlineData(OnDuplicate.Throw)]
    public async Task Ten_parallel_enqueues_of_one_key_on_two_nodes_are_one_job_and_one_run(OnDuplicate onDuplicate)
    {
        var go = Signal();
        await using var a = await StartAsync(name: "a");
        await using var b = await StartAsync(a.Script, "b");
        a.Script.On("single", (_, ct) => go.Task.WaitAsync(ct));
        var options = new JobOptions { UniqueKey = "destination:42", OnDuplicate = onDuplicate };

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            try
            {
                return (Id: await (i % 2 == 0 ? a : b).EnqueueAsync("single", options), Duplicate: false);
            }
            catch (DuplicateJobException e)
            {
                return (Id: e.Existing, Duplicate: true);
            }
        }));

        var id = answers.Select(answer => answer.Id).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => answer.Duplicate).ShouldBe(onDuplicate is OnDuplicate.Throw ? 9 : 0);
        go.SetResult();
        await a.UntilAsync(id, JobState.Succeeded);
        a.Script.Begun.Count(run => run.Name == "single").ShouldBe(1);
        (await a.EnqueueAsync("single", options)).ShouldNotBe(id);
    }

    [Fact]
    public async Task A_taken_key_inside_a_transaction_is_answered_and_the_transaction_goes_on()
    {
        await using var web = await StartAsync(settings: ("Enabled", "false"));
        var options = new JobOptions { UniqueKey = "k", OnDuplicate = OnDuplicate.ReturnExisting };
        await using var connection = await web.Database.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync();
        await web.Jobs.EnqueueAsync(new Work("mine"), null, tx, CancellationToken.None);
        var first = await web.EnqueueAsync("first", options);

        (await web.Jobs.EnqueueAsync(new Work("second"), options, tx, CancellationToken.None)).ShouldBe(first);

        await tx.CommitAsync();
        (await ScalarAsync<int>("SELECT COUNT(*) FROM jobs")).ShouldBe(2);
    }

    [Fact]
    public async Task Keys_are_compared_byte_by_byte()
    {
        await using var web = await StartAsync(settings: ("Enabled", "false"));
        var lower = await web.EnqueueAsync("x", new JobOptions { UniqueKey = "park" });

        (await web.EnqueueAsync("x", new JobOptions { UniqueKey = "Park" })).ShouldNotBe(lower);
    }

    [Fact]
    public async Task A_retry_whose_key_is_taken_by_now_is_refused()
    {
        await using var web = await StartAsync(settings: ("Enabled", "false"));
        var options = new JobOptions { UniqueKey = "k" };
        var old = await web.EnqueueAsync("x", options);
        await web.Jobs.CancelAsync(old, "ada", null, CancellationToken.None);
        var young = await web.EnqueueAsync("x", options);

        var refused = await Should.ThrowAsync<DuplicateJobException>(async () => await web.Jobs.RetryAsync(old, "ada", CancellationToken.None));

        refused.Existing.ShouldBe(young);
        (await web.GetAsync(old)).State.ShouldBe(JobState.Cancelled);
    }

    [Fact]
    public async Task A_job_the_engine_lost_is_told_again()
    {
        await using var node = await StartAsync(settings: ("OrphanAfter", "00:00:01"));
        await node.UntilAsync(await node.EnqueueAsync("warm-up"), JobState.Succeeded);
        await using var web = await StartAsync(node.Script, "web", ("Enabled", "false"));

        // A node that died between taking the row and telling the engine leaves exactly this.
        await using (var connection = await Test.Database.OpenAsync(CancellationToken.None))
        {
            await using var tx = await connection.BeginTransactionAsync();
            await web.Jobs.EnqueueAsync(new Work("orphan"), null, tx, CancellationToken.None);
            await Dapper.SqlMapper.ExecuteAsync(connection, "UPDATE jobs SET dispatched_at = UTC_TIMESTAMP(3) WHERE state = 'ENQUEUED'", transaction: tx);
            await tx.CommitAsync();
        }

        await Eventually.TrueAsync(() => Task.FromResult(node.Script.Done.Any(d => d.Name == "orphan")), 6);
    }

    // The best of a few: a loaded test machine may be slow once, a polling engine is slow always.
    private static async Task<TimeSpan> FastestStartAsync(TestNode enqueuer, TestNode runner, bool transaction)
    {
        var starts = new List<long>();
        runner.Script.On("quick", (_, _) =>
        {
            starts.Add(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        });
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 6; i++)
        {
            long before;
            JobId id;
            if (transaction)
            {
                await using var connection = await enqueuer.Database.OpenAsync(CancellationToken.None);
                await using var tx = await connection.BeginTransactionAsync();
                id = await enqueuer.Jobs.EnqueueAsync(new Work("quick"), null, tx, CancellationToken.None);
                await Task.Delay(100);
                before = Stopwatch.GetTimestamp();
                await tx.CommitAsync();
            }
            else
            {
                before = Stopwatch.GetTimestamp();
                id = await enqueuer.EnqueueAsync("quick");
            }

            await enqueuer.UntilAsync(id, JobState.Succeeded, 15);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(before, starts[^1]).Ticks));
        }

        return best;
    }
}
