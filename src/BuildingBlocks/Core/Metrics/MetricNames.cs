using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace ThemePark.BuildingBlocks;

/// <summary>Names by the rules of Prometheus: snake case, the unit at the end, <c>_total</c> behind a counter's.</summary>
internal static partial class MetricNames
{
    private const string Total = "_total";

    /// <exception cref="ArgumentException">It is not a name, or says another type than it has.</exception>
    public static string Checked(string name, MetricType type) =>
        Checked(name).EndsWith(Total, StringComparison.Ordinal) == type is MetricType.Counter
            ? name
            : throw new ArgumentException($"A counter's name ends with {Total}, and no other's: '{name}'.", nameof(name));

    /// <exception cref="ArgumentException">It is not a name.</exception>
    public static string Checked(string name) =>
        Name().IsMatch(name) ? name : throw new ArgumentException($"'{name}' is no name of a metric or a label.", nameof(name));

    /// <summary>The metric's name of an instrument: dots become underscores; a unit in braces is what is counted, and goes without saying.</summary>
    public static string Of(Instrument instrument, MetricType type)
    {
        var unit = instrument.Unit switch
        {
            null or "" => "",
            "s" => "_seconds",
            "By" => "_bytes",
            ['{', .., '}'] => "",
            _ => throw new ArgumentException($"Instrument '{instrument.Name}' has the unit '{instrument.Unit}', which has no name here.", nameof(instrument)),
        };
        return Checked(OfInstrument(instrument.Name) + unit + (type is MetricType.Counter ? Total : ""), type);
    }

    public static string OfInstrument(string name) => NoNameCharacter().Replace(name, "_");

    // Names that begin with two underscores are Prometheus' own.
    [GeneratedRegex(@"\A(?!__)[a-zA-Z_][a-zA-Z0-9_]*\z")]
    private static partial Regex Name();

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex NoNameCharacter();
}
