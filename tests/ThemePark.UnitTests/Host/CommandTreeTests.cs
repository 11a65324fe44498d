using System.CommandLine;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Cli;
using Xunit;

namespace ThemePark.UnitTests.Host;

public sealed class CommandTreeTests
{
    [Fact]
    public async Task Every_verb_explains_itself_its_options_and_its_exit_codes()
    {
        var paths = Paths(CommandTree.Build(), []).ToList();
        paths.Count.ShouldBeGreaterThan(7);
        foreach (var path in paths)
        {
            var (code, output, _) = await RunAsync([.. path, "--help"]);
            var name = string.Join(' ', path);
            code.ShouldBe(0, name);
            output.ShouldContain($"themepark {name}", customMessage: name);
            output.ShouldContain("--json", customMessage: name);
            output.ShouldContain("--quiet", customMessage: name);
            output.ShouldContain("  12   database unreachable", customMessage: name);
        }
    }

    [Fact]
    public void Every_command_argument_and_option_has_a_description()
    {
        foreach (var command in Commands(CommandTree.Build()))
        {
            command.Description.ShouldNotBeNullOrWhiteSpace(command.Name);
            foreach (var symbol in command.Arguments.Cast<Symbol>().Concat(command.Options))
            {
                symbol.Description.ShouldNotBeNullOrWhiteSpace($"{command.Name} {symbol.Name}");
            }
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("db")]
    [InlineData("db", "down")]
    [InlineData("db", "down", "0")]
    [InlineData("db", "down", "x")]
    [InlineData("serve", "--no-jobs", "--jobs-only")]
    [InlineData("db", "verify", "--nonsense")]
    [InlineData("import", "unmatched", "resolve", "1")]
    [InlineData("import", "unmatched", "resolve", "1", "--action", "guess")]
    [InlineData("import", "map", "/there/is/no/such.csv")]
    public async Task Wrong_usage_ends_with_2_and_says_what_is_wrong(params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);

        code.ShouldBe(2);
        error.ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData("IMPORT_IN_PROGRESS", 409, 11)]
    [InlineData("LEGACY_BUSY", 409, 11)]
    [InlineData("LEGACY_UNREACHABLE", 503, 12)]
    [InlineData("ARCHIVE_UNAVAILABLE", 503, 13)]
    [InlineData("DESTINATION_NOT_FOUND", 404, 10)]
    [InlineData("VALIDATION_FAILED", 400, 2)]
    [InlineData("INVALID_STATE", 409, 1)]
    public void A_failure_has_the_exit_code_of_its_kind(string code, int status, int expected) =>
        ExitCodes.Of(new Failure(code, status, "")).ShouldBe(expected);

    [Fact]
    public void An_exception_has_the_exit_code_of_its_kind()
    {
        ExitCodes.Of(new OperationCanceledException()).ShouldBe(130);
        ExitCodes.Of(new EmbeddedMariaDbException("no server")).ShouldBe(12);
        ExitCodes.Of(new InvalidOperationException()).ShouldBe(1);
    }

    private static IEnumerable<string[]> Paths(Command command, string[] path) =>
        command.Subcommands.Count is 0 ? [path] : command.Subcommands.SelectMany(child => Paths(child, [.. path, child.Name]));

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandTree.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
