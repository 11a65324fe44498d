using System.CommandLine;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class KeysList
{
    public static Command Verb() => CommandTree.Verb("list", "List the admin keys in the database, live and revoked.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var keys = await context.SendAsync(new ListAdminKeys.Query(), ct);
        context.Output.Result(new { Keys = keys }, () => context.Output.Table(
            ["name", "created at", "revoked at"],
            keys.Select(key => (IReadOnlyList<string>)[key.Name, CliOutput.Instant(key.CreatedAt), CliOutput.Instant(key.RevokedAt)])));
        return ExitCodes.Done;
    }
}
