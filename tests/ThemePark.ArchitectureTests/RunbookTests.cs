using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using ThemePark.Modules.Import;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.ArchitectureTests;

/// <summary>Whoever is told a word by the product finds it in docs/runbook.md, and nothing else stands there.</summary>
public sealed partial class RunbookTests
{
    // Words that lie in lists of their own: how files of the archive and polls end.
    private static readonly string[] Lists =
    [
        "ThemePark.Modules.Import.Parsing.FileFailure, ThemePark.Modules.Import",
        "ThemePark.Modules.Import.Sources.SkipReasons, ThemePark.Modules.Import",
        "ThemePark.Modules.Import.Sources.ArchiveErrors, ThemePark.Modules.Import",
        "ThemePark.Modules.Collection.Polling.PollErrors, ThemePark.Modules.Collection",
    ];

    // What lies beside the destinations is listed with one of these, and an import lists one destination: nobody is ever told.
    private static readonly string[] Silent = ["BAD_DESTINATION", "CATALOGUE"];

    [Fact]
    public void Every_word_the_product_fails_with_has_its_heading_and_every_heading_its_word()
    {
        var emitted = FailureCodes.Emitted.Concat(Lists.SelectMany(Words)).Append(Unchanged()).Except(Silent).ToHashSet();
        emitted.Count.ShouldBeGreaterThan(80);

        emitted.Except(Runbook.Errors.Keys).ShouldBeEmpty("no heading of docs/runbook.md explains these");
        Runbook.Errors.Keys.Except(emitted).ShouldBeEmpty("nothing of the product says these");
    }

    [Fact]
    public void Every_heading_has_messages_a_cause_and_a_cure() =>
        Runbook.Errors.Where(e => e.Value.Messages.Count == 0 || e.Value.Cause is null || e.Value.Cure is null).Select(e => e.Key).ShouldBeEmpty();

    /// <summary>A test names code and message where it asserts them, or in a table whose rows come there.</summary>
    [Fact]
    public void Every_message_is_provoked_by_a_test()
    {
        var provoked = (
            from file in Repository.Files("tests", "*.cs")
            from Match claim in Claim().Matches(File.ReadAllText(file))
            select (Code: claim.Groups["code"].Value, Message: Regex.Unescape(claim.Groups["message"].Value))).ToHashSet();

        Runbook.Errors.SelectMany(e => e.Value.Messages.Select(m => (Code: e.Key, Message: m.Text))).Where(m => !provoked.Contains(m)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_link_within_the_page_leads_to_a_heading()
    {
        var headings = Heading().Matches(Runbook.Text).Select(m => NotOfAnchors().Replace(m.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-')).ToHashSet();
        var links = Anchor().Matches(Runbook.Text).Select(m => m.Groups["anchor"].Value).ToHashSet();
        links.Count.ShouldBeGreaterThan(5);

        links.Except(headings).ShouldBeEmpty();
    }

    [Fact]
    public void Every_metric_of_an_alert_rule_is_one_the_product_has()
    {
        var operations = Checkout.Read("docs", "operations.md");
        var rules = Rule().Matches(Runbook.Text).Select(m => m.Groups["rule"].Value).ToList();
        rules.Count.ShouldBeGreaterThan(10);
        var metrics = rules.SelectMany(r => Metric().Matches(r).Select(m => m.Value)).Distinct().ToList();
        metrics.Count.ShouldBeGreaterThan(10);

        metrics.Where(m => !Regex.IsMatch(operations, $@"`{Regex.Replace(m, "_(bucket|sum|count)$", "")}`")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_the_runbook_turns_is_one_there_is()
    {
        var configuration = Checkout.Read("docs", "configuration.md");
        var settings = Setting().Matches(Runbook.Text).Select(m => m.Value.Trim('`')).Distinct().ToList();
        settings.Count.ShouldBeGreaterThan(10);

        settings.Where(s => !configuration.Contains($"| `{s}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>Alerts of the storage module, metrics of the watch, detectors of more than passing interest.</summary>
    [Theory]
    [InlineData("ThemePark.Modules.Storage.Alerts.AlertType, ThemePark.Modules.Storage")]
    [InlineData("ThemePark.Modules.Operations.Watching.WatchMetric, ThemePark.Modules.Operations")]
    public void Every_alert_has_its_line_in_the_list(string type)
    {
        var words = Enum.GetNames(Type.GetType(type, throwOnError: true)!).Select(JsonNamingPolicy.SnakeCaseUpper.ConvertName).ToList();
        words.ShouldNotBeEmpty();

        words.Where(w => !Runbook.Text.Contains($"| {w} |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_detector_of_warnings_has_its_line_in_the_list()
    {
        var quality = Checkout.Read("docs", "quality.md");
        var detectors = Detector().Matches(quality).Select(m => m.Groups["name"].Value).ToList();
        detectors.Count.ShouldBeGreaterThan(8);

        detectors.Where(d => !Runbook.Text.Contains($"| `{d}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Words(string type) => Type.GetType(type, throwOnError: true)!
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.IsLiteral)
        .Select(f => (string)f.GetRawConstantValue()!);

    private static string Unchanged() =>
        (string)typeof(ImportModule).Assembly.GetType("ThemePark.Modules.Import.Runs.FileOutcome", throwOnError: true)!.GetField("Unchanged")!.GetRawConstantValue()!;

    [GeneratedRegex("""(?:ShouldExplain|RefusedAsync|FailedWith|InlineData)\(\s*"(?<code>[A-Z_]+)",\s*"(?<message>(?:[^"\\]|\\.)+)"[,)]""")]
    private static partial Regex Claim();

    [GeneratedRegex("^#{2,3} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex NotOfAnchors();

    [GeneratedRegex(@"\]\(#(?<anchor>[^)]+)\)")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"^\| `(?<rule>[^`]+)` \| (?:page|ticket) \|", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"\b(?:themepark|http_server|process|dotnet)_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"`(?:[A-Z][A-Za-z]+)(?::[A-Za-z]+)+`")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \| (?:QUICK|DAILY|WHOLE) \|.*(?:WARNING|CRITICAL)", RegexOptions.Multiline)]
    private static partial Regex Detector();
}
