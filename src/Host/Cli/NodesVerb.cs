using System.CommandLine;
using System.Globalization;
using ThemePark.Jobs;

namespace ThemePark.Host.Cli;

internal static class NodesVerb
{
    public static Command Verb() => CommandTree.Verb("nodes", "The processes that share the database, and what each runs.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new ListNodes.Query(), ct), nodes => context.Output.Result(nodes, () => context.Output.Table(
            ["node", "state", "last sign of life", "seconds ago", "jobs", "workers", "host", "version", "started", "stopped"],
            nodes.Data.Select(n => (IReadOnlyList<string>)
            [
                n.Name,
                n.State,
                CliOutput.Instant(n.HeartbeatAt),
                n.HeartbeatAgeSeconds is { } age ? age.ToString("0.0", CultureInfo.InvariantCulture) : "unknown",
                string.Join(' ', n.Jobs.Select(j => $"{j.Name}:{j.JobId}")),
                n.RunsJobs is false ? "none" : n.Workers?.ToString(CultureInfo.InvariantCulture) ?? "unknown",
                n.Host ?? "unknown",
                n.Version ?? "unknown",
                CliOutput.Instant(n.StartedAt),
                CliOutput.Instant(n.StoppedAt),
            ]))));
}
