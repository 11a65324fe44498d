namespace ThemePark.Modules.Analytics.Reading;

/// <summary>A ride's sums over some days, and the figures of docs/metrics.md made of them.</summary>
internal sealed class RideTotals
{
    public int RideId { get; init; }
    public int ParkId { get; init; }

    /// <summary>Of sums of one day.</summary>
    public DateOnly StatDate { get; init; }

    public long? UptimeS { get; init; }
    public long? DowntimeS { get; init; }
    public long? Events { get; init; }
    public long StatusChanges { get; init; }
    public long WaitS { get; init; }
    public long WaitSum { get; init; }
    public int? WaitMax { get; init; }
    public long DaysWithWaits { get; init; }
    public long Snapshots { get; init; }

    public double? DowntimeHours => Figures.Hours(DowntimeS);

    public double? UptimePercentage => Figures.Uptime(UptimeS, DowntimeS);

    public double? AverageWait => Figures.AverageWait(WaitSum, WaitS);
}

/// <summary>What a ranking of rides is ordered by; each implies which rides have a place in it.</summary>
internal enum RideOrder
{
    /// <summary>Hours down, most first; rides that were down.</summary>
    Downtime,

    /// <summary>Least first; rides that were down.</summary>
    Uptime,

    /// <summary>Longest first; rides with a known wait.</summary>
    AverageWait,

    /// <summary>Highest first; rides with a known wait.</summary>
    PeakWait,
}
