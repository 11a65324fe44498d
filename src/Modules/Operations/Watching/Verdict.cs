using System.Globalization;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>What a sample says, the better first. Stored as upper-case text.</summary>
internal enum Verdict
{
    Pass,
    Warn,
    Fail,

    /// <summary>Nobody knows: neither good nor bad, and never good.</summary>
    NoData,
}

/// <summary>What is watched. Stored as upper-case text.</summary>
internal enum WatchMetric
{
    ErrorRate,
    LogErrors,
    PageP95,
    ApiP95,
    MatchRate,
    UnmatchedOpen,
    ImportSuccess,
    Memory,
    Cpu,
    SchedulesMissed,
    AlertsOpen,
    DiskGrowth,
    DiskDaysLeft,
}

/// <summary>What was found out about a metric. Without a value nothing was, and the detail says why.</summary>
/// <param name="Least">No better verdict than this, whatever the value.</param>
internal readonly record struct Fact(double? Value, string? Detail, Verdict Least = Verdict.Pass)
{
    public static Fact Unknown(string why) => new(null, why);
}

/// <summary>A fact against what is wanted.</summary>
internal sealed record Reading(WatchMetric Metric, double? Value, string Threshold, Verdict Verdict, string? Detail)
{
    // Of the columns.
    private const int LongestDetail = 500;

    public static Reading Of(WatchMetric metric, Fact fact, Rule rule)
    {
        var detail = fact.Detail is { Length: > LongestDetail } text ? text[..(LongestDetail - 1)] + "…" : fact.Detail;
        return fact.Value is { } value && double.IsFinite(value)
            ? new Reading(metric, value, rule.Text, Worse(rule.Judge(value), fact.Least), detail)
            : new Reading(metric, null, rule.Text, Verdict.NoData, detail);
    }

    private static Verdict Worse(Verdict one, Verdict other) => one > other ? one : other;
}

/// <summary>What is wanted of a metric, in words and as a judgement.</summary>
internal sealed record Rule(string Text, Func<double, Verdict> Judge)
{
    /// <summary>The less the better: good below <paramref name="warn"/>, bad from <paramref name="fail"/> on.</summary>
    public static Rule Below(double warn, double fail, string unit) => new(
        fail <= warn ? Worded($"< {warn}{unit}") : double.IsInfinity(fail) ? Worded($"< {warn}{unit}, else a warning") : Worded($"< {warn}{unit}, fails from {fail}{unit}"),
        value => value < warn ? Verdict.Pass : value < fail ? Verdict.Warn : Verdict.Fail);

    /// <summary>The more the better: good above, bad at it and below.</summary>
    public static Rule Above(double limit, string unit) => new(Worded($"> {limit}{unit}"), value => value > limit ? Verdict.Pass : Verdict.Fail);

    /// <summary>The more the better: good from <paramref name="warn"/> on, bad below <paramref name="fail"/>.</summary>
    public static Rule AtLeast(double warn, double fail, string unit) => new(
        Worded($"≥ {warn}{unit}, fails below {fail}{unit}"), value => value >= warn ? Verdict.Pass : value >= fail ? Verdict.Warn : Verdict.Fail);

    /// <summary>The rule of each metric.</summary>
    public static Rule Of(WatchMetric metric, WatchOptions options) => metric switch
    {
        WatchMetric.ErrorRate => Below(options.ErrorRatePercent, options.ErrorRatePercent, " %"),
        WatchMetric.LogErrors => Below(options.LogErrorsWarn, options.LogErrorsFail, ""),
        WatchMetric.PageP95 => Below(options.PageP95Ms, options.PageP95Ms, " ms"),
        WatchMetric.ApiP95 => Below(options.ApiP95WarnMs, options.ApiP95FailMs, " ms"),
        WatchMetric.MatchRate => Above(options.MatchRatePercent, " %"),
        WatchMetric.UnmatchedOpen => Below(1, options.UnmatchedMost + 1, ""),
        WatchMetric.ImportSuccess => Above(options.ImportSuccessPercent, " %"),
        WatchMetric.Memory => Below(options.MemoryPercent, options.MemoryPercent, " %"),
        WatchMetric.Cpu => Below(options.CpuPercent, options.CpuPercent, " %"),
        WatchMetric.SchedulesMissed => Below(1, double.PositiveInfinity, ""),
        WatchMetric.AlertsOpen => Below(1, double.PositiveInfinity, ""),
        WatchMetric.DiskGrowth => Below(options.DiskGrowthWarnMb, options.DiskGrowthFailMb, " MB a day"),
        WatchMetric.DiskDaysLeft => AtLeast(options.DiskDaysWarn, options.DiskDaysFail, " days"),
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };

    private static string Worded(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
