using System.ComponentModel.DataAnnotations;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>Where a sample of the watch is good, and where it fails; section <c>Watch</c>. What is in between warns.</summary>
internal sealed class WatchOptions
{
    public const string Section = "Watch";

    /// <summary>Share of requests answered 5xx from which it fails.</summary>
    [Range(0.001, 100)]
    public double ErrorRatePercent { get; set; } = 1;

    /// <summary>Lines of level error on all nodes from which it warns.</summary>
    [Range(1, 1_000_000)]
    public int LogErrorsWarn { get; set; } = 10;

    /// <summary>The same, from which it fails.</summary>
    [Range(1, 1_000_000)]
    public int LogErrorsFail { get; set; } = 100;

    /// <summary>Share of ended imports that came to their end, which must be exceeded.</summary>
    [Range(0, 99.9)]
    public double ImportSuccessPercent { get; set; } = 95;

    /// <summary>Share of imported events with a ride, which must be exceeded.</summary>
    [Range(0, 99.9)]
    public double MatchRatePercent { get; set; } = 97;

    /// <summary>Entities without a ride that may be open; any warns, more fail.</summary>
    [Range(1, 1_000_000)]
    public int UnmatchedMost { get; set; } = 100;

    /// <summary>95 of 100 API requests take less, or it warns.</summary>
    [Range(1, 60_000)]
    public double ApiP95WarnMs { get; set; } = 50;

    /// <summary>The same, or it fails.</summary>
    [Range(1, 60_000)]
    public double ApiP95FailMs { get; set; } = 250;

    /// <summary>95 of 100 pages of the console take less, or it fails.</summary>
    [Range(1, 60_000)]
    public double PageP95Ms { get; set; } = 100;

    /// <summary>Growth of the tables in MB a day from which it warns.</summary>
    [Range(1, 1e9)]
    public double DiskGrowthWarnMb { get; set; } = 1024;

    /// <summary>The same, from which it fails.</summary>
    [Range(1, 1e9)]
    public double DiskGrowthFailMb { get; set; } = 10_240;

    /// <summary>Days until the disk is full below which it warns.</summary>
    [Range(1, 36_500)]
    public double DiskDaysWarn { get; set; } = 90;

    /// <summary>The same, below which it fails.</summary>
    [Range(1, 36_500)]
    public double DiskDaysFail { get; set; } = 30;

    /// <summary>Mean load of a node's processors from which it fails.</summary>
    [Range(1, 100)]
    public double CpuPercent { get; set; } = 85;

    /// <summary>Peak of a node's memory, of what its machine or cgroup has, from which it fails.</summary>
    [Range(1, 100)]
    public double MemoryPercent { get; set; } = 80;

    // Not public: no setting.
    internal bool IsInOrder => LogErrorsWarn <= LogErrorsFail && ApiP95WarnMs <= ApiP95FailMs && DiskGrowthWarnMb <= DiskGrowthFailMb && DiskDaysFail <= DiskDaysWarn;
}
