namespace ThemePark.Modules.Analytics.Reading;

/// <summary>From sums to the numbers of docs/metrics.md: divided once, rounded once, null when unknown.</summary>
internal static class Figures
{
    /// <summary>Hours, 2 decimals.</summary>
    public static double? Hours(long? seconds) => seconds is { } s ? Round(s / 3600.0, 2) : null;

    /// <summary>Percent of the time it should have run, 1 decimal.</summary>
    public static double? Uptime(long? uptime, long? downtime) => Share(uptime, uptime + downtime);

    /// <summary>0 to 10, 1 decimal.</summary>
    public static double? Shame(long? weightedDowntime, long? weightedKnown) =>
        weightedKnown > 0 && weightedDowntime is { } down ? Round(10.0 * down / weightedKnown.Value, 1) : null;

    /// <summary>Minutes, 1 decimal.</summary>
    public static double? AverageWait(long? waitSum, long? seconds) => seconds > 0 && waitSum is { } sum ? Round((double)sum / seconds.Value, 1) : null;

    /// <summary>Percent, 1 decimal.</summary>
    public static double? Share(long? part, long? whole) => whole > 0 && part is { } p ? Round(100.0 * p / whole.Value, 1) : null;

    /// <summary>Change in percent of <paramref name="before"/>, 1 decimal.</summary>
    public static double? Trend(double? now, double? before) => now is { } n && before is { } b and not 0 ? Round(100 * (n - b) / b, 1) : null;

    /// <summary>Of a ride of this tier: 3, 2 or 1; 2 when nobody has said.</summary>
    public static int Weight(int? tier) => tier switch { 1 => 3, 3 => 1, _ => 2 };

    public static double Round(double value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero);
}
