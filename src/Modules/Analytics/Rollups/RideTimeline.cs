using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>What a snapshot stated.</summary>
/// <param name="At">Seconds since 1970-01-01 UTC.</param>
/// <param name="Wait"><see cref="NoWait"/>: stated that none is known.</param>
internal readonly record struct Statement(long At, bool HasStatus, RideStatus Status, bool HasWait, short Wait)
{
    public const short NoWait = -1;
}

/// <summary>Time in which neither status nor wait changes.</summary>
internal readonly record struct Segment(long From, long To, RideStatus Status, short Wait);

/// <summary>From statements to the states they leave behind: docs/metrics.md, State.</summary>
internal ref struct RideTimeline
{
    /// <summary>How long a part holds at most.</summary>
    public const long CarrySeconds = 24 * 3600;

    private readonly ReadOnlySpan<Stretch> _covered;
    private readonly List<Segment> _segments;
    private readonly long _from;
    private long _at;
    private int _next;
    private RideStatus _status;
    private long _statusUntil;
    private short _wait;
    private long _waitUntil;

    private RideTimeline(ReadOnlySpan<Stretch> covered, long from, long begin, List<Segment> segments)
    {
        _covered = covered;
        _segments = segments;
        _from = from;
        _at = begin;
        _wait = Statement.NoWait;
    }

    /// <summary>Fills <paramref name="segments"/> with all of [from, to) without a hole, equal neighbours joined.</summary>
    /// <param name="statements">In time order; of two of one second the later wins. Those of the day before <paramref name="from"/> are carried in.</param>
    /// <param name="covered">In time order.</param>
    /// <param name="from">Seconds since 1970-01-01 UTC.</param>
    /// <param name="to">Exclusive.</param>
    /// <param name="segments">Emptied first.</param>
    public static void Build(ReadOnlySpan<Statement> statements, ReadOnlySpan<Stretch> covered, long from, long to, List<Segment> segments)
    {
        segments.Clear();
        var timeline = new RideTimeline(covered, from, statements.Length > 0 ? Math.Min(from, statements[0].At) : from, segments);
        foreach (ref readonly var statement in statements)
        {
            if (statement.At >= to)
            {
                break;
            }

            timeline.AdvanceTo(statement.At);
            timeline.Apply(statement);
        }

        timeline.AdvanceTo(to);
    }

    private void Apply(in Statement statement)
    {
        if (statement.HasStatus)
        {
            (_status, _statusUntil) = (statement.Status, statement.At + CarrySeconds);
        }

        if (statement.HasWait)
        {
            (_wait, _waitUntil) = (statement.Wait, statement.At + CarrySeconds);
        }
    }

    private void AdvanceTo(long to)
    {
        while (_at < to)
        {
            while (_next < _covered.Length && _covered[_next].To <= _at)
            {
                _next++;
            }

            var end = to;
            if (_next == _covered.Length || _covered[_next].From > _at)
            {
                end = _next == _covered.Length ? to : Math.Min(to, _covered[_next].From);
                (_status, _wait) = (RideStatus.None, Statement.NoWait);
            }
            else
            {
                end = Math.Min(end, _covered[_next].To);
                Expire(ref end);
            }

            Emit(end);
            _at = end;
        }
    }

    private void Expire(ref long end)
    {
        if (_status != RideStatus.None)
        {
            if (_statusUntil <= _at)
            {
                _status = RideStatus.None;
            }
            else
            {
                end = Math.Min(end, _statusUntil);
            }
        }

        if (_wait != Statement.NoWait)
        {
            if (_waitUntil <= _at)
            {
                _wait = Statement.NoWait;
            }
            else
            {
                end = Math.Min(end, _waitUntil);
            }
        }
    }

    private readonly void Emit(long end)
    {
        var start = Math.Max(_at, _from);
        if (start >= end)
        {
            return;
        }

        if (_segments.Count > 0 && _segments[^1] is var last && last.To == start && last.Status == _status && last.Wait == _wait)
        {
            _segments[^1] = last with { To = end };
        }
        else
        {
            _segments.Add(new Segment(start, end, _status, _wait));
        }
    }
}
