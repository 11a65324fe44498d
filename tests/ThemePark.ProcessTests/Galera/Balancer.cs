using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ThemePark.BuildingBlocks;

namespace ThemePark.ProcessTests.Galera;

/// <summary>
/// One address for all nodes, as a load balancer with a single active server has it: every connection goes to the same node; when that is gone its
/// connections are cut, new ones are refused until it has noticed, and from then on all go to the next node. It never goes back by itself.
/// </summary>
public sealed class Balancer : IAsyncDisposable
{
    // What two checks a second apart take.
    private static readonly TimeSpan Notices = TimeSpan.FromSeconds(2);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = [];
    private readonly IReadOnlyList<GaleraNode> _nodes;
    private readonly Task _accepting;
    private readonly Task _checking;
    private int _active;

    private Balancer(IReadOnlyList<GaleraNode> nodes)
    {
        _nodes = nodes;
        _listener.Start();
        _accepting = AcceptAsync();
        _checking = CheckAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The node that has all connections.</summary>
    public GaleraNode Active => _nodes[Volatile.Read(ref _active)];

    /// <summary>The nodes that have none.</summary>
    public IEnumerable<GaleraNode> Others => _nodes.Where(n => n != Active);

    public static Balancer Start(IReadOnlyList<GaleraNode> nodes) => new(nodes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        await _checking;
        _stop.Dispose();
    }

    private async Task CheckAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(200, _stop.Token);
                if (!Active.Runs)
                {
                    await Task.Delay(Notices, _stop.Token);
                    while (!Active.Runs || !await MariaDbProcess.AnswersAsync(Active.Port, _stop.Token))
                    {
                        Volatile.Write(ref _active, (_active + 1) % _nodes.Count);
                        await Task.Delay(20, _stop.Token);
                    }

                    Cut();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _open[client] = true;
        _open[server] = true;
        try
        {
            await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Active.Port), _stop.Token);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The node is gone: so is the connection.
        }
        finally
        {
            client.Dispose();
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut from either side.
        }
    }

    private void Cut()
    {
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }
    }
}
