using Microsoft.Extensions.Logging;

namespace ThemePark.Modules.Operations.Maintenance;

/// <summary>
/// The switches as this node last saw them, at most a second old. When they cannot be read the last state stands: a database that is away must neither end a
/// maintenance nor begin one.
/// </summary>
internal sealed class SwitchBoard(Switches switches, TimeProvider time, ILogger<SwitchBoard> log) : IDisposable
{
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    // A request must not wait for a database that is away just to learn that it may go on.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _reading = new(1);
    private IReadOnlyList<SwitchedOn> _last = [];
    private long _readAt;
    private bool _isRead;

    public async ValueTask<SwitchedOn?> FindAsync(Switch which, CancellationToken cancellationToken)
    {
        if (!IsFresh() && (_isRead ? await _reading.WaitAsync(TimeSpan.Zero, cancellationToken) : await WaitAsync(cancellationToken)))
        {
            try
            {
                if (!IsFresh())
                {
                    await ReadAsync(cancellationToken);
                }
            }
            finally
            {
                _reading.Release();
            }
        }

        return _last.FirstOrDefault(s => s.Switch == which);
    }

    /// <summary>The next question is answered by the database: something was switched here.</summary>
    public void Forget() => _isRead = false;

    public void Dispose() => _reading.Dispose();

    private bool IsFresh() => _isRead && time.GetElapsedTime(_readAt) < Freshness;

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        return true;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            _last = await switches.ReadAsync(limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogDebug(e, "The switches cannot be read; what was last seen stands");
        }

        _readAt = time.GetTimestamp();
        _isRead = true;
    }
}
