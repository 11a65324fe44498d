using ThemePark.Host.Console.Shared;
using ThemePark.Modules.Storage.Features;

namespace ThemePark.Host.Console.Storage;

/// <summary>The size of the tables in GB, day by day: as measured, and straight on from the last day by the rate of growth.</summary>
internal sealed record GrowthPlot(IReadOnlyList<string> At, IReadOnlyList<ChartLine> Lines)
{
    private const double MbPerGb = 1024;

    // More places than that are a week apart.
    private const int MostDays = 100;

    /// <summary>The measured days alone; a day without a measurement is a gap.</summary>
    public static GrowthPlot Of(GetStorageHistory.Result history) => Of(history, null);

    /// <summary>With as many days ahead as there are behind, when a rate is known.</summary>
    public static GrowthPlot Of(GetStorageHistory.Result history, GetStorageGrowth.Analysis? growth)
    {
        if (history.Days.Count == 0)
        {
            return new GrowthPlot([], []);
        }

        var sizes = history.Days.ToDictionary(d => d.Date, d => d.SizeGb);
        var (first, last) = (history.Days[0].Date, history.Days[^1].Date);
        var days = last.DayNumber - first.DayNumber;
        var step = days > MostDays ? 7 : 1;
        // Counted from the last day, which has a measurement.
        var behind = Enumerable.Range(0, (days / step) + 1).Select(i => last.AddDays(-i * step)).Reverse().ToList();
        var measured = new ChartLine("measured", [.. behind.Select(d => sizes.TryGetValue(d, out var size) ? size : (double?)null)]);
        if (growth is not { EndSizeGb: { } end, GrowthRateMbPerDay: { } rate, LowRateMbPerDay: { } low, HighRateMbPerDay: { } high })
        {
            return new GrowthPlot([.. behind.Select(Days.Text)], [measured]);
        }

        var ahead = Enumerable.Range(1, days / step).Select(i => i * step).ToList();
        return new GrowthPlot(
            [.. behind.Concat(ahead.Select(n => last.AddDays(n))).Select(Days.Text)],
            [
                measured with { Values = [.. measured.Values, .. ahead.Select(_ => (double?)null)] },
                Projected("expected", rate), Projected("low", low), Projected("high", high),
            ]);

        ChartLine Projected(string name, double perDay) => new(
            name,
            [.. behind.Select((_, i) => i == behind.Count - 1 ? end : (double?)null), .. ahead.Select(n => (double?)Math.Max(0, end + (perDay * n / MbPerGb)))],
            Dashed: true);
    }

}
