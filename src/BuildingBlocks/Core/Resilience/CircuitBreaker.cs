namespace ThemePark.BuildingBlocks;

/// <summary>Whether a source is asked.</summary>
public enum BreakerState
{
    Closed,

    /// <summary>Not asked until the pause is over.</summary>
    Open,

    /// <summary>The pause is over: one request may try.</summary>
    HalfOpen,
}

/// <summary>
/// Stops asking a source that keeps failing. Opens after a number of failures in a row, lets one request try after a pause, and closes
/// when that one is answered.
/// </summary>
/// <remarks>
/// Polly's breaker works on a failure ratio over a window; "so many in a row" cannot be said with it. The failures must also come from more
/// than one target: a single object the server chokes on must not stop everything else for ever.
/// </remarks>
public sealed class CircuitBreaker(int failures, TimeSpan pause, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _consecutive;
    private string? _onlyTarget;
    private bool _several;
    private DateTimeOffset? _openedAt;
    private bool _probing;
    private int _generation;

    /// <summary>As of now; <c>RetryAt</c>: when an open breaker lets one request try.</summary>
    public (BreakerState State, int ConsecutiveFailures, DateTimeOffset? OpenedAt, DateTimeOffset? RetryAt) Snapshot()
    {
        lock (_lock)
        {
            return (State(), _consecutive, _openedAt, _openedAt + pause);
        }
    }

    /// <summary>Asks for permission to send one request; null when the breaker is open.</summary>
    public Permit? TryEnter()
    {
        lock (_lock)
        {
            switch (State())
            {
                case BreakerState.Open:
                case BreakerState.HalfOpen when _probing:
                    return null;
                case BreakerState.HalfOpen:
                    _probing = true;
                    return new Permit(this, _generation, isProbe: true);
                default:
                    return new Permit(this, _generation, isProbe: false);
            }
        }
    }

    /// <summary>A failure that is only known as one after the last attempt. <paramref name="target"/> null: the source as a whole.</summary>
    public void RecordFailure(string? target)
    {
        lock (_lock)
        {
            Fail(target, isProbe: false);
        }
    }

    /// <summary>Closes it and forgets all failures.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Close();
            // Whatever is still under way belongs to the time before.
            _generation++;
        }
    }

    private BreakerState State() =>
        _openedAt is not { } opened ? BreakerState.Closed
        : time.GetUtcNow() < opened + pause ? BreakerState.Open
        : BreakerState.HalfOpen;

    private void Fail(string? target, bool isProbe)
    {
        if (_openedAt is not null && !isProbe)
        {
            return;
        }

        _several |= target is null || (_consecutive > 0 && target != _onlyTarget);
        _onlyTarget = target;
        _consecutive++;
        if (isProbe || (_consecutive >= failures && _several))
        {
            _openedAt = time.GetUtcNow();
        }
    }

    private void Close()
    {
        _consecutive = 0;
        _several = false;
        _onlyTarget = null;
        _openedAt = null;
        _probing = false;
    }

    /// <summary>One request under way. Disposed without a verdict (cancelled, own disk full) it says nothing about the source.</summary>
    public sealed class Permit(CircuitBreaker breaker, int generation, bool isProbe) : IDisposable
    {
        private bool _reported;

        /// <summary>Closes the breaker: failures must come in a row.</summary>
        public void Succeed() => Report(breaker.Close);

        /// <summary>The source answered, though not well: enough to close after a probe, not enough to forget failures.</summary>
        public void Answered() => Report(() =>
        {
            if (isProbe)
            {
                breaker.Close();
            }
        });

        /// <summary>Counts one failure. <paramref name="target"/> null: the source as a whole.</summary>
        public void Fail(string? target) => Report(() => breaker.Fail(target, isProbe));

        public void Dispose() => Report(() => { });

        private void Report(Action verdict)
        {
            lock (breaker._lock)
            {
                if (!_reported && generation == breaker._generation)
                {
                    verdict();
                    breaker._probing &= !isProbe;
                }

                _reported = true;
            }
        }
    }
}
