using System.Runtime.InteropServices;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>The sums of one ride and hour while they are gathered.</summary>
internal sealed class RideHourSums
{
    private StateSeconds _states;

    public int Known { get; private set; }

    public int Uptime { get; private set; }

    /// <summary>Down by the rule, should the ride turn out to have operated.</summary>
    public int Down { get; private set; }

    public int WaitSeconds { get; private set; }

    public long WaitSum { get; private set; }

    public int Snapshots { get; set; }

    /// <summary>Ascending, each wait once.</summary>
    public List<WaitSeconds> Waits { get; } = [];

    public bool IsRunning => _states.Operating + _states.Down > 0;

    public void Clear()
    {
        _states = default;
        (Known, Uptime, Down, WaitSeconds, WaitSum, Snapshots) = (0, 0, 0, 0, 0, 0);
        Waits.Clear();
    }

    /// <param name="segment">Whose state it is.</param>
    /// <param name="within">The part of it in this hour.</param>
    /// <param name="open">Null: unknown.</param>
    /// <param name="closedIsDown">The park says CLOSED of unplanned closings too.</param>
    /// <param name="down">Gets the stretches down, touching ones joined.</param>
    public void Add(in Segment segment, Stretch within, List<Stretch>? open, bool closedIsDown, List<Stretch> down)
    {
        var seconds = (int)within.Length;
        switch (segment.Status)
        {
            case RideStatus.Operating: _states.Operating += seconds; break;
            case RideStatus.Down: _states.Down += seconds; break;
            case RideStatus.Closed: _states.Closed += seconds; break;
            case RideStatus.Refurbishment: _states.Refurbishment += seconds; break;
            default: _states.Unknown += seconds; break;
        }

        if (open is null || segment.Status == RideStatus.None)
        {
            return;
        }

        foreach (var stretch in open)
        {
            if (stretch.Within(within.From, within.To) is { Length: > 0 } common)
            {
                AddOpen(segment, common, closedIsDown, down);
            }
        }
    }

    public StateSeconds AddTo(StateSeconds sum) => new(
        sum.Operating + _states.Operating,
        sum.Down + _states.Down,
        sum.Closed + _states.Closed,
        sum.Refurbishment + _states.Refurbishment,
        sum.Unknown + _states.Unknown);

    public RideHour ToRow(int rideId, ParkHour hour) => new(
        rideId,
        hour.Date,
        hour.Hour,
        _states,
        hour.Open,
        hour.Open is null ? null : Known,
        hour.Open is null ? null : Uptime,
        hour.Open is null ? null : Down,
        WaitSeconds,
        WaitSum,
        Waits.Count > 0 ? Waits[^1].Wait : null,
        WaitDistribution.Encode(CollectionsMarshal.AsSpan(Waits)),
        Snapshots);

    private void AddOpen(in Segment segment, Stretch common, bool closedIsDown, List<Stretch> down)
    {
        var seconds = (int)common.Length;
        Known += seconds;
        if (segment.Status == RideStatus.Operating)
        {
            Uptime += seconds;
            if (segment.Wait != Statement.NoWait)
            {
                WaitSeconds += seconds;
                WaitSum += (long)segment.Wait * seconds;
                WaitDistribution.Merge(Waits, [new WaitSeconds(segment.Wait, seconds)]);
            }
        }
        else if (segment.Status == RideStatus.Down || (closedIsDown && segment.Status == RideStatus.Closed))
        {
            Down += seconds;
            if (down.Count > 0 && down[^1].To == common.From)
            {
                down[^1] = new Stretch(down[^1].From, common.To);
            }
            else
            {
                down.Add(common);
            }
        }
    }
}
