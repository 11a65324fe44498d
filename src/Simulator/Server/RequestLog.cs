using System.Collections.Concurrent;

namespace ThemePark.Simulator;

/// <summary>One answered (or abandoned) request. Status is 0 while it runs, and stays 0 when no headers were sent.</summary>
/// <param name="Operation">What was asked.</param>
/// <param name="Key">Object key, prefix of a listing, or empty.</param>
/// <param name="Attempt">How often this operation was asked for this key, this time included.</param>
/// <param name="Fault">What was done to it.</param>
/// <param name="Status">HTTP status sent.</param>
/// <param name="At">When it arrived.</param>
public sealed record LoggedRequest(S3Operation Operation, string Key, int Attempt, FaultKind? Fault, int Status, DateTimeOffset At);

/// <summary>What the server was asked, for assertions.</summary>
public sealed class RequestLog
{
    private readonly ConcurrentDictionary<(S3Operation Operation, string Key), int> _counts = new();
    private readonly ConcurrentQueue<LoggedRequest> _all = new();
    private readonly int[] _running = new int[Enum.GetValues<S3Operation>().Length];
    private readonly int[] _peak = new int[Enum.GetValues<S3Operation>().Length];
    private readonly Lock _gate = new();

    /// <summary>All finished requests in the order they ended.</summary>
    public IReadOnlyCollection<LoggedRequest> All => _all;

    /// <summary>How often an object was asked for with GET.</summary>
    public int Gets(string key) => _counts.GetValueOrDefault((S3Operation.Get, key));

    /// <summary>How often an operation was asked for, over all keys.</summary>
    public int Count(S3Operation operation) => _counts.Where(c => c.Key.Operation == operation).Sum(c => c.Value);

    /// <summary>Most requests of an operation that ran at the same time.</summary>
    public int Peak(S3Operation operation)
    {
        lock (_gate)
        {
            return _peak[(int)operation];
        }
    }

    /// <summary>Forgets everything; attempts of faults start at 1 again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _counts.Clear();
            _all.Clear();
            _running.CopyTo(_peak, 0);
        }
    }

    internal int Begin(S3Operation operation, string key)
    {
        lock (_gate)
        {
            var running = ++_running[(int)operation];
            _peak[(int)operation] = Math.Max(_peak[(int)operation], running);
            return _counts.AddOrUpdate((operation, key), 1, (_, n) => n + 1);
        }
    }

    internal void End(LoggedRequest request)
    {
        lock (_gate)
        {
            _running[(int)request.Operation]--;
            _all.Enqueue(request);
        }
    }
}
