using System.Net;
using System.Net.Sockets;
using Shouldly;
using ThemePark.Host.Cli;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Host.Runbooks;

/// <summary>What the program says that does not start, or that a verb ends with; with the link to the runbook.</summary>
public sealed class ProgramErrorTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    [Theory]
    [InlineData("SETTING_INVALID", "Setting ConnectionStrings:ThemePark cannot be used. …", "ConnectionStrings:ThemePark", "nonsense")]
    [InlineData("SETTING_INVALID", "Setting Archive:… must be ….", "Archive:Parallelism", "0")]
    [InlineData("SETTING_INVALID", "Setting Import:… must be …; it is ….", "Import:CheckpointInterval", "0")]
    [InlineData("SETTING_INVALID", "Setting Upstream:… must be ….", "Upstream:Parallel", "0")]
    [InlineData("SETTING_INVALID", "Setting Legacy:ConnectionString cannot be used. …", "Legacy:ConnectionString", "nonsense")]
    [InlineData("SETTING_INVALID", "Setting TrustedProxies: '…' is neither an address, such as 10.0.0.7, nor a network, such as 10.1.0.0/16.", "TrustedProxies:0", "the-balancer")]
    [InlineData("SETTING_INVALID", "Setting Schedules:…: …", "Schedules:collect:Cron", "often")]
    [InlineData("SETTING_INVALID", "Setting Storage:Alerts:… must not be above Storage:Alerts:….", "Storage:Alerts:CapacityWarningPercent", "90")]
    [InlineData("SETTING_INVALID", "DataAnnotation validation failed for '…' members: '…' with the error: '…'.", "Jobs:Workers", "0")]
    [InlineData("SETTING_INVALID", "Failed to convert configuration value '…' at '…' to type '…'.", "Jobs:Workers", "many")]
    [InlineData("SETTING_INVALID", "Admin:Keys:…:Key must have at least 16 characters.", "Admin:Keys:0:Key", "short")]
    [InlineData("ADDRESS_REFUSED", "An address of `urls` or --urls cannot be listened on: …", "Kestrel:Endpoints:Other:Url", "http://192.0.2.1:0")]
    public async Task A_setting_the_program_cannot_start_with_is_named(string code, string message, string setting, string value)
    {
        var refused = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var app = await TestApp.StartAsync(database.Test, (setting, value));
        });

        CliErrors.Of(refused).ShouldExplain(code, message, "exit 1");
        ExitCodes.Of(refused).ShouldBe(ExitCodes.Failed);
    }

    [Fact]
    public async Task An_address_somebody_has_is_named_and_free_when_they_have_gone()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var (code, said) = await ServeAsync(address);
        code.ShouldBe(1);
        Explained("ADDRESS_REFUSED", said).ShouldExplain("ADDRESS_REFUSED", "Failed to bind to address …: address already in use.", "exit 1");

        taken.Stop();
        await using var host = Start(["serve", "--urls", address]);
        await host.LineAsync("Serving");
        await host.SignalAsync("TERM");
        (await host.ExitCodeAsync()).ShouldBe(0, host.Output);
    }

    [Fact]
    public async Task A_database_that_is_not_there_and_a_directory_that_is_none_end_a_verb()
    {
        var (code, said) = await RunAsync(["db", "status"], ("ConnectionStrings__ThemePark", "Server=127.0.0.1;Port=1;User ID=x;Password=y;Database=z"));
        code.ShouldBe(12);
        Explained("DATABASE_UNREACHABLE", said).ShouldExplain("DATABASE_UNREACHABLE", "The database cannot be reached (see ConnectionStrings__ThemePark): …", "exit 12");
        (await RunAsync(["db", "status"])).Code.ShouldBe(0);

        (code, said) = await RunAsync(["db", "status"], ("ConnectionStrings__ThemePark", ""), ("DataDirectory", "/etc/hostname/data"));
        code.ShouldBe(1);
        Explained("FILE_FAILED", said).ShouldExplain("FILE_FAILED", "Could not find a part of the path '…'.", "exit 1");

        (code, said) = await RunAsync(["archive", "serve", "/nowhere/archive"]);
        code.ShouldBe(10);
        Explained("NOT_FOUND", said).ShouldExplain("NOT_FOUND", "There is no directory ….", "exit 10");
    }

    [Fact]
    public void What_nobody_foresaw_is_told_with_its_trace_and_an_interruption_without()
    {
        CliErrors.Of(new OperationCanceledException()).ShouldExplain("CANCELLED", "Cancelled.", "exit 130");
        var bug = CliErrors.Of(new InvalidOperationException("a bug"));
        bug.ShouldExplain("FAILED", "…", "exit 1");
        bug.Message.ShouldStartWith("System.InvalidOperationException: a bug");
    }

    // The message before its code, and then the link.
    private static BuildingBlocks.Failure Explained(string code, string said)
    {
        var lines = said.Split('\n').ToList();
        var link = lines.IndexOf($"See docs/runbook.md#{code.ToLowerInvariant()}");
        link.ShouldBeGreaterThan(0, said);
        lines[link - 1].ShouldEndWith($" ({code})");
        return new BuildingBlocks.Failure(code, 500, lines[link - 1][..^$" ({code})".Length]);
    }

    private Task<(int Code, string Said)> ServeAsync(string address) => RunAsync(["serve", "--urls", address]);

    private async Task<(int Code, string Said)> RunAsync(string[] arguments, params (string Name, string Value)[] settings)
    {
        await using var host = Start(arguments, settings);
        return (await host.ExitCodeAsync(), host.Output);
    }

    private HostProcess Start(string[] arguments, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__ThemePark"] = database.Test.ConnectionString,
            ["DataDirectory"] = Path.Combine(Path.GetTempPath(), "themepark-tests", database.Test.Name),
        }.WithQuietSchedules();
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return HostProcess.Start(arguments, environment);
    }
}
