using System.Globalization;
using System.Net.Sockets;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>
/// One session on the server. Statements run one at a time through <see cref="RunAsync"/>, which is where cancellation and limits live.
/// </summary>
internal sealed class PhysicalConnection
{
    // NOW() is UTC, texts that are not columns compare byte by byte as columns do, bad values are errors, and a
    // backslash in a literal stays an escape whatever the server's own defaults are.
    private const string SessionSetup =
        "SET SESSION time_zone = '+00:00', collation_connection = 'utf8mb4_bin', "
        + "sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION'";

    /// <summary>How long a killed statement may take to end before its connection is given up.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KillAgain = TimeSpan.FromMilliseconds(500);

    private readonly MySqlOptions _options;
    private int _busy;

    private PhysicalConnection(MySqlOptions options, MySqlConnection inner)
    {
        _options = options;
        Inner = inner;
        ThreadId = inner.ServerThread;
    }

    public MySqlConnection Inner { get; }

    public int ThreadId { get; }

    public bool Broken { get; private set; }

    /// <summary><see cref="Environment.TickCount64"/> of the return to the pool.</summary>
    public long IdleSince { get; set; }

    /// <summary>True while an exchange with the server is under way.</summary>
    public bool Busy => Volatile.Read(ref _busy) != 0;

    public bool InTransaction => DriverInternals.InTransaction(Inner);

    /// <summary>Small packets are sent at once; null without a TCP socket.</summary>
    public bool? NoDelay => DriverInternals.Socket(Inner) is { ProtocolType: ProtocolType.Tcp } socket ? socket.NoDelay : null;

