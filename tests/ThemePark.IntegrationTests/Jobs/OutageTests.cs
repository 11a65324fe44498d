using System.Diagnostics;
using Shouldly;
using ThemePark.Jobs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Jobs;

public sealed class OutageTests : JobsTests
{
    [Fact]
    public async Task A_node_that_finds_no_database_stays_up_and_runs_jobs_once_there_is_one()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        relay.Cut();
        await using var node = await TestNode.StartAsync(through, wait: false);
        await using var web = await StartAsync(node.Script, "web", ("Enabled", "false"));
        var id = await web.EnqueueAsync("waiting");
        await Task.Delay(TimeSpan.FromSeconds(3));
        node.Engine.Started.ShouldBeFalse();

        relay.Mend();

        await web.UntilAsync(id, JobState.Succeeded, 20);
    }

    [Fact]
    public async Task An_outage_longer_than_the_death_limit_neither_loses_nor_doubles_a_run_on_two_nodes()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        var (begun, go) = (Signal(), Signal());
        var script = new Script();
        script.On("long", async (_, ct) =>
        {
            begun.TrySetResult();
            await go.Task.WaitAsync(ct);
        });
        await using var a = await TestNode.StartAsync(through, script, "a");
        await using var b = await TestNode.StartAsync(through, script, "b");
        var id = await a.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        relay.Cut();
        await Task.Delay(TimeSpan.FromSeconds(9));
        relay.Mend();
        await Task.Delay(TimeSpan.FromSeconds(9));
        go.SetResult();

        var job = await a.UntilAsync(id, JobState.Succeeded);
        (job.RunNo, job.LostRuns).ShouldBe((1, 0));
        script.Begun.Count.ShouldBe(1);
        var after = await b.EnqueueAsync("after");
        await b.UntilAsync(after, JobState.Succeeded);
    }

    [Fact]
    public async Task A_job_that_ends_while_the_database_is_away_is_recorded_when_it_is_back()
    {
        await using var relay = TcpRelay.To(Test.ConnectionString, out var through);
        var (begun, go) = (Signal(), Signal());
        await using var node = await TestNode.StartAsync(through);
        node.Script.On("long", async (run, ct) =>
        {
            begun.TrySetResult();
            await go.Task.WaitAsync(ct);
            run.Progress(1, "all");
        });
        var id = await node.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        relay.Cut();
        go.SetResult();
        await Task.Delay(TimeSpan.FromSeconds(6));
        relay.Mend();

        (await node.UntilAsync(id, JobState.Succeeded)).RunNo.ShouldBe(1);
        node.Script.Begun.Count.ShouldBe(1);
        (await node.GetAsync(id)).ProgressNote.ShouldBe("all");
    }

    [Fact]
    public async Task A_database_killed_and_restarted_in_the_middle_of_a_job_changes_nothing()
    {
        await using var server = await MariaDbServer.StartAsync();
        var test = await server.CreateDatabaseAsync();
        var (begun, go) = (Signal(), Signal());
        var script = new Script();
        script.On("long", async (_, ct) =>
        {
            begun.TrySetResult();
            await go.Task.WaitAsync(ct);
        });
        await using var a = await TestNode.StartAsync(test.ConnectionString, script, "a");
        await using var b = await TestNode.StartAsync(test.ConnectionString, script, "b");
        var id = await a.EnqueueAsync("long");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));

        using var second = await KillAndStartAsync(server.ProcessId);
        try
        {
            await Eventually.TrueAsync(async () => await IsUpAsync(test), 30);
            go.SetResult();

            (await a.UntilAsync(id, JobState.Succeeded, 20)).RunNo.ShouldBe(1);
            var after = await b.EnqueueAsync("after");
            await b.UntilAsync(after, JobState.Succeeded, 20);
            script.Begun.Count(run => run.Name == "long").ShouldBe(1);
        }
        finally
        {
            await test.DisposeAsync();
            second.Kill();
        }
    }

    private static async Task<Process> KillAndStartAsync(int processId)
    {
        var line = (await File.ReadAllTextAsync($"/proc/{processId}/cmdline")).TrimEnd('\0').Split('\0');
        using var first = Process.GetProcessById(processId);
        first.Kill();
        await first.WaitForExitAsync();
        return Process.Start(new ProcessStartInfo(line[0], line[1..]))!;
    }

    private static async Task<bool> IsUpAsync(TestDatabase test)
    {
        try
        {
            await using var connection = await test.Database.OpenAsync(CancellationToken.None);
            return true;
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }
}
