using System.CommandLine;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class KeysRevoke
{
    private static readonly Argument<string> Name = new("name") { Description = "The key's name." };
    private static readonly Option<string?> Why = new("--why") { Description = "The reason, for the audit log." };

    public static Command Verb() => CommandTree.Verb("revoke", "End an admin key; running hosts refuse it within two seconds.", RunAsync, Name, Why);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new RevokeAdminKey.Command(context.Arguments.GetRequiredValue(Name), context.Arguments.GetValue(Why)), ct);
        return context.Finish(outcome, key => context.Output.Result(key, () => context.Output.Line($"revoked {key.Name}")));
    }
}
