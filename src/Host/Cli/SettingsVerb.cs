using System.CommandLine;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

internal static class SettingsVerb
{
    private static readonly Option<FileInfo?> Out = new("--out") { Description = "Write it there. Default: standard output", HelpName = "FILE" };

    public static Command Verb()
    {
        var settings = CommandTree.Verb("settings", "The settings a process started here would have, and where each comes from; no secrets.", RunAsync);
        settings.Add(CommandTree.Verb("reference", "Every setting the program has, as the Markdown of docs/configuration.md.", ReferenceAsync, Out));
        return settings;
    }

    private static async Task<int> ReferenceAsync(CliContext context, CancellationToken ct)
    {
        var reference = await ConfigurationReference.WriteAsync(ct);
        if (context.Arguments.GetValue(Out) is { } file)
        {
            await File.WriteAllTextAsync(file.FullName, reference, ct);
            context.Output.Result(new { file = file.FullName }, () => context.Output.Line($"Written to {file.FullName}."));
        }
        else
        {
            context.Output.Result(new { markdown = reference }, () => context.Output.Line(reference.TrimEnd('\n')));
        }

        return ExitCodes.Done;
    }

    private static async Task<int> RunAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new ListSettings.Query(), ct), page => context.Output.Result(page, () => context.Output.Table(
            ["setting", "value", "unit", "default", "from"],
            page.Data.Select(s => (IReadOnlyList<string>)[s.Key, Value(s), s.Unit ?? "", s.Default ?? "", s.SourceName is null ? s.Source : $"{s.Source} {s.SourceName}"]))));

    private static string Value(ListSettings.Setting setting) =>
        setting.Problem ?? (!setting.IsKnown ? "(no such setting)" : !setting.IsSet ? "(not set)" : setting.IsHidden ? "(set, not shown)" : setting.Value!);
}
