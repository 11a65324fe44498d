namespace ThemePark.Simulator;

/// <summary>
/// Simulated time: from a start instant it runs at a multiple of real time. Timers and timestamps run with it, so that a collector given this
/// clock polls a simulated five minutes in half a second at speed 600. At speed 0 it stands still until it is moved; its timers then never fire.
/// </summary>
public sealed class SimClock : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly Lock _gate = new();
    private DateTimeOffset _from;
    private long _realFrom;

    /// <param name="start">Simulated now at construction.</param>
    /// <param name="speed">Simulated seconds per real second, 0 or more.</param>
    /// <param name="real">What it is a multiple of; left out, the system's clock.</param>
    public SimClock(DateTimeOffset start, double speed = 1, TimeProvider? real = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(speed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 1_000_000);
        _real = real ?? System;
        Start = _from = start.ToUniversalTime();
        Speed = speed;
        _realFrom = _real.GetTimestamp();
    }

    /// <summary>Simulated now at construction.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Simulated seconds per real second.</summary>
    public double Speed { get; }

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _from + (_real.GetElapsedTime(_realFrom) * Speed);
        }
    }

    /// <inheritdoc />
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Goes on from another instant, backwards too.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        lock (_gate)
        {
            _from = instant.ToUniversalTime();
            _realFrom = _real.GetTimestamp();
        }
    }

    /// <summary>Goes on from a later instant.</summary>
    public void Advance(TimeSpan by) => MoveTo(GetUtcNow() + by);

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Scaled(_real.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    /// <summary>The same time with the timers of the world: for who waits, beside a clock that stands still, for something other than time.</summary>
    public TimeProvider WithRealTimers() => new RealTimers(this);

    private TimeSpan Real(TimeSpan simulated) =>
        simulated == Timeout.InfiniteTimeSpan || simulated == TimeSpan.Zero ? simulated
        : Speed == 0 ? Timeout.InfiniteTimeSpan
        // A period that rounds to nothing would fire once instead of often.
        : TimeSpan.FromMilliseconds(Math.Max(1, simulated.TotalMilliseconds / Speed));

    private sealed class RealTimers(SimClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();
    }

    private sealed class Scaled(ITimer timer, SimClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
