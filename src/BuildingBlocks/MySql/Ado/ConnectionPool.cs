using System.Collections.Concurrent;
using System.Globalization;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>
/// Sessions of one connection string: at most MaxPoolSize at a time, waited for without a thread. Pools are shared by the whole process, so
/// that EF, Dapper and the job engine together keep to one limit.
/// </summary>
#pragma warning disable CA1001 // A pool lives as long as somebody may return a connection; its semaphore holds no handle.
internal sealed class ConnectionPool(MySqlOptions options)
#pragma warning restore CA1001
{
    private const int KillerCount = 4;
    private const long MaxIdleMilliseconds = 180_000;

    private static readonly ConcurrentDictionary<string, ConnectionPool> Pools = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, ConnectionPool> Killers = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _slots = new(options.MaxPoolSize);
    private readonly List<PhysicalConnection> _idle = [];
    private bool _closed;
    private int _waiting;
    private long _timeouts;

    public MySqlOptions Options { get; } = options;

    public static ConnectionPool For(MySqlOptions options) => Pools.GetOrAdd(options.PublicString, static (_, o) => new ConnectionPool(o), options);

    public static ConnectionPool KillersFor(MySqlOptions options) =>
        Killers.GetOrAdd(options.DriverString, static (text, _) => new ConnectionPool(MySqlOptions.Parse(text, KillerCount)), options);

    /// <summary>Closes what is idle now and what is in use on its return; later users get a new pool.</summary>
    public static async ValueTask CloseAsync(MySqlOptions options)
    {
        foreach (var pool in new[] { Remove(Pools, options.PublicString), Remove(Killers, options.DriverString) })
        {
            if (pool is not null)
            {
                await pool.DrainAsync();
            }
        }

        static ConnectionPool? Remove(ConcurrentDictionary<string, ConnectionPool> pools, string key) =>
            pools.TryRemove(key, out var pool) ? pool : null;
    }

    public async ValueTask<PhysicalConnection> TakeAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!await WaitAsync(ct))
        {
            Interlocked.Increment(ref _timeouts);
            throw new MySqlTimeoutException(
                MySqlTimeout.Pool,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"All {Options.MaxPoolSize} MySQL connections stayed in use for {Options.ConnectTimeout.TotalSeconds:0.#} s; none became free."));
        }

        try
        {
            while (PopIdle() is { } idle)
            {
                if (idle.IsAlive)
                {
                    return idle;
                }

                idle.Abandon();
            }

            return await PhysicalConnection.OpenAsync(Options, ct);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    public PoolReading Read()
    {
        lock (_idle)
        {
            var inUse = Options.MaxPoolSize - _slots.CurrentCount;
            return new PoolReading(Options.MaxPoolSize, inUse, _idle.Count, Volatile.Read(ref _waiting), Interlocked.Read(ref _timeouts));
        }
    }

    public async ValueTask ReturnAsync(PhysicalConnection connection)
    {
        PhysicalConnection? surplus = connection;
        if (!connection.Broken)
        {
            connection.IdleSince = Environment.TickCount64;
            lock (_idle)
            {
                if (!_closed)
                {
                    _idle.Add(connection);
                    surplus = null;
                    if (connection.IdleSince - _idle[0].IdleSince > MaxIdleMilliseconds)
                    {
                        surplus = _idle[0];
                        _idle.RemoveAt(0);
                    }
                }
            }
        }

        _slots.Release();
        if (surplus is not null)
        {
            await surplus.CloseAsync();
        }
    }

    /// <summary>Frees the place of a connection that will never be returned.</summary>
    public void Forget() => _slots.Release();

    public async Task KillAsync(int threadId, CancellationToken ct)
    {
        var killer = await TakeAsync(ct);
        try
        {
            await using var kill = new MySqlCommand("KILL QUERY @thread", killer.Inner) { CommandTimeout = 0 };
            kill.Parameters.AddWithValue("@thread", threadId);
            var killing = kill.ExecuteNonQueryAsync(CancellationToken.None);
            await ((Task)killing).WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            killer.Abandon();
            throw;
        }
        finally
        {
            await ReturnAsync(killer);
        }
    }

    private async ValueTask<bool> WaitAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await _slots.WaitAsync(Options.ConnectTimeout, ct);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private PhysicalConnection? PopIdle()
    {
        lock (_idle)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            var last = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return last;
        }
    }

    private async ValueTask DrainAsync()
    {
        PhysicalConnection[] idle;
        lock (_idle)
        {
            _closed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in idle)
        {
            await connection.CloseAsync();
        }
    }
}
