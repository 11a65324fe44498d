using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class DbStatus
{
    public static Command Verb() => CommandTree.Verb("status", "List every version with its state. Changes nothing.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var services = await context.ServicesAsync(migrate: false, ct);
        var versions = await services.GetRequiredService<MigrationRunner>().StatusAsync(ct);
        context.Output.Result(new { Versions = versions }, () => context.Output.Table(
            ["version", "name", "state", "applied at", "ms", "by", "problem"],
            versions.Select(version => (IReadOnlyList<string>)
            [
                version.Version.ToString("0000", CultureInfo.InvariantCulture),
                version.Name,
                version.State.ToString(),
                CliOutput.Instant(version.AppliedAt),
                version.Duration?.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) ?? "",
                version.AppliedBy ?? "",
                version.Problem ?? "",
            ])));
        return ExitCodes.Done;
    }
}
