namespace ThemePark.Upstream;

/// <summary>
/// A token bucket: a quarter of a minute's requests may go at once, the rest comes evenly, so that no minute, wherever it begins, sees more
/// than the whole. Requests are served in the order in which they came.
/// </summary>
/// <remarks><c>TokenBucketRateLimiter</c> reads the machine's own clock, which no test can move.</remarks>
internal sealed class RequestBudget
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly int _burst;
    private readonly double _perSecond;
    private double _tokens;
    private long _refilled;

    public RequestBudget(int requestsPerMinute, TimeProvider time)
    {
        _time = time;
        _burst = Math.Max(1, requestsPerMinute / 4);
        _perSecond = (requestsPerMinute - _burst) / 60d;
        _tokens = _burst;
        _refilled = time.GetTimestamp();
    }

    /// <summary>Waits for the next free request.</summary>
    public async Task TakeAsync(CancellationToken ct)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _tokens = Math.Min(_burst, _tokens + (_time.GetElapsedTime(_refilled, now).TotalSeconds * _perSecond));
            _refilled = now;
            // Below zero: promised to those who wait already.
            _tokens--;
            wait = _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _perSecond);
        }

        if (wait == TimeSpan.Zero)
        {
            return;
        }

        try
        {
            // Timers have whole milliseconds and may round down: a request must not be early.
            await Task.Delay(wait + TimeSpan.FromMilliseconds(1), _time, ct);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                _tokens++;
            }

            throw;
        }
    }
}
