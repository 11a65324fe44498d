using System.CommandLine;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class KeysCreate
{
    private static readonly Argument<string> Name = new("name") { Description = "Who will use it: the audit log shows this name." };
    private static readonly Option<string?> Why = new("--why") { Description = "The reason, for the audit log." };

    public static Command Verb() => CommandTree.Verb("create", "Make an admin key. It is shown once and kept only as a hash.", RunAsync, Name, Why);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new CreateAdminKey.Command(context.Arguments.GetRequiredValue(Name), context.Arguments.GetValue(Why)), ct);
        return context.Finish(outcome, key => context.Output.Result(key, () => context.Output.Line(key.Key)));
    }
}
