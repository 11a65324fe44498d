using System.CommandLine;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class KeysList
{
    public static Command Verb() => CommandTree.Verb("list", "List the admin keys, live and revoked; never a key itself.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new ListAdminKeys.Query(), ct), keys => context.Output.Result(new { Keys = keys }, () => context.Output.Table(
            ["name", "source", "created at", "revoked at", "last action at"],
            keys.Select(key => (IReadOnlyList<string>)
            [
                key.Name, key.Source, CliOutput.Instant(key.CreatedAt), CliOutput.Instant(key.RevokedAt), CliOutput.Instant(key.LastActionAt),
            ]))));
}
