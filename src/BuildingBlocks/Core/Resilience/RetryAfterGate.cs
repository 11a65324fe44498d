namespace ThemePark.BuildingBlocks;

/// <summary>Keeps all requests back while the source has asked for it (Retry-After), not only the one that was told.</summary>
public sealed class RetryAfterGate(TimeSpan longestWait, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When requests may go again; null when they may now.</summary>
    public DateTimeOffset? ClosedUntil
    {
        get
        {
            lock (_lock)
            {
                return _until > time.GetUtcNow() ? _until : null;
            }
        }
    }

    /// <summary>Closes it for at least this long; a longer closure stays.</summary>
    public void CloseFor(TimeSpan delay)
    {
        lock (_lock)
        {
            var until = time.GetUtcNow() + delay;
            _until = until > _until ? until : _until;
        }
    }

    /// <summary>Lets everybody go at once.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _until = DateTimeOffset.MinValue;
            _opened.SetResult();
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until requests may go. Answers null then; an instant at once when the source wants to be left alone for longer than is sensible to wait.</summary>
    public async Task<DateTimeOffset?> WaitAsync(CancellationToken ct)
    {
        while (true)
        {
            TimeSpan remaining;
            Task opened;
            lock (_lock)
            {
                remaining = _until - time.GetUtcNow();
                if (remaining <= TimeSpan.Zero)
                {
                    return null;
                }

                if (remaining > longestWait)
                {
                    return _until;
                }

                opened = _opened.Task;
            }

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
            // Timers have whole milliseconds and may round down: a request must not be early.
            await Task.WhenAny(Task.Delay(remaining + TimeSpan.FromMilliseconds(1), time, enough.Token), opened);
            await enough.CancelAsync();
            ct.ThrowIfCancellationRequested();
        }
    }
}
