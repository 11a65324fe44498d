using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;
using Xunit.Abstractions;

namespace ThemePark.ProcessTests.Operations;

/// <summary>Releases on one machine: real processes, real links, a real database, and the shell commands an operator would configure.</summary>
public sealed class DeployTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string StartScript = "start.sh";
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"themepark-deploy-{Guid.NewGuid():n}");
    private readonly int _port = MariaDbProcess.FreePort();
    private int _readySeconds = 120;
    private TestDatabase _test = null!;

    public async Task InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync(migrate: false);
        Release("one", "exec \"$(dirname \"$0\")/ThemePark.Host\" serve");
        Release("two", "exec \"$(dirname \"$0\")/ThemePark.Host\" serve");
        Release("broken", "exec sleep 600");
    }

    public async Task DisposeAsync()
    {
        await ShellAsync(Stop);
        await _test.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    [Trait("Category", "Drill")]
    public async Task A_release_is_put_in_place_taken_back_when_it_is_not_ready_gone_on_with_after_a_kill_and_rolled_back_by_hand()
    {
        (await RunAsync("deploy", "plan", "none")).Output.ShouldContain("is not whole");
        (await RunAsync("deploy", "run", "one", "--why", "the first")).Code.ShouldBe(0);
        Current().ShouldBe("one");
        await ShouldServeAsync();

        // Not ready: everything is taken back by itself, and the release before serves again.
        // Long enough for the way back, which waits for the release before.
        _readySeconds = 45;
        var (code, told) = await RunAsync("deploy", "run", "broken");
        _readySeconds = 120;
        code.ShouldBe(1, told);
        Runbook.ShouldExplain(
            "DEPLOYMENT_FAILED", "switch.ready: …health/ready has not said that it is ready within … s. Everything was taken back.", "exit 1", Said(told, "DEPLOYMENT_FAILED"));
        Current().ShouldBe("one");
        await ShouldServeAsync();
        var broken = await StatusAsync();
        broken.GetProperty("state").GetString().ShouldBe("ROLLED_BACK");
        ShouldBeBackInTime("Taken back by itself", broken);

        // Killed between two steps: the next run goes on where it was.
        await KillDuringAsync("switch.stop", "deploy", "run", "two");
        Runbook.ShouldExplain(
            "DEPLOYMENT_FAILED",
            "Deployment … of release … was interrupted: run it again, or take it back with `deploy rollback`.",
            "exit 1",
            Said((await RunAsync("deploy", "run", "one")).Output, "DEPLOYMENT_FAILED"));
        (code, told) = await RunAsync("deploy", "run", "two");
        code.ShouldBe(0, told);
        Current().ShouldBe("two");
        await ShouldServeAsync();
        var two = await StatusAsync();
        two.GetProperty("state").GetString().ShouldBe("COMPLETED");
        Evidence(two, "backup.verify", "compared").ShouldBe("checksum of every table with the source");
        Evidence(two, "switch.serve", "downtime_seconds").ShouldStartWith("unknown");
        two.GetProperty("steps").EnumerateArray().ShouldAllBe(s => s.GetProperty("status").GetString() == "DONE");
        Runbook.ShouldExplain(
            "CONTRACT_FAILED",
            "Release … runs since … UTC; what the one before needs may be taken away from … UTC on.",
            "exit 1",
            Said((await RunAsync("deploy", "contract")).Output, "CONTRACT_FAILED"));

        // By hand, with the data of before.
        (code, told) = await RunAsync("deploy", "rollback", "--restore", "--why", "the drill");
        code.ShouldBe(0, told);
        Current().ShouldBe("one");
        await ShouldServeAsync();
        var back = await StatusAsync();
        back.GetProperty("state").GetString().ShouldBe("ROLLED_BACK");
        ShouldBeBackInTime("Rolled back by hand, data restored", back);
        Evidence(back, "restore.database", "previous").ShouldStartWith(_test.Name);
        (await RunAsync("deploy", "rollback")).Output.ShouldContain("There is no deployment");

        // Undisturbed: the downtime is measured.
        (code, told) = await RunAsync("deploy", "run", "two", "--keep-collecting");
        code.ShouldBe(0, told);
        var downtime = double.Parse(Evidence(await StatusAsync(), "switch.serve", "downtime_seconds"), CultureInfo.InvariantCulture);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Downtime of a release: {downtime:0.0} s"));
        downtime.ShouldBeInRange(0.1, 120);
    }

    private void ShouldBeBackInTime(string how, JsonElement deployment)
    {
        var seconds = deployment.GetProperty("rollback_seconds").GetDouble();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{how} in {seconds:0.0} s"));
        seconds.ShouldBeLessThan(600);
    }

    private string Stop => $"if [ -e {_root}/pid ]; then kill -TERM $(cat {_root}/pid) 2>/dev/null; while kill -0 $(cat {_root}/pid) 2>/dev/null; do sleep 0.1; done; rm -f {_root}/pid; fi";

    private string Start => $"setsid sh {_root}/current/{StartScript} >>{_root}/host.log 2>&1 </dev/null & echo $! >{_root}/pid";

    private Dictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["ConnectionStrings__ThemePark"] = _test.ConnectionString,
        ["DataDirectory"] = Path.Combine(_root, "data"),
        ["urls"] = Url.ToString(),
        ["Deploy__Root"] = _root,
        ["Deploy__StartCommand"] = Start,
        ["Deploy__StopCommand"] = Stop,
        ["Deploy__Url"] = Url.ToString(),
        ["Deploy__ReadySeconds"] = _readySeconds.ToString(CultureInfo.InvariantCulture),
        ["Deploy__ObserveSeconds"] = "2",
        // Whatever else this machine does meanwhile; the rule has tests of its own.
        ["Deploy__MostSlowdown"] = "1000",
    }.WithQuietSchedules();

    private Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    // A verb's last word but the link to the runbook.
    private static string Said(string text, string code) => text.Split('\n').Single(l => l.EndsWith($" ({code})", StringComparison.Ordinal))[..^$" ({code})".Length];

    private string Current() => Path.GetFileName(new DirectoryInfo(Path.Combine(_root, "current")).LinkTarget!);

    private static string Evidence(JsonElement deployment, string step, string name) => deployment.GetProperty("steps").EnumerateArray()
        .Single(s => s.GetProperty("step").GetString() == step).GetProperty("evidence").GetProperty(name).GetString()!;

    // As published: the program and what it needs, by links to the build.
    private void Release(string name, string script)
    {
        var directory = Path.Combine(_root, "releases", name);
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory))
        {
            File.CreateSymbolicLink(Path.Combine(directory, Path.GetFileName(file)), file);
        }

        File.WriteAllText(Path.Combine(directory, StartScript), script + "\n");
    }

    private async Task<JsonElement> StatusAsync()
    {
        var (code, told) = await RunAsync("deploy", "status", "--json");
        code.ShouldBe(0, told);
        return JsonSerializer.Deserialize<JsonElement>(told).GetProperty("data")[0];
    }

    private async Task ShouldServeAsync()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(Url, "/api/search/index"));
        answer.IsSuccessStatusCode.ShouldBeTrue(await File.ReadAllTextAsync(Path.Combine(_root, "host.log")));
    }

    private async Task KillDuringAsync(string step, params string[] arguments)
    {
        await using var host = HostProcess.Start(arguments, Settings);
        await host.LineAsync($"STARTED\t{step}");
        await host.KillAsync();
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var host = HostProcess.Start(arguments, Settings);
        return (await host.ExitCodeAsync(TimeSpan.FromMinutes(5)), host.Output);
    }

    private static async Task ShellAsync(string command)
    {
        using var shell = Process.Start("/bin/sh", ["-c", command]);
        await shell.WaitForExitAsync();
    }
}
