namespace ThemePark.Modules.Collection.Contracts;

/// <summary>One finding type in one document: how often, and the first record that shows it (cut to a few hundred bytes).</summary>
public sealed record Finding(FindingType Type, int Count, string Sample);

/// <summary>What was reported while one document was read, counted by type.</summary>
public sealed class Findings
{
    private const int SampleBytes = 400;
    private static readonly FindingType[] Types = Enum.GetValues<FindingType>();
    private readonly Dictionary<FindingType, Finding> _byType = [];

    public IReadOnlyDictionary<FindingType, Finding> ByType => _byType;

    public void Report(FindingType type, string sample, int count = 1) =>
        _byType[type] = _byType.TryGetValue(type, out var known) ? known with { Count = known.Count + count } : new(type, count, sample);

    /// <summary>As the other; <paramref name="text"/> is the record, of which the beginning is kept.</summary>
    public void Report(FindingType type, ReadOnlySpan<byte> text) => Report(type, JsonValues.Text(text, SampleBytes));

    /// <summary>Everything the rules found in one record.</summary>
    public void Report(in ObservationDecision decision, ReadOnlySpan<byte> text)
    {
        if (!decision.HasFindings)
        {
            return;
        }

        foreach (var type in Types)
        {
            if (decision.Reports(type))
            {
                Report(type, text);
            }
        }
    }
}
