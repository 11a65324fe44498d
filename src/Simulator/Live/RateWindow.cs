namespace ThemePark.Simulator;

/// <summary>Requests of the running minute, of real time: simulated minutes may be shorter than a request.</summary>
internal sealed class RateWindow(int limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _started = time.GetTimestamp();
    private int _used;

    /// <summary>Counts a request: how many are left, seconds until the next minute, whether this one is beyond the limit.</summary>
    public (int Remaining, int ResetSeconds, bool Exceeded) Count()
    {
        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_started);
            if (elapsed >= TimeSpan.FromMinutes(1))
            {
                (_started, _used, elapsed) = (time.GetTimestamp(), 0, TimeSpan.Zero);
            }

            _used++;
            return (Math.Max(0, limit - _used), (int)Math.Ceiling(60 - elapsed.TotalSeconds), _used > limit);
        }
    }
}
