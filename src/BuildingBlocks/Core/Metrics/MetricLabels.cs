using System.Globalization;
using System.Text;

namespace ThemePark.BuildingBlocks;

/// <summary>Labels as the text format writes them between its braces: in the order of their names, values escaped.</summary>
internal static class MetricLabels
{
    public static string Of(ReadOnlySpan<(string Name, string Value)> labels)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in labels)
        {
            sorted.Add(MetricNames.Checked(name), value);
        }

        return Write(sorted);
    }

    /// <summary>Of an instrument's tags, without those in <paramref name="left"/>.</summary>
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags, IReadOnlySet<string> left)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            if (!left.Contains(name))
            {
                sorted[MetricNames.OfInstrument(name)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            }
        }

        return Write(sorted);
    }

    private static string Write(SortedDictionary<string, string> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            var escaped = value
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }
}
