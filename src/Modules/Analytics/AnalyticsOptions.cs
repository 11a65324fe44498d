using System.ComponentModel.DataAnnotations;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Analytics;

/// <summary>Settings of analytics, section <c>Analytics</c>.</summary>
internal sealed class AnalyticsOptions
{
    public const string Section = "Analytics";

    /// <summary>Memory for answers kept; 0 keeps none.</summary>
    [Range(0, 16_384, ErrorMessage = "Setting Analytics:CacheMegabytes must be 0 to 16384.")]
    public int CacheMegabytes { get; set; } = 64;

    /// <summary>Parks rolled up at a time in this process; one more than processors, because each waits for the database now and then.</summary>
    [Range(1, 64, ErrorMessage = "Setting Analytics:RollupParallelism must be 1 to 64."), Setting(Default = "processors and one, 2 to 8")]
    public int RollupParallelism { get; set; } = Math.Clamp(Environment.ProcessorCount + 1, 2, 8);
}
