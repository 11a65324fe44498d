using Microsoft.Extensions.Options;

namespace ThemePark.Jobs;

/// <summary>Wakes the dispatcher of this process when a job was enqueued here.</summary>
internal sealed class DispatchSignal(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan CommitSoon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    private readonly SemaphoreSlim _signal = new(0);
    private long _lookUntil;

    /// <summary>A job's row is there.</summary>
    public void Committed() => _signal.Release();

    /// <summary>A job's row will be there when its transaction commits; nobody tells when, so the dispatcher looks often for a while.</summary>
    public void InTransaction()
    {
        Volatile.Write(ref _lookUntil, (time.GetUtcNow() + CommitSoon).UtcTicks);
        _signal.Release();
    }

    /// <summary>Returns when there may be something to do, at the latest after the interval.</summary>
    public async Task WaitAsync(TimeSpan interval, CancellationToken ct)
    {
        var wait = time.GetUtcNow().UtcTicks < Volatile.Read(ref _lookUntil) && Look < interval ? Look : interval;
        await _signal.WaitAsync(wait, ct);
        while (await _signal.WaitAsync(TimeSpan.Zero, ct))
        {
        }
    }

    public void Dispose() => _signal.Dispose();
}

/// <summary>Tells the engine of committed jobs: this node's at once, those of nodes without an engine at the next look.</summary>
internal sealed class Dispatcher(Outbox outbox, IJobEngine engine, DispatchSignal signal, IOptions<JobsOptions> options)
{
    private const int Batch = 200;
    private const int AtOnce = 4;

    /// <summary>One look and everything it found.</summary>
    public async Task PassAsync(CancellationToken ct)
    {
        IReadOnlyList<Dispatch> pending;
        do
        {
            pending = await outbox.PendingAsync(Batch, ct);
            await Parallel.ForEachAsync(
                pending, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, (dispatch, token) => TellAsync(dispatch, token));
        }
        while (pending.Count == Batch);
    }

    public Task WaitAsync(CancellationToken ct) => signal.WaitAsync(options.Value.DispatchInterval, ct);

    private async ValueTask TellAsync(Dispatch dispatch, CancellationToken ct)
    {
        if (!await outbox.TakeAsync(dispatch, ct))
        {
            return;
        }

        try
        {
            await engine.DispatchAsync(dispatch, ct);
        }
        catch
        {
            await outbox.PutBackAsync(dispatch.Id.ToString(), dispatch.No, CancellationToken.None);
            throw;
        }
    }
}
