using System.ComponentModel.DataAnnotations;

namespace ThemePark.Modules.Quality;

/// <summary>What the detectors take for wrong, section <c>Quality</c>; docs/quality.md says what each does.</summary>
internal sealed class QualityOptions
{
    public const string Section = "Quality";

    /// <summary>A park's missing live data shorter than this are no gap.</summary>
    [Range(1, 1440)]
    public int GapMinutes { get; set; } = 15;

    /// <summary>The same of a ride whose park is polled.</summary>
    [Range(1, 10_080)]
    public int RideGapMinutes { get; set; } = 60;

    /// <summary>A wait that holds no longer than this is never frozen.</summary>
    [Range(1, 10_080)]
    public int FrozenMinutes { get; set; } = 180;

    /// <summary>Operation outside the published hours up to this many minutes a day is no issue.</summary>
    [Range(0, 1440)]
    public int OutsideHoursMinutes { get; set; } = 60;

    /// <summary>Share of the usual rows per poll below which a park's day is thin.</summary>
    [Range(1, 100)]
    public int ThinDayPercent { get; set; } = 80;

    /// <summary>Share of a destination's observations with a ride below which it is an issue.</summary>
    [Range(0, 100)]
    public double MatchRatePercent { get; set; } = 97;

    /// <summary>Days whose ledger is counted by the daily check, besides yesterday.</summary>
    [Range(0, 1000)]
    public int LedgerSampleDays { get; set; } = 3;
}
