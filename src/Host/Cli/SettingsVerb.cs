using System.CommandLine;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class SettingsVerb
{
    public static Command Verb() => CommandTree.Verb("settings", "The settings a process started here would have, and where each comes from; no secrets.", RunAsync);

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new ListSettings.Query(), ct), page => context.Output.Result(page, () => context.Output.Table(
            ["setting", "value", "unit", "default", "from"],
            page.Data.Select(s => (IReadOnlyList<string>)[s.Key, Value(s), s.Unit ?? "", s.Default ?? "", s.SourceName is null ? s.Source : $"{s.Source} {s.SourceName}"]))));

    private static string Value(ListSettings.Setting setting) =>
        setting.Problem ?? (!setting.IsKnown ? "(no such setting)" : !setting.IsSet ? "(not set)" : setting.IsHidden ? "(set, not shown)" : setting.Value!);
}
