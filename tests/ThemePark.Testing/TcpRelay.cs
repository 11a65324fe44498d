using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ThemePark.Testing;

/// <summary>
/// Stands on loopback between clients and a server. Cut, it refuses everybody, as when the server had died; frozen, it moves nothing and closes nothing, as when
/// the server or the way to it had.
/// </summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private readonly Func<int> _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _thawed = new();
    private volatile bool _cut;
    private int _open;

    /// <param name="target">The server's port, asked for by every connection.</param>
    public TcpRelay(Func<int> target)
    {
        _target = target;
        _thawed.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Client connections that the client has not closed.</summary>
    public int Open => Volatile.Read(ref _open);

    public static TcpRelay To(int port) => new(() => port);

    /// <summary>To the server of a connection string.</summary>
    /// <param name="through">The same with the relay's port.</param>
    public static TcpRelay To(string connectionString, out string through)
    {
        var builder = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var port = Convert.ToInt32(builder["Port"], CultureInfo.InvariantCulture);
        var relay = To(port);
        builder["Port"] = relay.Port;
        through = builder.ConnectionString;
        return relay;
    }

    /// <summary>Closes every connection and refuses new ones, until it is mended.</summary>
    public void Cut()
    {
        _cut = true;
        Drop();
    }

    public void Mend() => _cut = false;

    /// <summary>Closes every connection.</summary>
    public void Drop()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    public void Freeze() => _thawed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _thawed.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Thaw();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private static bool IsGone(Exception e) => e is OperationCanceledException or SocketException or ObjectDisposedException;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        Interlocked.Increment(ref _open);
        _sockets[client] = true;
        _sockets[server] = true;
        try
        {
            if (!_cut)
            {
                await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _target()), _stop.Token);
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // The server is away: so is the connection.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            client.Dispose();
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var read)
            {
                await _thawed.Task;
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
                }
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // One side is gone.
        }
    }
}
