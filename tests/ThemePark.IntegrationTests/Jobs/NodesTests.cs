using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class NodesTests : JobsTests
{
    [Fact]
    public async Task Nodes_sign_and_show_what_they_run_and_a_stop_is_told_from_a_silence()
    {
        var begun = Signal();
        var script = new Script();
        script.On("long", async (run, ct) =>
        {
            run.Progress(0.25, "a quarter");
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
        });
        await using var a = await StartAsync(script, "a", ("Workers", "3"), ("Queues:imports:Cluster", "1"));
        var id = await a.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using var web = await StartAsync(script, "web", ("Enabled", "false"));
        await using var b = await StartAsync(script, "b");
        await UntilAsync(a, "b", "ALIVE");
        await UntilAsync(a, "web", "ALIVE");
        await Eventually.TrueAsync(async () => (await NodeAsync(a, "a"))!.Jobs.SingleOrDefault()?.Progress is not null);

        var busy = (await NodeAsync(a, "a"))!;
        (busy.State, busy.RunsJobs, busy.Workers, busy.Host).ShouldBe(("ALIVE", true, 3, Environment.MachineName));
        busy.Queues["imports"].Cluster.ShouldBe(1);
        busy.Version.ShouldNotBeNullOrEmpty();
        busy.HeartbeatAgeSeconds.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(0);
        var job = busy.Jobs.ShouldHaveSingleItem();
        (job.JobId, job.Name, job.Progress, job.ProgressNote).ShouldBe((id.ToString(), "test.work.v1", 0.25, "a quarter"));
        job.Since.ShouldBe((await AttemptsAsync(a, id))[0].StartedAt);
        (await NodeAsync(a, "web"))!.RunsJobs.ShouldBe(false);
        (await NodeAsync(a, "b"))!.Jobs.ShouldBeEmpty();

        await b.StopAsync();
        var stopped = (await NodeAsync(a, "b"))!;
        stopped.State.ShouldBe("STOPPED");
        stopped.StoppedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Silence_makes_a_node_late_and_then_lost_and_one_that_never_signed_is_unknown()
    {
        var script = new Script();
        var begun = Signal();
        script.On("long", UntilStopped(begun));
        await using var a = await StartAsync(script, "a");
        var id = await a.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var nodes = a.Services.GetRequiredService<NodeStore>();
        foreach (var (name, silence) in ((string, int)[])[("late", 3), ("lost", 60), ("old", 8 * 86_400)])
        {
            await nodes.SignAsync(new NodeSignature(name, "elsewhere", "1", true, 20, "{}"), started: true, CancellationToken.None);
            await ScalarAsync<int>($"UPDATE job_nodes SET heartbeat_at = UTC_TIMESTAMP(3) - INTERVAL {silence} SECOND WHERE node = '{name}'");
        }

        // The clock of the limits is the database's: half of Jobs:DeadAfter is 2 s, all of it 4 s.
        var list = await ListAsync(a);
        (list.LateAfterSeconds, list.LostAfterSeconds).ShouldBe((2, 4));
        list.Data.Single(n => n.Name == "late").State.ShouldBeOneOf("LATE", "LOST");
        list.Data.Single(n => n.Name == "lost").State.ShouldBe("LOST");

        await ScalarAsync<int>($"UPDATE jobs SET node = 'older' WHERE job_id = '{id}'");
        var unknown = (await NodeAsync(a, "older"))!;
        (unknown.State, unknown.HeartbeatAt, unknown.RunsJobs, unknown.Workers).ShouldBe(("UNKNOWN", null, null, null));
        unknown.Jobs.ShouldHaveSingleItem().JobId.ShouldBe(id.ToString());

        await using var b = await StartAsync(script, "b");
        await UntilAsync(b, "b", "ALIVE");
        await Eventually.TrueAsync(async () => await NodeAsync(b, "old") is null);
        (await NodeAsync(b, "lost")).ShouldNotBeNull();
    }

    private static async Task UntilAsync(TestNode node, string name, string state) => await Eventually.TrueAsync(async () => (await NodeAsync(node, name))?.State == state);

    private static async Task<ListNodes.Node?> NodeAsync(TestNode node, string name) => (await ListAsync(node)).Data.SingleOrDefault(n => n.Name == name);

    private static async Task<ListNodes.Result> ListAsync(TestNode node) => (await node.Services.SendAsync(new ListNodes.Query())).Value;
}
