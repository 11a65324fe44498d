using System.CommandLine;
using System.Globalization;
using ThemePark.Modules.Storage.Features;

namespace ThemePark.Host.Cli;

internal static class StorageMeasureVerb
{
    public static Command Verb() => CommandTree.Verb("measure", "Measure what tables and partitions take on disk, keep the figures, and check the alerts.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct)
    {
        var outcome = await context.SendAsync(new MeasureNow.Command(), ct);
        return context.Finish(outcome, result => context.Output.Result(result, () => context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Tables} tables: {result.TotalSizeGb:0.###} GB of pages, {OnDisk(result)}. {result.AlertsOpen} alerts open ({result.AlertsOpened} opened, {result.AlertsClosed} closed)."))));
    }

    private static string OnDisk(MeasureNow.Result result) => result.OnDiskGb is { } gigabytes
        ? string.Create(CultureInfo.InvariantCulture, $"{gigabytes:0.###} GB on disk, {result.OtherOnDiskGb ?? 0:0.###} GB beside them")
        : "on disk unknown";
}
