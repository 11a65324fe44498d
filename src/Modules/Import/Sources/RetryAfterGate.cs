namespace ThemePark.Modules.Import.Sources;

/// <summary>Keeps all requests back while the source has asked for it (Retry-After), not only the one that was told.</summary>
internal sealed class RetryAfterGate(TimeSpan longestWait, TimeProvider time)
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

    public void CloseFor(TimeSpan delay)
    {
        lock (_lock)
        {
            var until = time.GetUtcNow() + delay;
            _until = until > _until ? until : _until;
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            _until = DateTimeOffset.MinValue;
            _opened.SetResult();
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <exception cref="ArchiveException">The wait would be longer than is sensible inside a run.</exception>
    public async Task WaitAsync(CancellationToken ct)
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
                    return;
                }

                if (remaining > longestWait)
                {
                    throw new ArchiveException(ArchiveErrors.Unavailable, retriable: false, $"The archive asks to be left alone until {_until:u}.")
                    {
                        RetryAt = _until,
                    };
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
