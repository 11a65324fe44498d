using System.Globalization;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.ProcessTests.Import;

[Collection("import processes")]
public sealed class KillTests(ImportArchive archive, ITestOutputHelper output)
{
    private const int Kills = 22;

    [Fact]
    [Trait("Category", "Drill")]
    public async Task Killed_22_times_at_random_the_imports_complete_as_if_nothing_had_been()
    {
        var seed = Random.Shared.Next();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}"));
        var random = new Random(seed);
        await using var scene = await ImportScene.CreateAsync(archive);
        await scene.ImportAsync("--all");
        // Two of the kills hit the server: once a while before the host, once together with it.
        var serverOnly = random.Next(3, 10);
        var both = random.Next(12, 19);
        var total = 0L;

        for (var kill = 1; kill <= Kills; kill++)
        {
            // Dead nodes are noticed sooner than by default: the test is about what they leave.
            var node = string.Create(CultureInfo.InvariantCulture, $"node {kill}");
            var host = scene.StartHost(
                node, ("Jobs__HeartbeatInterval", "00:00:00.3"), ("Jobs__DeadAfter", "00:00:01.5"), ("Jobs__Queues__imports__PerNode", "3"));
            await scene.UntilAsync(
                async () => await scene.OneAsync<long>("SELECT COUNT(*) FROM job_attempts WHERE node = @node", new { node }) > 0 || await scene.OpenImportsAsync() == 0,
                60,
                $"{node} takes an import over");
            (await scene.OpenImportsAsync()).ShouldBeGreaterThan(0, string.Create(CultureInfo.InvariantCulture, $"Kill {kill} of seed {seed} comes too late: nothing is left to do."));
            // Many die before a cold process commits its first day. A job that loses five runs in a row without getting further is poison, by design: one that
            // has lost two is let get further, also one that still waits: it may begin just before the kill.
            await scene.UntilAsync(
                async () => await scene.OneAsync<long>("SELECT COUNT(*) FROM jobs WHERE state IN ('ENQUEUED', 'SCHEDULED', 'RUNNING') AND lost_runs >= 2") == 0 || await scene.OpenImportsAsync() == 0,
                60,
                $"every import of {node} gets further");

            total = Math.Max(total, await scene.OneAsync<long>("SELECT COUNT(*) FROM import_files"));
            var share = total == 0 ? 1 : (double)await scene.PendingFilesAsync() / total;
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 1500 * share));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Kill {kill} with {share:P0} of the files to come"));
            if (kill == serverOnly)
            {
                await archive.Server.KillAsync();
                await Task.Delay(random.Next(100, 1500));
                await archive.Server.StartAgainAsync();
                var before = await scene.DoneFilesAsync();
                await scene.UntilAsync(async () => await scene.DoneFilesAsync() > before || await scene.OpenImportsAsync() == 0, 60, $"{node} goes on after its server came back");
            }

            if (kill == both)
            {
                await archive.Server.KillAsync();
            }

            await host.KillAsync();
            if (kill == both)
            {
                await archive.Server.StartAgainAsync();
            }
        }

        scene.StartHost("last", ("Jobs__DeadAfter", "00:00:02"));
        await scene.UntilImportedAsync();

        output.WriteLine(await scene.ReportAsync());
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM job_attempts WHERE outcome = 'LOST'")).ShouldBeGreaterThan(10);
        await scene.ShouldBeUndisturbedAsync();
    }
}
