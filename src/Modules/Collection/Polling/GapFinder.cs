using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>One slot of the grid as it went; a slot without one was missed.</summary>
/// <param name="ErrorKind">Null when the poll was good.</param>
internal readonly record struct PolledSlot(DateTime Slot, string? ErrorKind);

/// <summary>Finds the runs of slots without good data. A run is cut where its reason changes, so that each gap has one.</summary>
internal static class GapFinder
{
    /// <param name="slots">Ascending, all within the range.</param>
    /// <param name="from">First slot to be looked at, inclusive.</param>
    /// <param name="until">The end, exclusive: slots that cannot have been polled yet are no gap.</param>
    public static IReadOnlyList<LiveGap> Find(IEnumerable<PolledSlot> slots, DateTime from, DateTime until, TimeSpan interval)
    {
        var gaps = new List<LiveGap>();
        var at = from;
        foreach (var polled in slots)
        {
            Add(at, polled.Slot, PollErrors.CollectionFailure);
            if (polled.ErrorKind is { } kind)
            {
                Add(polled.Slot, polled.Slot + interval, kind);
            }

            at = polled.Slot + interval;
        }

        Add(at, until, PollErrors.CollectionFailure);
        return gaps;

        void Add(DateTime start, DateTime end, string reason)
        {
            if (start >= end)
            {
                return;
            }

            if (gaps.Count > 0 && gaps[^1] is var last && last.End == start && last.Reason == reason)
            {
                gaps[^1] = last with { End = end, Slots = last.Slots + (int)((end - start) / interval) };
            }
            else
            {
                gaps.Add(new LiveGap(start, end, reason, (int)((end - start) / interval)));
            }
        }
    }
}
