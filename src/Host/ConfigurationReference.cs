using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host;

/// <summary>Every setting the program declares, as <c>docs/configuration.md</c> has them. What is configured here makes no difference.</summary>
internal static class ConfigurationReference
{
    private const string Nothing = "–";

    private static readonly string Head =
        """
        # Configuration

        Every setting of the program. This page is made of its options classes: after a change of one write it again with `./themepark settings reference --out docs/configuration.md`. A test fails when it is not what the program has.

        A key is written with colons in `appsettings.json` and on the command line (`--Jobs:Workers=4`), with two underscores for each colon in the environment. `NAME` stands for a name of your own, `N` for 0, 1, 2 and so on. Values of hidden settings are shown nowhere;
        GET `/api/admin/settings`, the console and `settings` say what is in force and where it comes from. [README.md](../README.md#configuration) has those that are changed most.

        """.ReplaceLineEndings("\n");

    public static async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        // A configured database is not contacted.
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:ThemePark", (string?)"Server=nowhere;Database=nothing;User ID=nobody")]).Build();
        await using var database = await HostDatabase.OpenAsync(configuration, _ => { }, cancellationToken);
        var services = new ServiceCollection();
        services.AddThemePark(database, configuration);
        return Write(services.Select(s => s.ImplementationInstance).OfType<ISettingsSection>().SelectMany(s => s.Declare()), new XmlSummaries(AppContext.BaseDirectory));
    }

    private static string Write(IEnumerable<DeclaredSetting> settings, XmlSummaries summaries)
    {
        var text = new StringBuilder(Head);
        foreach (var section in settings.GroupBy(s => SectionOf(s.Path)).OrderBy(s => s.Key, StringComparer.OrdinalIgnoreCase))
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"## {section.Key}\n\n");
            text.Append("| Key | Environment | Type | Default | Range | Value | Meaning |\n|---|---|---|---|---|---|---|\n");
            foreach (var setting in section)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{setting.Path}` | {EnvironmentOf(setting)} | {TypeOf(setting)} | {setting.Default ?? "none"} | {RangeOf(setting)} | {(setting.Shown ? "shown" : "hidden")} | {Meaning(setting, summaries)} |\n");
            }
        }

        return text.ToString();
    }

    private static string SectionOf(string path) => path.Split(':') is [var section, _, ..] ? section : "Host";

    // An alias with colons is the first place of a list, where the setting itself has no name in the environment.
    private static string EnvironmentOf(DeclaredSetting setting) => setting.Alias switch
    {
        null => $"`{InEnvironment(setting.Path)}`",
        var alias when alias.Contains(':', StringComparison.Ordinal) => $"`{InEnvironment(alias)}` …",
        var alias => $"`{InEnvironment(setting.Path)}`, `{alias}`",
    };

    private static string InEnvironment(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static string Meaning(DeclaredSetting setting, XmlSummaries summaries) =>
        setting.About ?? (setting.Property is { } property ? summaries.Of(property) : null)
        ?? throw new InvalidOperationException($"Nothing says what {setting.Path} is: give its property a summary, or its registration an About.");

    private static string TypeOf(DeclaredSetting setting)
    {
        var type = Plain(setting.Type);
        var word = type.IsEnum ? "word"
            : type == typeof(bool) ? "switch"
            : type == typeof(string) ? "text"
            : type == typeof(Uri) ? "address"
            : type == typeof(TimeSpan) ? "time"
            : type == typeof(double) || type == typeof(decimal) || type == typeof(float) ? "number"
            : "whole number";
        return SettingText.UnitOf(setting.Path, setting.Type) is { } unit ? $"{word}, {unit}" : word;
    }

    private static string RangeOf(DeclaredSetting setting)
    {
        var type = Plain(setting.Type);
        return type.IsEnum ? string.Join(", ", Enum.GetNames(type))
            : type == typeof(bool) ? "true, false"
            : setting.Property?.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed ? string.Join(", ", allowed.Values.Select(Number))
            : setting.Property?.GetCustomAttribute<RangeAttribute>() is { } range ? $"{Number(range.Minimum)} to {Number(range.Maximum)}"
            : setting.Property?.GetCustomAttribute<MaxLengthAttribute>() is { } most ? string.Create(CultureInfo.InvariantCulture, $"at most {most.Length} characters")
            : Nothing;
    }

    private static string Number(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
