using System.ComponentModel.DataAnnotations;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Where healthy ends, section <c>Quality:Thresholds</c>. The one place: health checks, freshness, the summary and the detectors read it, and
/// docs/quality.md lists it.
/// </summary>
public sealed class QualityThresholds : IValidatableObject
{
    public const string Section = "Quality:Thresholds";

    /// <summary>Minutes since a park was last seen live below which it is FRESH.</summary>
    [Range(1, 1440)]
    public int FreshMinutes { get; set; } = 15;

    /// <summary>Minutes above which it is STALE; the same for live data as a whole.</summary>
    [Range(1, 1440)]
    public int StaleMinutes { get; set; } = 30;

    /// <summary>Minutes from which live data as a whole are CRITICAL.</summary>
    [Range(1, 10_080)]
    public int CriticalMinutes { get; set; } = 60;

    /// <summary>Percent of polls that were good, below which collection is DEGRADED.</summary>
    [Range(0, 100)]
    public double UptimeDegradedPercent { get; set; } = 99;

    /// <summary>… and CRITICAL.</summary>
    [Range(0, 100)]
    public double UptimeCriticalPercent { get; set; } = 95;

    /// <summary>Open issues of severity WARNING from which the warehouse is DEGRADED.</summary>
    [Range(1, 1_000_000)]
    public int WarningsDegraded { get; set; } = 1;

    /// <summary>Open issues of severity CRITICAL from which it is CRITICAL.</summary>
    [Range(1, 1_000_000)]
    public int CriticalsCritical { get; set; } = 1;

    /// <summary>Hours after which what the last check found is not believed any more.</summary>
    [Range(1, 720)]
    public int CheckStaleHours { get; set; } = 26;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FreshMinutes >= StaleMinutes || StaleMinutes >= CriticalMinutes)
        {
            yield return new ValidationResult($"{Section}: FreshMinutes must be below StaleMinutes, and that below CriticalMinutes.");
        }

        if (UptimeCriticalPercent > UptimeDegradedPercent)
        {
            yield return new ValidationResult($"{Section}: UptimeCriticalPercent must not be above UptimeDegradedPercent.");
        }
    }
}
