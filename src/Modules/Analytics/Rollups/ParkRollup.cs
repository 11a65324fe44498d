using System.Runtime.InteropServices;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>A ride whose days are to be computed.</summary>
/// <param name="Statements">In time order, from a day before the first operating day on.</param>
internal sealed record RollupRide(int RideId, bool Counted, int Weight, Statement[] Statements);

/// <summary>Computes a park's operating days from what its rides stated. Pure: equal input gives equal rows.</summary>
/// <param name="days">Touching one another, in order.</param>
/// <param name="covered">In time order.</param>
/// <param name="closedIsDown">The park says CLOSED of unplanned closings too.</param>
internal sealed class ParkRollup(IReadOnlyList<OperatingDay> days, Stretch[] covered, bool closedIsDown)
{
    private const int LeastShare = 10;

    private readonly RollupRows _rows = new();
    private readonly RideHourSums _hour = new();
    private readonly List<WaitSeconds> _dayWaits = [];
    private readonly List<Stretch> _down = [];

    public RollupRows Compute(IReadOnlyList<RollupRide> rides)
    {
        var segments = new Segment[rides.Count][];
        var buffer = new List<Segment>();
        for (var i = 0; i < rides.Count; i++)
        {
            RideTimeline.Build(rides[i].Statements, covered, days[0].Start, days[^1].End, buffer);
            segments[i] = [.. buffer];
        }

        var firstSegment = new int[rides.Count];
        var firstStatement = rides.Select(r => FirstAt(r.Statements, days[0].Start)).ToArray();
        foreach (var day in days)
        {
            AddDay(day, rides, segments, firstSegment, firstStatement);
        }

        return _rows;
    }

    private void AddDay(OperatingDay day, IReadOnlyList<RollupRide> rides, Segment[][] segments, int[] firstSegment, int[] firstStatement)
    {
        var watched = Stretches.Within(covered, day.Start, day.End);
        var (open, source) = OpenOf(day, watched, rides, segments, firstSegment);
        var park = new ParkDay(
            day,
            (int)watched.Sum(w => w.Length),
            open is null ? null : (int)open.Sum(o => o.Length),
            open is { Count: > 0 } ? open[0].From : null,
            open is { Count: > 0 } ? open[^1].To : null,
            source);
        var hours = new ParkHour[day.Hours.Count];
        for (var h = 0; h < hours.Length; h++)
        {
            var hour = day.Hours[h];
            hours[h] = new ParkHour(day.Date, hour, open is null ? null : (int)open.Sum(o => Math.Max(0, o.Within(hour.Start, hour.End).Length)));
        }

        var any = false;
        for (var i = 0; i < rides.Count; i++)
        {
            any |= AddRide(day, rides[i], segments[i], ref firstSegment[i], ref firstStatement[i], open, park, hours);
        }

        if (any || watched.Count > 0)
        {
            _rows.ParkDays.Add(park);
            _rows.ParkHours.AddRange(hours.Where(h => h.Open > 0));
        }
    }

    // Returns whether anything was said of the ride on the day.
    private bool AddRide(
        OperatingDay day, RollupRide ride, Segment[] segments, ref int segment, ref int statement, List<Stretch>? open, ParkDay park, ParkHour[] parkHours)
    {
        var firstHour = _rows.RideHours.Count;
        var states = default(StateSeconds);
        var (known, uptime, candidates, changes, waitSeconds, snapshots) = (0, 0, 0, 0, 0, 0);
        var waitSum = 0L;
        _dayWaits.Clear();
        _down.Clear();
        for (var h = 0; h < parkHours.Length; h++)
        {
            var hour = parkHours[h];
            _hour.Clear();
            for (var at = segment; at < segments.Length && segments[at].From < hour.Hour.End; at++)
            {
                ref readonly var piece = ref segments[at];
                var within = new Stretch(piece.From, piece.To).Within(hour.Hour.Start, hour.Hour.End);
                _hour.Add(piece, within, open, closedIsDown, _down);
                if (piece.From >= hour.Hour.Start && at > 0 && IsChange(segments[at - 1], piece))
                {
                    changes++;
                }

                segment = piece.To <= hour.Hour.End ? at + 1 : at;
            }

            while (statement < ride.Statements.Length && ride.Statements[statement].At < hour.Hour.End)
            {
                _hour.Snapshots++;
                statement++;
            }

            states = _hour.AddTo(states);
            known += _hour.Known;
            uptime += _hour.Uptime;
            candidates += _hour.Down;
            snapshots += _hour.Snapshots;
            waitSeconds += _hour.WaitSeconds;
            waitSum += _hour.WaitSum;
            WaitDistribution.Merge(_dayWaits, CollectionsMarshal.AsSpan(_hour.Waits));
            if (hour.Open > 0 || _hour.IsRunning)
            {
                _rows.RideHours.Add(_hour.ToRow(ride.RideId, hour));
            }
        }

        if (!states.AnyKnown && snapshots == 0)
        {
            _rows.RideHours.RemoveRange(firstHour, _rows.RideHours.Count - firstHour);
            return false;
        }

        bool? operated = open is null ? null : uptime > 0;
        if (operated == true)
        {
            _rows.Downtimes.AddRange(_down.Select(d => new Downtime(ride.RideId, day.Date, d)));
        }
        else
        {
            ForgetDowntime(firstHour);
        }

        var waits = CollectionsMarshal.AsSpan(_dayWaits);
        _rows.RideDays.Add(new RideDay(
            day.Date,
            ride.RideId,
            ride.Counted,
            states,
            park.Open,
            open is null ? null : known,
            open is null ? null : uptime,
            operated == true ? candidates : null,
            operated,
            operated == true ? _down.Count : null,
            operated == true ? (int)_down.Select(d => d.Length).DefaultIfEmpty(0).Max() : null,
            changes,
            waitSeconds,
            waitSum,
            _dayWaits.Count > 0 ? _dayWaits[0].Wait : null,
            _dayWaits.Count > 0 ? _dayWaits[^1].Wait : null,
            WaitDistribution.Percentile(waits, 50),
            WaitDistribution.Percentile(waits, 90),
            WaitDistribution.Percentile(waits, 95),
            snapshots));
        if (ride.Counted)
        {
            AddToPark(ride, _rows.RideDays[^1], CollectionsMarshal.AsSpan(_rows.RideHours)[firstHour..], park, parkHours);
        }

        return true;
    }

