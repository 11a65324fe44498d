using System.Diagnostics;
using System.Globalization;
using Shouldly;
using ThemePark.Testing;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.ProcessTests.Import;

[Collection("import processes")]
public sealed class TakeOverTests(ImportArchive archive, ITestOutputHelper output)
{
    [Fact]
    [Trait("Category", "Drill")]
    public async Task An_import_whose_host_is_killed_is_taken_over_within_10_s_by_another()
    {
        await using var scene = await ImportScene.CreateAsync(archive);
        var (worker, other) = await BeginAsync(scene);

        await worker.Host.KillAsync();

        var taken = await scene.UntilAsync(() => HasRunAsync(scene, other.Node), 30, $"{other.Node} takes the import over");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Taken over after {taken.TotalSeconds:0.0} s"));
        taken.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await scene.UntilImportedAsync();
        await scene.ShouldBeUndisturbedAsync();
    }

    [Fact]
    [Trait("Category", "Drill")]
    public async Task A_host_that_was_frozen_for_longer_than_its_lease_writes_nothing_when_it_wakes_up()
    {
        await using var scene = await ImportScene.CreateAsync(archive);
        var (worker, other) = await BeginAsync(scene);
        var frozen = Stopwatch.StartNew();

        await worker.Host.SignalAsync("STOP");
        await scene.UntilAsync(() => HasRunAsync(scene, other.Node), 30, $"{other.Node} takes the import over");
        if (TimeSpan.FromSeconds(12) - frozen.Elapsed is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest);
        }

        await worker.Host.SignalAsync("CONT");

        await scene.UntilImportedAsync();
        await scene.UntilAsync(
            async () => await scene.OneAsync<string>("SELECT outcome FROM job_attempts WHERE node = @Node", new { worker.Node }) == "SUPERSEDED", 30, "the frozen host hears of it");
        await scene.ShouldBeUndisturbedAsync();
        worker.Host.HasExited.ShouldBeFalse(ImportScene.Tail(worker.Host));
        (await scene.OneAsync<string>("SELECT state FROM jobs WHERE job_name = 'import.run.v1'")).ShouldBe("SUCCEEDED", await scene.ReportAsync());
    }

    [Fact]
    public async Task A_host_that_is_told_to_stop_hands_its_imports_over_and_leaves_cleanly()
    {
        await using var scene = await ImportScene.CreateAsync(archive);
        var stopped = await scene.StartedHostAsync("stopped");
        await scene.ImportAsync("--all");
        await scene.UntilAsync(async () => await scene.DoneFilesAsync() >= 3, 60, "the import is under way");

        await stopped.SignalAsync("TERM");

        (await stopped.ExitCodeAsync(TimeSpan.FromSeconds(40))).ShouldBe(0, ImportScene.Tail(stopped));
        (await scene.QueryAsync<string>("SELECT DISTINCT outcome FROM job_attempts")).ShouldBe(["HANDED_BACK"], await scene.ReportAsync());
        (await scene.QueryAsync<string>("SELECT DISTINCT status FROM import_checkpoints ORDER BY status")).ShouldBeSubsetOf(["INTERRUPTED", "PENDING"]);
        await scene.StartedHostAsync("next");
        await scene.UntilImportedAsync();
        await scene.ShouldBeUndisturbedAsync();
    }

    private static async Task<bool> HasRunAsync(ImportScene scene, string node) =>
        await scene.OneAsync<long>("SELECT COUNT(*) FROM job_attempts WHERE node = @node", new { node }) > 0;

    /// <summary>Two hosts, one of them at work on the only import.</summary>
    private async Task<((string Node, HostProcess Host) Worker, (string Node, HostProcess Host) Other)> BeginAsync(ImportScene scene)
    {
        var a = ("a", scene.StartHost("a"));
        var b = ("b", scene.StartHost("b"));
        await a.Item2.LineAsync("Running jobs.");
        await b.Item2.LineAsync("Running jobs.");
        await scene.ImportAsync("--destination", archive.Destinations[0]);
        await scene.UntilAsync(async () => await scene.DoneFilesAsync() >= 3, 60, "the import is under way");
        return await scene.OneAsync<string>("SELECT node FROM job_attempts") == "a" ? (a, b) : (b, a);
    }
}
