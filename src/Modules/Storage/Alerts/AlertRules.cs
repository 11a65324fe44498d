using System.Globalization;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Alerts;

/// <summary>
/// Which thresholds are passed. What cannot be known raises nothing and closes nothing: a disk that went out of sight is not a disk with room.
/// </summary>
internal static class AlertRules
{
    /// <summary>Days a projection looks back.</summary>
    public const int Window = 90;

    // An import of an hour ago is no reason to wake somebody because of next month.
    private const int LeastDays = 7;

    private const int Month = 30;

    // Of a month's days; with fewer, or with less growth, noise would be compared with noise.
    private const int LeastDaysOfMonth = 20;
    private const double LeastMonthlyGrowth = 64 * Sizes.BytesPerMb;

    /// <param name="series">At least the last two months; of what was measured last, and nothing after it.</param>
    /// <param name="partitions">Partitions by table.</param>
    public static Verdict Judge(GrowthSeries series, Capacity? capacity, IReadOnlyDictionary<string, int> partitions, AlertOptions options)
    {
        var findings = new List<Finding?>(partitions.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Partitions(p.Key, p.Value, options)));
        var unknown = new HashSet<AlertType>();

        if (capacity is null)
        {
            unknown.Add(AlertType.Capacity);
        }
        else
        {
            findings.Add(Used(capacity, options));
        }

        if (capacity is null || series.Samples.Count < LeastDays)
        {
            unknown.Add(AlertType.DaysUntilFull);
        }
        else
        {
            findings.Add(UntilFull(capacity, Trend.Of(GrowthSeries.Recent(series.Samples, Window), GrowthSeries.LeastStepBytes), options));
        }

        if (ChangePercent(series) is { } change)
        {
            findings.Add(GrowthRate(change, options));
        }
        else
        {
            unknown.Add(AlertType.GrowthRate);
        }

        return new Verdict([.. findings.OfType<Finding>()], unknown);
    }

    /// <summary>How much faster (or, negative, slower) the last month grew than the one before, in percent; null when that cannot be said.</summary>
    public static double? ChangePercent(GrowthSeries series)
    {
        if (!series.IsEnough)
        {
            return null;
        }

        var turn = series.Samples[^1].Date.AddDays(-Month);
        var now = series.Samples.Where(s => s.Date >= turn).ToList();
        var before = series.Samples.Where(s => s.Date <= turn && s.Date >= turn.AddDays(-Month)).ToList();
        if (now.Count < LeastDaysOfMonth || before.Count < LeastDaysOfMonth)
        {
            return null;
        }

        var (rate, earlier) = (Trend.Of(now, GrowthSeries.LeastStepBytes).PerDay, Trend.Of(before, GrowthSeries.LeastStepBytes).PerDay);
        return earlier <= 0 ? null
            : Math.Max(rate, earlier) * Month < LeastMonthlyGrowth ? 0
            : 100 * (rate - earlier) / earlier;
    }

    private static Finding? Used(Capacity capacity, AlertOptions options)
    {
        var percent = capacity.PercentUsed;
        var of = capacity.Source == Capacity.OfVolume ? "the volume that holds the data" : "the configured capacity";
        return Above(
            AlertType.Capacity, "", percent, options.CapacityWarningPercent, options.CapacityCriticalPercent,
            Text($"{percent:0.0} % of {of} ({Sizes.Gb(capacity.LimitBytes):0.##} GB) is used."));
    }

    private static Finding? GrowthRate(double change, AlertOptions options) => Above(
        AlertType.GrowthRate, "", Math.Abs(change), options.GrowthWarningPercent, options.GrowthCriticalPercent,
        Text($"Storage grew {Math.Abs(change):0.0} % {(change < 0 ? "slower" : "faster")} in the last 30 days than in the 30 days before."));

    private static Finding? Partitions(string table, int count, AlertOptions options) => Above(
        AlertType.Partitions, table, count, options.PartitionsWarning, options.PartitionsCritical, Text($"{table} has {count} partitions."));

    private static Finding? UntilFull(Capacity capacity, Trend trend, AlertOptions options)
    {
        var days = capacity.DaysUntilFull(trend.PerDay);
        if (days is null || days > options.DaysUntilFullWarning)
        {
            return null;
        }

        var critical = days <= options.DaysUntilFullCritical;
        return new Finding(
            AlertType.DaysUntilFull, "", critical ? AlertSeverity.Critical : AlertSeverity.Warning,
            critical ? options.DaysUntilFullCritical : options.DaysUntilFullWarning, days.Value,
            Text($"At {Sizes.Mb(trend.PerDay):0.##} MB a day storage is full in {days:0} days."));
    }

    private static Finding? Above(AlertType type, string subject, double value, double warning, double critical, string message) =>
        value >= critical ? new Finding(type, subject, AlertSeverity.Critical, critical, value, message)
        : value >= warning ? new Finding(type, subject, AlertSeverity.Warning, warning, value, message)
        : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
