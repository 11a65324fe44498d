using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.ProcessTests.Embedded;

public sealed class HostOnEmbeddedTests : IDisposable
{
    private readonly EmbeddedDirectory _directory = new();

    [Fact]
    public async Task A_verb_starts_the_server_migrates_and_leaves_nothing_running()
    {
        (await RunAsync("db", "verify")).Code.ShouldBe(1);
        (await RunAsync("db", "migrate", "--quiet")).ShouldBe((0, ""));
        (await RunAsync("db", "verify")).ShouldBe((0, "The schema is what this build expects."));

        var (code, status) = await RunAsync("db", "status", "--json");

        code.ShouldBe(0);
        JsonDocument.Parse(status).RootElement.GetProperty("versions").GetArrayLength().ShouldBe(MigrationSet.Embedded.Migrations.Count);
        _directory.Servers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_verb_beside_a_running_host_uses_its_server_and_leaves_it_running()
    {
        await using var host = await ServeAsync();
        var server = _directory.Servers().ShouldHaveSingleItem();

        (await RunAsync("db", "verify")).ShouldBe((0, "The schema is what this build expects."));

        _directory.Servers().ShouldBe([server]);
        await host.SignalAsync("TERM");
        (await host.ExitCodeAsync()).ShouldBe(0, host.Output);
        _directory.Servers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_killed_host_leaves_a_server_that_the_next_one_takes_over_and_stops()
    {
        var killed = await ServeAsync();
        var server = _directory.Servers().ShouldHaveSingleItem();
        await killed.KillAsync();
        await killed.DisposeAsync();
        _directory.Servers().ShouldBe([server]);

        await using var host = await ServeAsync();

        _directory.Servers().ShouldBe([server]);
        await host.SignalAsync("INT");
        (await host.ExitCodeAsync()).ShouldBe(0, host.Output);
        _directory.Servers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_whose_server_was_killed_too_recovers_at_the_next_start()
    {
        var killed = await ServeAsync();
        await killed.KillAsync();
        await killed.DisposeAsync();
        using (var server = Process.GetProcessById(_directory.Servers().ShouldHaveSingleItem()))
        {
            server.Kill();
        }

        (await RunAsync("db", "verify")).ShouldBe((0, "The schema is what this build expects."));
    }

    [Fact]
    public async Task A_host_keeps_serving_when_its_server_is_killed()
    {
        await using var host = await ServeAsync();
        var url = Url(host);
        using var client = new HttpClient();
        using (var server = Process.GetProcessById(_directory.Servers().ShouldHaveSingleItem()))
        {
            server.Kill();
        }

        var status = await EmbeddedDirectory.EventuallyAsync(
            async () => _directory.Servers().Count is 1 ? (int)(await client.GetAsync(new Uri($"{url}/health/ready"))).StatusCode : 0, code => code is 200);

        status.ShouldBe(200, host.Output);
    }

    [Fact]
    public async Task Killed_at_any_moment_of_its_first_start_the_next_one_gets_through()
    {
        foreach (var milliseconds in new[] { 150, 400, 700, 1000, 1400, 1900, 2600 })
        {
            await using var host = HostProcess.Start(["db", "migrate"], Settings());
            await Task.Delay(milliseconds);
            await host.KillAsync();
        }

        var (code, output) = await RunAsync("db", "migrate");

        code.ShouldBe(0, output);
        (await RunAsync("db", "verify")).ShouldBe((0, "The schema is what this build expects."));
        _directory.Servers().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unreachable_database_has_an_exit_code_of_its_own()
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__ThemePark"] = string.Create(CultureInfo.InvariantCulture, $"Server=127.0.0.1;Port={MariaDbProcess.FreePort()};User ID=a;Password=b;Database=c"),
        };
        await using var host = HostProcess.Start(["db", "status"], settings);

        (await host.ExitCodeAsync()).ShouldBe(12);
        host.Output.ShouldStartWith("The database cannot be reached");
    }

    public void Dispose() => _directory.Dispose();

    private static string Url(HostProcess host) => host.Output.Split('\n').First(line => line.StartsWith("Serving ", StringComparison.Ordinal)).Split(' ', ',')[1].TrimEnd('.');

    private Dictionary<string, string> Settings() => new()
    {
        ["DataDirectory"] = _directory.Data,
        ["Schedules__collect__Enabled"] = "false",
        ["Schedules__schedules__Enabled"] = "false",
        ["Schedules__rollup__Enabled"] = "false",
        ["Schedules__metadata__Enabled"] = "false",
        ["Schedules__quality__Enabled"] = "false",
        ["Schedules__quality-daily__Enabled"] = "false",
        ["Schedules__quality-weekly__Enabled"] = "false",
        ["Schedules__storage__Enabled"] = "false",
        ["Schedules__storage-alerts__Enabled"] = "false",
        ["Schedules__watch__Enabled"] = "false",
    };

    private async Task<HostProcess> ServeAsync()
    {
        var host = HostProcess.Start(["serve", "--urls", "http://127.0.0.1:0"], Settings());
        await host.LineAsync("Serving ");
        return host;
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var host = HostProcess.Start(arguments, Settings());
        return (await host.ExitCodeAsync(), host.Output);
    }
}
