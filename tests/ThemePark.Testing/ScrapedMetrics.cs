using System.Globalization;
using System.Text.RegularExpressions;

namespace ThemePark.Testing;

/// <summary>An answer of <c>/metrics</c>, read as strictly as the format is written: whatever is not by its rules throws.</summary>
public sealed partial class ScrapedMetrics
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _labels = new(StringComparer.Ordinal);

    private ScrapedMetrics()
    {
    }

    /// <summary>The metrics by name, with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>What samples are called, those of histograms with their suffixes, and the labels each has.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Labels => _labels;

    /// <summary>The value of a series, written as in the answer: <c>name{label="value"}</c>. Null when there is none.</summary>
    public double? this[string series] => _samples.TryGetValue(series, out var value) ? value : null;

    /// <summary>The sum of all series of a name.</summary>
    public double Sum(string name) => _samples.Where(s => s.Key == name || s.Key.StartsWith(name + "{", StringComparison.Ordinal)).Sum(s => s.Value);

    public static ScrapedMetrics Parse(string text)
    {
        var metrics = new ScrapedMetrics();
        if (!text.EndsWith('\n'))
        {
            throw new FormatException("The last line has no end.");
        }

        var (helped, current) = ("", "");
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups["name"].Value;
            }
            else if (Type().Match(line) is { Success: true } type && type.Groups["name"].Value == helped)
            {
                current = helped;
                metrics._types.Add(current, type.Groups["type"].Value);
            }
            else if (Sample().Match(line) is { Success: true } sample && metrics.Belongs(sample.Groups["name"].Value, current))
            {
                metrics.Add(sample);
            }
            else
            {
                throw new FormatException($"'{line}' is no line of the format, or stands in the wrong place.");
            }
        }

        metrics.CheckHistograms();
        return metrics;
    }

    private bool Belongs(string sample, string metric) => _types.TryGetValue(metric, out var type) && (type == "histogram"
        ? sample == metric + "_bucket" || sample == metric + "_sum" || sample == metric + "_count"
        : sample == metric);

    private void Add(Match sample)
    {
        var name = sample.Groups["name"].Value;
        var labels = Label().Matches(sample.Groups["labels"].Value).Select(l => l.Groups["name"].Value).ToList();
        if (labels.Distinct(StringComparer.Ordinal).Count() < labels.Count)
        {
            throw new FormatException($"'{sample.Value}' has a label twice.");
        }

        if (!_labels.TryGetValue(name, out var known))
        {
            _labels.Add(name, known = []);
        }

        known.UnionWith(labels);
        var value = sample.Groups["value"].Value;
        _samples.Add(name + sample.Groups["labels"].Value, value == "+Inf" ? double.PositiveInfinity : double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private void CheckHistograms()
    {
        foreach (var (series, count) in _samples.Where(s => s.Key.Contains("_count", StringComparison.Ordinal)))
        {
            var name = series.Split('{')[0][..^"_count".Length];
            if (_types.GetValueOrDefault(name) != "histogram")
            {
                continue;
            }

            // The dictionary keeps the order of the lines.
            var own = series.Contains('{', StringComparison.Ordinal) ? series[(series.IndexOf('{', StringComparison.Ordinal) + 1)..^1] + "," : "";
            var buckets = _samples.Where(s => s.Key.StartsWith($"{name}_bucket{{{own}le=", StringComparison.Ordinal)).ToList();
            if (buckets.Count == 0 || !buckets[^1].Key.EndsWith("le=\"+Inf\"}", StringComparison.Ordinal) || !buckets[^1].Value.Equals(count)
                || buckets.Zip(buckets.Skip(1)).Any(pair => pair.First.Value > pair.Second.Value))
            {
                throw new FormatException($"The buckets of '{series}' do not add up.");
            }
        }
    }

    [GeneratedRegex(@"\A# HELP (?<name>[a-zA-Z_][a-zA-Z0-9_]*) \S.*\z")]
    private static partial Regex Help();

    [GeneratedRegex(@"\A# TYPE (?<name>[a-zA-Z_][a-zA-Z0-9_]*) (?<type>counter|gauge|histogram)\z")]
    private static partial Regex Type();

    [GeneratedRegex("""\A(?<name>[a-zA-Z_][a-zA-Z0-9_]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\n"])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\n"])*")*\})? (?<value>-?[0-9][0-9.]*(?:E[+-]?[0-9]+)?|\+Inf)\z""")]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\[\\n"])*"[,}]""")]
    private static partial Regex Label();
}
