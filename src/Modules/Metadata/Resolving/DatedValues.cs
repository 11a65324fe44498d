namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>A value and the instant (UTC) since which it was in force.</summary>
internal readonly record struct DatedValue(DateTime From, string Value);

/// <summary>
/// The history of one attribute from its sightings: one entry per change, never two equal neighbours. A pass over the sightings in time order
/// gives the same entries whatever was known before it, so an import that stops, starts again or runs backwards changes nothing.
/// </summary>
internal static class DatedValues
{
    /// <summary>Both lists in time order; the answer is <paramref name="known"/> itself when nothing is new.</summary>
    public static IReadOnlyList<DatedValue> Merge(IReadOnlyList<DatedValue> known, IReadOnlyList<DatedValue> seen)
    {
        List<DatedValue>? merged = null;
        foreach (var sighting in seen)
        {
            var entries = merged ?? known;
            var at = InForce(entries, sighting.From);
            if (at >= 0 && (entries[at].Value == sighting.Value || (entries[at].From == sighting.From && Wins(entries[at], sighting))))
            {
                continue;
            }

            merged ??= [.. known];
            if (at >= 0 && merged[at].From == sighting.From)
            {
                merged[at] = sighting;
            }
            else
            {
                merged.Insert(++at, sighting);
            }

            // An older sighting of the value that follows gives that value its earlier date.
            if (at + 1 < merged.Count && merged[at + 1].Value == sighting.Value)
            {
                merged.RemoveAt(at + 1);
            }

            if (at > 0 && merged[at - 1].Value == sighting.Value)
            {
                merged.RemoveAt(at);
            }
        }

        return merged ?? known;
    }

    // Two values at one millisecond have no order of their own; the ordinal one does not depend on which came first.
    private static bool Wins(DatedValue entry, DatedValue sighting) => string.CompareOrdinal(entry.Value, sighting.Value) > 0;

    private static int InForce(IReadOnlyList<DatedValue> entries, DateTime instant)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i].From <= instant)
            {
                return i;
            }
        }

        return -1;
    }
}
