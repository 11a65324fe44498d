using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Host;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.ArchitectureTests;

/// <summary>What operators can type, call, set or be told stands in the documents they have.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Readme = Checkout.Read("README.md");
    private static readonly string Operations = Checkout.Read("docs", "operations.md");
    private static readonly string DataModel = Checkout.Read("docs", "data-model.md");

    [Fact]
    public void Every_verb_is_documented()
    {
        var build = typeof(ThemeParkHost).Assembly.GetType("ThemePark.Host.Cli.CommandTree", throwOnError: true)!.GetMethod("Build")!;
        var verbs = Verbs((Command)build.Invoke(null, null)!, "").ToList();
        verbs.Count.ShouldBeGreaterThan(15);

        verbs.Where(v => !Readme.Contains($"`{v}", StringComparison.Ordinal) && !Operations.Contains($"`{v}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_import_endpoint_is_documented()
    {
        var endpoints = Repository.Files(Path.Combine("src", "Modules", "Import", "Features"), "*.cs")
            .SelectMany(f => Route().Matches(File.ReadAllText(f)))
            .Select(m => (Method: m.Groups["method"].Value.ToUpperInvariant(), Path: Constraint().Replace(m.Groups["path"].Value, "")))
            .ToList();
        endpoints.Count.ShouldBeGreaterThan(15);

        // POST is what the page's first line says goes without saying.
        endpoints.Select(e => e.Method == "POST" ? $"| `{e.Path}`" : $"{e.Method} `{e.Path}`")
            .Where(call => !Operations.Contains(call, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Archive", "ThemePark.Modules.Import.Sources.ArchiveOptions, ThemePark.Modules.Import")]
    [InlineData("Import", "ThemePark.Modules.Import.Runs.ImportOptions, ThemePark.Modules.Import")]
    [InlineData("Legacy", "ThemePark.Modules.Import.Legacy.LegacyOptions, ThemePark.Modules.Import")]
    [InlineData("Jobs", "ThemePark.Jobs.JobsOptions, ThemePark.Jobs")]
    [InlineData("Analytics", "ThemePark.Modules.Analytics.AnalyticsOptions, ThemePark.Modules.Analytics")]
    [InlineData("Quality", "ThemePark.Modules.Quality.QualityOptions, ThemePark.Modules.Quality")]
    [InlineData("Backups", "ThemePark.Modules.Operations.Backups.BackupOptions, ThemePark.Modules.Operations")]
    [InlineData("Deploy", "ThemePark.Modules.Operations.Deploying.DeployOptions, ThemePark.Modules.Operations")]
    [InlineData("Storage", "ThemePark.Modules.Storage.StorageOptions, ThemePark.Modules.Storage")]
    [InlineData("Storage__Alerts__Smtp", "ThemePark.Modules.Storage.SmtpOptions, ThemePark.Modules.Storage")]
    [InlineData("Storage__Alerts", "ThemePark.Modules.Storage.AlertOptions, ThemePark.Modules.Storage")]
    [InlineData("Watch", "ThemePark.Modules.Operations.Watching.WatchOptions, ThemePark.Modules.Operations")]
    [InlineData("RateLimits", "ThemePark.BuildingBlocks.RateLimitOptions, ThemePark.BuildingBlocks")]
    [InlineData("Admin", "ThemePark.BuildingBlocks.AdminKeyOptions, ThemePark.BuildingBlocks")]
    [InlineData("Http", "ThemePark.BuildingBlocks.HttpOptions, ThemePark.BuildingBlocks")]
    [InlineData("Metrics", "ThemePark.BuildingBlocks.MetricsOptions, ThemePark.BuildingBlocks")]
    public void Every_setting_is_in_the_table_of_the_readme(string section, string options)
    {
        var settings = Type.GetType(options, throwOnError: true)!.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        settings.ShouldNotBeEmpty();

        settings.Select(p => $"{section}__{p.Name}").Where(name => !Readme.Contains(name, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_drill_is_in_the_table_of_drills_and_no_other()
    {
        var drills = Repository.Files("tests", "*.cs").Where(f => File.ReadAllText(f).Contains("[Trait(\"Category\", \"Drill\")]", StringComparison.Ordinal) && !f.EndsWith("DocumentationTests.cs", StringComparison.Ordinal))
            .Select(f => Path.GetFileNameWithoutExtension(f)).ToList();
        drills.Count.ShouldBeGreaterThan(5);

        var table = Operations[Operations.IndexOf("## Drills", StringComparison.Ordinal)..];
        Regex.Matches(table[..table.IndexOf("\n## ", 3, StringComparison.Ordinal)], @"^\| `(?<drill>\w+)` \|", RegexOptions.Multiline).Select(m => m.Groups["drill"].Value)
            .ShouldBe(drills, ignoreOrder: true);
    }

    [Fact]
    public void Every_detector_and_every_threshold_is_explained()
    {
        var quality = Checkout.Read("docs", "quality.md");
        var detectors = Repository.Files(Path.Combine("src", "Modules", "Quality", "Detectors"), "*.cs")
            .Select(f => Regex.Match(File.ReadAllText(f), "string Name => \"(?<name>[a-z_]+)\"").Groups["name"].Value).ToList();
        detectors.Count.ShouldBeGreaterThan(10);
        detectors.Where(d => d.Length == 0 || !quality.Contains($"| `{d}` |", StringComparison.Ordinal)).ShouldBeEmpty();

        typeof(ThemePark.BuildingBlocks.QualityThresholds).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name)
            .Where(name => !quality.Contains($"| `{name}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ThemePark.Modules.Import.Parsing.FileFailure")]
    [InlineData("ThemePark.Modules.Import.Sources.SkipReasons")]
    [InlineData("ThemePark.Modules.Import.Sources.ArchiveErrors")]
    public void Every_word_a_file_can_end_with_is_explained(string type)
    {
        var words = typeof(ImportModule).Assembly.GetType(type, throwOnError: true)!
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .ToList();
        words.ShouldNotBeEmpty();

        words.Where(w => !Regex.IsMatch(Operations, $@"\b{w}\b")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_flag_and_every_finding_is_explained()
    {
        var flags = Enum.GetValues<ObservationFlags>().Where(f => f != ObservationFlags.None).ToList();
        var findings = Enum.GetValues<FindingType>().Where(f => f != FindingType.None).ToList();
        flags.ShouldNotBeEmpty();
        findings.ShouldNotBeEmpty();

        flags.Select(f => string.Create(CultureInfo.InvariantCulture, $"| {(int)f} | {f} |")).Where(row => !DataModel.Contains(row, StringComparison.Ordinal)).ShouldBeEmpty();
        findings.Select(f => f.ToUpperSnake()).Where(word => !Regex.IsMatch(DataModel, $@"\b{word}\b")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_table_has_its_place_in_the_data_model()
    {
        var tables = Repository.Migrations.Where(m => !m.IsDown).SelectMany(m => SqlText.Created(m.Sql)).ToList();
        tables.ShouldNotBeEmpty();

        tables.Where(t => !Regex.IsMatch(DataModel, $@"(### |\| .*`?){t}\b")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_link_between_documents_leads_somewhere()
    {
        var links = (
            from file in Repository.Files("", "*.md")
            from Match link in Link().Matches(File.ReadAllText(file))
            let target = link.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal)
            select (File: Repository.Relative(file), Target: target, Path: Path.Combine(Path.GetDirectoryName(file)!, target.Split('#')[0]))).ToList();
        links.ShouldNotBeEmpty();

        links.Where(l => !Path.Exists(l.Path)).Select(l => $"{l.File}: {l.Target}").ShouldBeEmpty();
    }

    private static IEnumerable<string> Verbs(Command command, string path) => command.Subcommands.SelectMany(sub =>
    {
        var name = $"{path} {sub.Name}".TrimStart();
        IEnumerable<string> own = sub.Action is null ? [] : [name];
        return own.Concat(Verbs(sub, name));
    });

    [GeneratedRegex(@"\.Map(?<method>Get|Post|Put|Patch|Delete)\(""(?<path>[^""]+)""")]
    private static partial Regex Route();

    [GeneratedRegex(@":\w+(?=\})")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
