using System.Globalization;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>Computed rows as text to be loaded, in key order. Holds pooled memory until disposed.</summary>
internal sealed class EncodedRollup : IDisposable
{
    private readonly TsvBuffer _rideHours = new(1 << 20);
    private readonly TsvBuffer _rideDays = new(1 << 18);
    private readonly TsvBuffer _downtimes = new(1 << 16);
    private readonly TsvBuffer _parkHours = new(1 << 16);
    private readonly TsvBuffer _parkDays = new(1 << 14);

    public EncodedRollup(int parkId, RollupRows rows)
    {
        foreach (var row in rows.RideHours.OrderBy(r => r.RideId).ThenBy(r => r.Date).ThenBy(r => r.Hour.Start))
        {
            Write(_rideHours, row);
        }

        foreach (var row in rows.RideDays.OrderBy(r => r.Date).ThenBy(r => r.RideId))
        {
            Write(_rideDays, parkId, row);
        }

        foreach (var row in rows.Downtimes.OrderBy(r => r.RideId).ThenBy(r => r.Date).ThenBy(r => r.When.From))
        {
            _downtimes.BeginRow();
            Values(_downtimes, row.RideId);
            Date(_downtimes, row.Date);
            Instant(_downtimes, row.When.From);
            _downtimes.Instant(row.When.To * 1000);
            _downtimes.EndRow();
        }

        foreach (var row in rows.ParkHours)
        {
            Write(_parkHours, parkId, row);
        }

        foreach (var row in rows.ParkDays)
        {
            Write(_parkDays, parkId, row);
        }
    }

    public IEnumerable<(BulkTarget Target, TsvBuffer Text)> Loads =>
    [
        (RideHourTarget, _rideHours), (RideDayTarget, _rideDays), (DowntimeTarget, _downtimes), (ParkHourTarget, _parkHours), (ParkDayTarget, _parkDays),
    ];

    public void Dispose()
    {
        foreach (var (_, text) in Loads)
        {
            text.Dispose();
        }
    }

    private static void Write(TsvBuffer text, RideHour row)
    {
        text.BeginRow();
        Values(text, row.RideId);
        Date(text, row.Date);
        Instant(text, row.Hour.Start);
        var s = row.States;
        Values(text, row.Hour.LocalHour, s.Operating, s.Down, s.Closed, s.Refurbishment, s.Unknown, row.Open, row.OpenKnown, row.Uptime, row.Downtime);
        Values(text, row.WaitSeconds, row.WaitSum, row.WaitMax);
        text.Bytes(row.Waits);
        text.Tab();
        text.Number(row.Snapshots);
        text.EndRow();
    }

    private static void Write(TsvBuffer text, int parkId, RideDay row)
    {
        text.BeginRow();
        Date(text, row.Date);
        var s = row.States;
        Values(text, row.RideId, parkId, row.Counted ? 1 : 0, s.Operating, s.Down, s.Closed, s.Refurbishment, s.Unknown);
        Values(text, row.Open, row.OpenKnown, row.Uptime, row.Downtime, row.Operated is { } operated ? (operated ? 1 : 0) : null);
        Values(text, row.DowntimeEvents, row.LongestDowntime, row.StatusChanges, row.WaitSeconds, row.WaitSum, row.WaitMin, row.WaitMax);
        Values(text, row.WaitP50, row.WaitP90, row.WaitP95);
        text.Number(row.Snapshots);
        text.EndRow();
    }

    private static void Write(TsvBuffer text, int parkId, ParkHour row)
    {
        text.BeginRow();
        Values(text, parkId);
        Date(text, row.Date);
        Instant(text, row.Hour.Start);
        Values(text, row.Hour.LocalHour, row.Open, row.RidesOperating, row.RidesDown);
        Sums(text, row.Sums);
        text.EndRow();
    }

    private static void Write(TsvBuffer text, int parkId, ParkDay row)
    {
        text.BeginRow();
        Date(text, row.Day.Date);
        Values(text, parkId);
        Instant(text, row.Day.Start);
        Instant(text, row.Day.End);
        Values(text, row.Covered, row.Open);
        Instant(text, row.FirstOpen);
        Instant(text, row.LastOpen);
        text.Text(row.HoursSource);
        text.Tab();
        Values(text, row.RidesTracked, row.RidesOperated, row.RidesWithDowntime, row.RidesWithWaits, row.EffectiveWeight, row.Snapshots);
        Sums(text, row.Sums);
        text.EndRow();
    }

    private static void Sums(TsvBuffer text, ParkFigures sums)
    {
        Values(text, sums.Uptime, sums.Downtime, sums.WeightedDowntime, sums.WeightedKnown, sums.WaitSeconds, sums.WaitSum);
        text.Number(sums.WaitMax);
    }

    private static void Values(TsvBuffer text, params ReadOnlySpan<long?> values)
    {
        foreach (var value in values)
        {
            text.Number(value);
            text.Tab();
        }
    }

    private static void Date(TsvBuffer text, DateOnly date)
    {
        text.Text(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        text.Tab();
    }

    private static void Instant(TsvBuffer text, long? seconds)
    {
        if (seconds is { } known)
        {
            text.Instant(known * 1000);
        }
        else
        {
            text.Null();
        }

        text.Tab();
    }

    private static readonly string[] SumColumns = ["uptime_s", "downtime_s", "weighted_downtime_s", "weighted_known_s", "wait_s", "wait_sum", "wait_max"];

    private static readonly string[] StateColumns = ["operating_s", "down_s", "closed_s", "refurbishment_s", "unknown_s", "open_s", "open_known_s", "uptime_s", "downtime_s"];

    private static readonly BulkTarget RideHourTarget = new(
        "ride_hourly_stats", ["ride_id", "stat_date", "hour_start", "local_hour", .. StateColumns, "wait_s", "wait_sum", "wait_max", "waits", "snapshots"], Ascii: true);

    private static readonly BulkTarget RideDayTarget = new(
        "ride_daily_stats",
        [
            "stat_date", "ride_id", "park_id", "counted", .. StateColumns, "operated", "downtime_events", "longest_downtime_s", "status_changes",
            "wait_s", "wait_sum", "wait_min", "wait_max", "wait_p50", "wait_p90", "wait_p95", "snapshots",
        ],
        Ascii: true);

    private static readonly BulkTarget DowntimeTarget = new("ride_downtimes", ["ride_id", "stat_date", "started_at", "ended_at"], Ascii: true);

    private static readonly BulkTarget ParkHourTarget = new(
        "park_hourly_stats", ["park_id", "stat_date", "hour_start", "local_hour", "open_s", "rides_operating", "rides_down", .. SumColumns], Ascii: true);

    private static readonly BulkTarget ParkDayTarget = new(
        "park_daily_stats",
        [
            "stat_date", "park_id", "day_start", "day_end", "covered_s", "open_s", "first_open_at", "last_open_at", "hours_source", "rides_tracked",
            "rides_operated", "rides_with_downtime", "rides_with_waits", "effective_weight", "snapshots", .. SumColumns,
        ],
        Ascii: true);
}
