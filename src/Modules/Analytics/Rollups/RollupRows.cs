namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>Seconds by state; they add up to the time looked at.</summary>
internal record struct StateSeconds(int Operating, int Down, int Closed, int Refurbishment, int Unknown)
{
    public readonly bool AnyKnown => Operating + Down + Closed + Refurbishment > 0;
}

/// <summary>A row of <c>ride_hourly_stats</c>; what is null needs open time, or a ride that operated.</summary>
internal sealed record RideHour(
    int RideId, DateOnly Date, ClockHour Hour, StateSeconds States, int? Open, int? OpenKnown, int? Uptime, int? Downtime, int WaitSeconds, long WaitSum, int? WaitMax,
    byte[] Waits, int Snapshots);

/// <summary>A row of <c>ride_daily_stats</c>.</summary>
internal sealed record RideDay(
    DateOnly Date, int RideId, bool Counted, StateSeconds States, int? Open, int? OpenKnown, int? Uptime, int? Downtime, bool? Operated, int? DowntimeEvents,
    int? LongestDowntime, int StatusChanges, int WaitSeconds, long WaitSum, int? WaitMin, int? WaitMax, int? WaitP50, int? WaitP90, int? WaitP95, int Snapshots);

/// <summary>A row of <c>ride_downtimes</c>.</summary>
internal sealed record Downtime(int RideId, DateOnly Date, Stretch When);

/// <summary>A row of <c>park_hourly_stats</c>.</summary>
internal sealed record ParkHour(DateOnly Date, ClockHour Hour, int? Open)
{
    public int RidesOperating { get; set; }

    public int RidesDown { get; set; }

    public ParkFigures Sums { get; } = new();
}

/// <summary>A row of <c>park_daily_stats</c>.</summary>
internal sealed record ParkDay(OperatingDay Day, int Covered, int? Open, long? FirstOpen, long? LastOpen, string HoursSource)
{
    public int RidesTracked { get; set; }

    public int RidesOperated { get; set; }

    public int RidesWithDowntime { get; set; }

    public int RidesWithWaits { get; set; }

    public int EffectiveWeight { get; set; }

    public int Snapshots { get; set; }

    public ParkFigures Sums { get; } = new();
}

/// <summary>Sums over the rides that operated on the day; waits over all counted rides.</summary>
internal sealed class ParkFigures
{
    public int Uptime { get; set; }

    public int Downtime { get; set; }

    public int WeightedDowntime { get; set; }

    public int WeightedKnown { get; set; }

    public int WaitSeconds { get; set; }

    public long WaitSum { get; set; }

    public int? WaitMax { get; set; }

    public void AddTimes(int uptime, int downtime, int known, int weight)
    {
        Uptime += uptime;
        Downtime += downtime;
        WeightedDowntime += weight * downtime;
        WeightedKnown += weight * known;
    }

    public void AddWaits(int seconds, long sum, int? max)
    {
        WaitSeconds += seconds;
        WaitSum += sum;
        WaitMax = max > (WaitMax ?? -1) ? max : WaitMax;
    }
}

/// <summary>Everything computed for a park's days.</summary>
internal sealed class RollupRows
{
    public List<RideHour> RideHours { get; } = [];

    public List<RideDay> RideDays { get; } = [];

    public List<Downtime> Downtimes { get; } = [];

    public List<ParkHour> ParkHours { get; } = [];

    public List<ParkDay> ParkDays { get; } = [];
}