    /// <summary>False when the server has closed an idle connection; costs no round trip.</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                return !Broken && Inner.State == System.Data.ConnectionState.Open
                    && DriverInternals.Socket(Inner) is { } socket && !socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <exception cref="MySqlTimeoutException">The server did not complete the handshake in time.</exception>
    public static async Task<PhysicalConnection> OpenAsync(MySqlOptions options, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var inner = new MySqlConnection(options.DriverString);

        // The driver keeps its connect limit only in its blocking path, so that path gets a thread of its own and nobody waits for it
        // longer than the limit.
        var opening = Task.Factory.StartNew(
            () =>
            {
                inner.Open();
                // The driver leaves Nagle on: the small last packet of a LOAD DATA then waits 40 ms for an acknowledgement the server delays.
                if (DriverInternals.Socket(inner) is { ProtocolType: ProtocolType.Tcp } socket)
                {
                    socket.NoDelay = true;
                }

                using var setup = new MySqlCommand(SessionSetup, inner) { CommandTimeout = (int)options.ConnectTimeout.TotalSeconds };
                setup.ExecuteNonQuery();
                DriverInternals.AllowLocalFile(inner, false);
                return new PhysicalConnection(options, inner);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
        await ((Task)opening).WaitAsync(options.ConnectTimeout, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully && !ct.IsCancellationRequested)
        {
            return await opening;
        }

        if (opening.Exception is { } failed)
        {
            await inner.DisposeAsync();

            // The driver's own limit can win by a moment, and then names no number.
            if (MySqlErrors.Number(failed) is null && MySqlErrors.Chain(failed).Any(e => e is TimeoutException or IOException or SocketException))
            {
                throw NotConnected(options, failed.InnerException);
            }

            return await opening;
        }

        _ = opening.ContinueWith(
            static (done, state) =>
            {
                _ = done.Exception;
                Destroy((MySqlConnection)state!);
            },
            inner, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        ct.ThrowIfCancellationRequested();
        throw NotConnected(options, null);
    }

    /// <summary>
    /// Runs one exchange with the server. When <paramref name="ct"/> fires or <paramref name="timeout"/> passes, the statement is killed
    /// from a second connection and this returns only when the kill can hit nothing else.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> fired.</exception>
    /// <exception cref="MySqlTimeoutException">The limit passed (connection usable), or the server stayed silent (connection
    /// lost).</exception>
    public async Task<TResult> RunAsync<TState, TResult>(
        TState state, Func<TState, Task<TResult>> exchange, TimeSpan timeout, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (Broken)
        {
            throw new ConnectionLostException("The connection to MySQL was lost earlier; close it and open another.");
        }

        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("A MySQL connection runs one statement at a time.");
        }

        try
        {
            var work = exchange(state);
            if (!work.IsCompleted)
            {
                await ((Task)work).WaitAsync(timeout, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!work.IsCompleted)
                {
                    await StopAsync(work);
                    ct.ThrowIfCancellationRequested();
                    throw Broken
                        ? new MySqlTimeoutException(MySqlTimeout.Silence, "MySQL did not answer, not even to a kill; the connection was given up.")
                        : new MySqlTimeoutException(
                            MySqlTimeout.Command,
                            string.Create(
                                CultureInfo.InvariantCulture, $"The statement ran longer than {timeout.TotalSeconds:0.###} s and was killed."));
                }
            }

            return await work;
        }
        catch (Exception ex) when (IsDriverFailure(ex))
        {
            Abandon();
            throw new ConnectionLostException("The connection to MySQL was lost during the statement.", ex);
        }
        catch (MySqlException ex) when (Inner.State != System.Data.ConnectionState.Open || MySqlErrors.IsAway(ex))
        {
            // A node that has lost its cluster refuses while it keeps the session open: another session may lead to a node that does not.
            Abandon();
            throw;
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends the session without asking the server: for a server that is silent or a protocol in an unknown state.</summary>
    public void Abandon()
    {
        Broken = true;
        Destroy(Inner);
    }

    /// <summary>Says goodbye to the server and closes; falls back to <see cref="Abandon"/> when the server does not take it.</summary>
    public async ValueTask CloseAsync()
    {
        if (!Broken)
        {
            var closing = Inner.CloseAsync();
            await closing.WaitAsync(SilenceLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Abandon();
    }

    private static MySqlTimeoutException NotConnected(MySqlOptions options, Exception? cause) => new(
        MySqlTimeout.Connect,
        string.Create(
            CultureInfo.InvariantCulture,
            $"MySQL at {options.DataSource} did not complete a connection (limit {options.ConnectTimeout.TotalSeconds:0.#} s)."),
        cause);

    private static void Destroy(MySqlConnection inner)
    {
        try
        {
            DriverInternals.Socket(inner)?.Dispose();
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // Already closed, which is what was wanted.
        }
    }

    /// <summary>
    /// The driver's ways of saying that the stream ended, or that somebody else killed the statement, other than its own exception.
    /// </summary>
    private static bool IsDriverFailure(Exception ex) =>
        ex is IOException or SocketException or NullReferenceException or ObjectDisposedException or IndexOutOfRangeException;

    private async Task StopAsync(Task work)
    {
        var deadline = Environment.TickCount64 + (long)SilenceLimit.TotalMilliseconds;
        while (!work.IsCompleted && Environment.TickCount64 < deadline)
        {
            if (!await KillAsync())
            {
                // A kill that may still arrive later could hit the next statement: such a session is not handed on.
                Broken = true;
                break;
            }

            // Again and again: a kill that overtakes its statement on the way is without effect.
            await work.WaitAsync(KillAgain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!work.IsCompleted || Broken || Inner.State != System.Data.ConnectionState.Open)
        {
            Abandon();
            _ = work.ContinueWith(
                static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return;
        }

        await AbsorbAsync();
    }

    private async Task<bool> KillAsync()
    {
        using var limit = new CancellationTokenSource(SilenceLimit);
        try
        {
            await ConnectionPool.KillersFor(_options).KillAsync(ThreadId, limit.Token);
            return true;
        }
        catch (Exception ex) when (ex is OperationCanceledException or TimeoutException or System.Data.Common.DbException or IOException)
        {
            // 1094: the session is gone already.
            return MySqlErrors.Number(ex) == 1094;
        }
    }

    /// <summary>Takes a kill that came after its statement had ended, and proves that the session still speaks the protocol.</summary>
    private async Task AbsorbAsync()
    {
        for (var attempt = 0; attempt < 2 && !Broken; attempt++)
        {
            try
            {
                if (DriverInternals.OpenReader(Inner) is { } reader)
                {
                    await reader.CloseAsync().WaitAsync(SilenceLimit);
                }

                await using var probe = new MySqlCommand("DO 0", Inner) { CommandTimeout = 0 };
                var probing = probe.ExecuteNonQueryAsync(CancellationToken.None);
                await probing.WaitAsync(SilenceLimit);
                return;
            }
            catch (MySqlException ex) when (ex.Number == 1317 && attempt == 0)
            {
                // The late kill, now spent.
            }
            catch (Exception ex) when (ex is MySqlException or TimeoutException or InvalidOperationException
                or NullReferenceException or IOException)
            {
                Abandon();
            }
        }
    }
}
