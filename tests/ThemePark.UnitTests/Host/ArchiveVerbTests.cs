using System.Text.Json;
using Shouldly;
using ThemePark.Host.Cli;
using Xunit;

namespace ThemePark.UnitTests.Host;

public sealed class ArchiveVerbTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tp-cli-");

    private string Target => Path.Combine(_root.FullName, "archive");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Generate_writes_an_archive_and_its_report()
    {
        var report = Path.Combine(_root.FullName, "report.json");
        var (code, output, _) = await RunAsync(
            "archive", "generate", "--out", Target, "--destinations", "2", "--days", "4", "--seed", "5", "--clean", "--report", report, "--json");
        code.ShouldBe(ExitCodes.Done);
        using var result = JsonDocument.Parse(output);
        result.RootElement.GetProperty("files").GetInt32().ShouldBe(8);
        result.RootElement.GetProperty("events").GetInt64().ShouldBeGreaterThan(1_000);
        Directory.EnumerateFiles(Target, "*.json.gz", SearchOption.AllDirectories).Count().ShouldBe(8);
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(report));
        written.RootElement.GetProperty("Listed").GetInt64().ShouldBe(result.RootElement.GetProperty("events").GetInt64());
    }

    [Fact]
    public async Task Generate_leaves_a_directory_in_use_alone()
    {
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "mine"), "mine");
        var (code, _, error) = await RunAsync("archive", "generate", "--out", Target, "--days", "2");
        code.ShouldBe(ExitCodes.Failed);
        error.ShouldContain("not empty");
        Directory.GetFiles(Target).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("archive", "generate", "--days", "3")]
    [InlineData("archive", "generate", "--out", "x", "--days", "0")]
    [InlineData("archive", "generate", "--out", "x", "--first-day", "someday")]
    [InlineData("archive", "serve")]
    [InlineData("archive", "serve", "x", "--fault", "boom")]
    [InlineData("archive", "serve", "x", "--page-size", "0")]
    public async Task Wrong_usage_is_2(params string[] args) => (await RunAsync(args)).Code.ShouldBe(ExitCodes.WrongUsage);

    [Fact]
    public async Task Serve_says_when_there_is_no_directory() =>
        (await RunAsync("archive", "serve", Target)).Code.ShouldBe(ExitCodes.NotFound);

    [Fact]
    public async Task Serve_answers_with_its_faults_until_stopped()
    {
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "a.txt"), "a");
        using var stop = new CancellationTokenSource();
        using var output = new Lines();
        var arguments = CommandTree.Build().Parse(["archive", "serve", Target, "--port", "0", "--fault", "503,count=1", "--json"]);
        var running = arguments.InvokeAsync(new() { Output = output, Error = output, EnableDefaultExceptionHandler = false }, stop.Token);
        using var started = JsonDocument.Parse(await output.First.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        using var http = new HttpClient { BaseAddress = new Uri(started.RootElement.GetProperty("endpoint").GetString()!) };
        var url = new Uri(started.RootElement.GetProperty("bucket").GetString() + "/a.txt", UriKind.Relative);
        using var first = await http.GetAsync(url);
        ((int)first.StatusCode).ShouldBe(503);
        (await http.GetStringAsync(url)).ShouldBe("a");
        await stop.CancelAsync();
        (await running).ShouldBe(ExitCodes.Done);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandTree.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private sealed class Lines : StringWriter
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void WriteLine(string? value) => First.TrySetResult(value ?? "");
    }
}
