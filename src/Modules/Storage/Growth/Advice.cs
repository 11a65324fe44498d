using System.Globalization;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Growth;

/// <summary>Something an operator may do about storage. What was collected is kept for ever: no advice is to delete.</summary>
internal sealed record Recommendation(string Type, string Message, string Action);

/// <summary>What follows from the figures.</summary>
internal static class Advice
{
    private const int LeastDays = 7;

    /// <param name="projections">By years, the nearest first.</param>
    public static IReadOnlyList<Recommendation> Of(
        GrowthSeries series, Trend trend, Capacity? capacity, IReadOnlyList<(int Years, Projection Projection)> projections)
    {
        var advice = new List<Recommendation>();
        if (series.Samples.Count < LeastDays)
        {
            advice.Add(new Recommendation(
                "SHORT_HISTORY",
                Text($"Only {series.Samples.Count} days were measured: projections are rough, and their bounds too narrow."),
                "Leave the daily schedule on; a week of measurements is the least, a month is good."));
        }

        if (series.Basis == GrowthSeries.DataAndIndex)
        {
            advice.Add(new Recommendation(
                "ON_DISK_UNKNOWN",
                "The files cannot be seen: sizes are the engine's page counts, which do not know of page compression.",
                "Grant the host's user the right PROCESS, or run the host on the database's machine."));
        }

        if (trend.Steps.Count > 0)
        {
            advice.Add(new Recommendation(
                "STEP_SEEN",
                Text($"{trend.Steps.Count} jumps of {Sizes.Gb(trend.Steps.Sum(s => s.Size)):0.###} GB together are left out of the rate: they are taken to have happened once."),
                "Nothing, when they were imports; else look at what was written on those days."));
        }

        if (capacity is null)
        {
            advice.Add(new Recommendation(
                "CAPACITY_UNKNOWN", "Neither a limit is configured nor the volume visible: when storage is full is unknown.", "Set Storage:CapacityGb."));
        }
        else if (projections.FirstOrDefault(p => Exceeds(p.Projection.Estimated)) is { Projection: not null } first)
        {
            var far = projections[^1];
            advice.Add(new Recommendation(
                "ADD_CAPACITY",
                Text($"In {first.Years} years {Sizes.Gb(first.Projection.Estimated):0.##} GB are expected; there is room for {Sizes.Gb(Math.Max(0, capacity.Room)):0.##} GB more."),
                Text($"Enlarge the volume by {Math.Ceiling(Sizes.Gb(Needed(far.Projection.High))):0} GB, which is enough for {far.Years} years by the upper bound.")));
        }

        return advice;

        double Needed(double size) => size - series.SizeOf(series.Last) - capacity.Room;

        bool Exceeds(double size) => Needed(size) > 0;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
