using System.ComponentModel.DataAnnotations;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Section <c>Analytics</c>.</summary>
internal sealed class AnalyticsOptions
{
    /// <summary>Memory for answers kept; 0 keeps none.</summary>
    [Range(0, 16_384)]
    public int CacheMegabytes { get; set; } = 64;
}
