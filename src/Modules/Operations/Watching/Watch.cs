using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>Where a watch is. Only the first goes on. Stored as upper-case text.</summary>
internal enum WatchState
{
    Watching,
    Passed,
    Failed,

    /// <summary>By an operator, or because another release took its place: it says nothing about the release.</summary>
    Ended,
}

/// <summary>A release under watch. Instants are UTC.</summary>
internal sealed record Watch
{
    public int WatchId { get; init; }
    public string Version { get; init; } = "";
    public WatchState State { get; init; }
    public DateTime BegunAt { get; init; }
    public string BegunBy { get; init; } = "";
    public string? Why { get; init; }
    public DateTime? EndedAt { get; init; }
    public string? EndedBy { get; init; }
    public string? EndWhy { get; init; }
}

/// <summary>A reading as it was kept.</summary>
internal sealed record Sample(int Slot, DateTime SampledAt, Reading Reading);

/// <summary>What a watch comes to.</summary>
internal static class Conclusion
{
    /// <summary>After seven days: passed only when nothing speaks against it.</summary>
    public static (WatchState State, IReadOnlyList<string> Objections) Of(IReadOnlyCollection<Sample> samples)
    {
        var objections = Objections(samples).ToList();
        if (!samples.Any(s => WatchPlan.DayOf(s.Slot) == WatchPlan.Days && s.Reading.Verdict is not Verdict.NoData))
        {
            objections.Add("Day 7 was not watched.");
        }

        return (objections.Count == 0 ? WatchState.Passed : WatchState.Failed, objections);
    }

    /// <summary>
    /// What speaks against the release so far: a metric that failed when it was last known, whatever it was before, and one that never was known.
    /// </summary>
    public static IEnumerable<string> Objections(IReadOnlyCollection<Sample> samples)
    {
        var known = samples.Where(s => s.Reading.Verdict is not Verdict.NoData).ToLookup(s => s.Reading.Metric);
        foreach (var metric in Enum.GetValues<WatchMetric>())
        {
            var name = metric.ToUpperSnake();
            if (known[metric].MaxBy(s => s.Slot)?.Reading is not { } last)
            {
                yield return $"{name} never had data.";
            }
            else if (last.Verdict is Verdict.Fail)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} failed: {last.Value:0.##}, wanted {last.Threshold}.");
            }
        }
    }
}