    private void ForgetDowntime(int firstHour)
    {
        for (var i = firstHour; i < _rows.RideHours.Count; i++)
        {
            _rows.RideHours[i] = _rows.RideHours[i] with { Downtime = null };
        }
    }

    private static void AddToPark(RollupRide ride, RideDay day, ReadOnlySpan<RideHour> hours, ParkDay park, ParkHour[] parkHours)
    {
        park.Snapshots += day.Snapshots;
        park.RidesTracked += day.States.AnyKnown ? 1 : 0;
        park.RidesWithWaits += day.WaitSeconds > 0 ? 1 : 0;
        park.Sums.AddWaits(day.WaitSeconds, day.WaitSum, day.WaitMax);
        var operated = day.Operated == true;
        if (operated)
        {
            park.RidesOperated++;
            park.RidesWithDowntime += day.Downtime > 0 ? 1 : 0;
            park.EffectiveWeight += ride.Weight;
            park.Sums.AddTimes(day.Uptime!.Value, day.Downtime!.Value, day.OpenKnown!.Value, ride.Weight);
        }

        var at = 0;
        foreach (var hour in hours)
        {
            while (parkHours[at].Hour.Start < hour.Hour.Start)
            {
                at++;
            }

            var parkHour = parkHours[at];
            parkHour.Sums.AddWaits(hour.WaitSeconds, hour.WaitSum, hour.WaitMax);
            if (operated)
            {
                parkHour.RidesOperating += hour.Uptime > 0 ? 1 : 0;
                parkHour.RidesDown += hour.Downtime > 0 ? 1 : 0;
                parkHour.Sums.AddTimes(hour.Uptime!.Value, hour.Downtime!.Value, hour.OpenKnown!.Value, ride.Weight);
            }
        }
    }

    private static (List<Stretch>? Open, string Source) OpenOf(
        OperatingDay day, List<Stretch> watched, IReadOnlyList<RollupRide> rides, Segment[][] segments, int[] firstSegment)
    {
        // What is not over yet, or was never watched to its end, ends where the watching does.
        var until = watched.Count == 0 ? day.Start : watched[^1].To;
        if (day.Published is { } published)
        {
            return (Stretches.Within(published, day.Start, Math.Min(day.End, until)), "PUBLISHED");
        }

        var (rising, falling, operating, anyKnown) = (new List<long>(), new List<long>(), 0, false);
        for (var i = 0; i < rides.Count; i++)
        {
            if (!rides[i].Counted)
            {
                continue;
            }

            var runs = false;
            for (var at = firstSegment[i]; at < segments[i].Length && segments[i][at].From < day.End; at++)
            {
                anyKnown |= segments[i][at].Status != RideStatus.None;
                if (segments[i][at].Status == RideStatus.Operating)
                {
                    rising.Add(Math.Max(segments[i][at].From, day.Start));
                    falling.Add(Math.Min(segments[i][at].To, day.End));
                    runs = true;
                }
            }

            operating += runs ? 1 : 0;
        }

        if (operating > 0)
        {
            return (Inferred(rising, falling, Math.Max(1, operating / LeastShare)), "INFERRED");
        }

        // Nothing ran: only who watched all day knows that the park was closed.
        return anyKnown && watched.Sum(w => w.Length) == day.End - day.Start ? ([], "INFERRED") : (null, "UNKNOWN");
    }

    private static List<Stretch> Inferred(List<long> rising, List<long> falling, int enough)
    {
        rising.Sort();
        falling.Sort();
        var (count, fall, from, to) = (0, 0, -1L, -1L);
        for (var rise = 0; fall < falling.Count;)
        {
            var at = rise < rising.Count ? Math.Min(rising[rise], falling[fall]) : falling[fall];
            if (count >= enough)
            {
                to = at;
            }

            while (rise < rising.Count && rising[rise] == at)
            {
                (count, rise) = (count + 1, rise + 1);
            }

            while (fall < falling.Count && falling[fall] == at)
            {
                (count, fall) = (count - 1, fall + 1);
            }

            from = from < 0 && count >= enough ? at : from;
        }

        return from < 0 ? [] : [new Stretch(from, to)];
    }

    private static bool IsChange(in Segment before, in Segment after) =>
        before.Status != RideStatus.None && after.Status != RideStatus.None && before.Status != after.Status;

    private static int FirstAt(Statement[] statements, long start)
    {
        var at = 0;
        while (at < statements.Length && statements[at].At < start)
        {
            at++;
        }

        return at;
    }
}
