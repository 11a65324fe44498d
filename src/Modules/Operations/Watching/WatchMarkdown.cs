using System.Globalization;
using System.Text;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>A report as a document to keep or send.</summary>
internal static class WatchMarkdown
{
    public const string ContentType = "text/markdown";

    private const string NotYet = "–";

    public static string Write(WatchReport report)
    {
        var text = new StringBuilder();
        var watch = report.Watch;
        Line($"# Watch over {Escaped(watch.Version)}");
        Line($"");
        Line($"**{watch.State}**, day {watch.Day} of {WatchPlan.Days}. Begun {Instant(watch.BegunAt)} by {Escaped(watch.BegunBy)}{Reason(watch.Why)}.");
        if (watch.EndedAt is { } ended)
        {
            Line($"Ended {Instant(ended)} by {Escaped(watch.EndedBy ?? "somebody")}{Reason(watch.EndWhy)}.");
        }

        Line($"");
        Line($"## Against it");
        Line($"");
        foreach (var objection in report.Objections.DefaultIfEmpty("Nothing."))
        {
            Line($"- {Escaped(objection)}");
        }

        Line($"");
        Line($"## Day by day");
        Line($"");
        Line($"| Metric | Wanted |{string.Concat(report.Days.Select(d => $" {d.Day.ToString(CultureInfo.InvariantCulture)} {d.Focus} |"))}");
        Line($"|---|---|{string.Concat(report.Days.Select(_ => "---|"))}");
        foreach (var metric in report.Metrics)
        {
            Line($"| {metric.Title} | {Wanted(metric)} |{string.Concat(metric.Days.Select(d => $" {Cell(d, metric.Unit)} |"))}");
        }

        Line($"");
        Line($"## Day {report.Day}: look first at {report.Focus}");
        Line($"");
        Line($"| Metric | Verdict | Last | Min | Median | Max | Samples with data | Detail |");
        Line($"|---|---|---|---|---|---|---|---|");
        foreach (var metric in report.Metrics)
        {
            var day = metric.Days[report.Day - 1];
            var title = metric.InFocus ? $"**{metric.Title}**" : metric.Title;
            Line($"| {title} | {Word(day.Verdict)} | {Value(day.Last, metric.Unit)} | {Value(day.Min, metric.Unit)} | {Value(day.Median, metric.Unit)} | {Value(day.Max, metric.Unit)} | {day.WithData} of {day.Samples} | {Escaped(day.Detail ?? "")} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Wanted(WatchedMetric metric) => Escaped(metric.Threshold ?? NotYet);

    private static string Cell(MetricDay day, string unit) => day.Last is null ? Word(day.Verdict) : $"{Word(day.Verdict)} {Value(day.Last, unit)}";

    private static string Word(string? verdict) => verdict switch
    {
        null => NotYet,
        "NO_DATA" => "*no data*",
        _ => verdict,
    };

    private static string Value(double? value, string unit) => value is { } number
        ? number.ToString("0.##", CultureInfo.InvariantCulture) + (unit.Length > 0 ? " " + unit : "")
        : NotYet;

    private static string Instant(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Reason(string? why) => string.IsNullOrWhiteSpace(why) ? "" : $": {Escaped(why)}";

    // What others wrote is text: it ends no cell, begins no link and no tag.
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            escaped.Append(character switch
            {
                '\r' or '\n' or '\t' => " ",
                '&' => "&amp;",
                '<' => "&lt;",
                '|' or '\\' or '`' or '*' or '[' or ']' => $"\\{character}",
                _ => character.ToString(),
            });
        }

        return escaped.ToString();
    }
}
