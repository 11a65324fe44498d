using ThemePark.BuildingBlocks;
using ThemePark.Testing;

namespace ThemePark.ProcessTests.Galera;

/// <summary>
/// One address for all nodes, as a load balancer with a single active server has it: every connection goes to the same node; when that is gone its
/// connections are cut, new ones are refused until it has noticed, and from then on all go to the next node. It never goes back by itself.
/// </summary>
public sealed class Balancer : IAsyncDisposable
{
    // What two checks a second apart take.
    private static readonly TimeSpan Notices = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<GaleraNode> _nodes;
    private readonly TcpRelay _relay;
    private readonly Task _checking;
    private int _active;

    private Balancer(IReadOnlyList<GaleraNode> nodes)
    {
        _nodes = nodes;
        _relay = new TcpRelay(() => Active.Port);
        _checking = CheckAsync();
    }

    public int Port => _relay.Port;

    /// <summary>The node that has all connections.</summary>
    public GaleraNode Active => _nodes[Volatile.Read(ref _active)];

    /// <summary>The nodes that have none.</summary>
    public IEnumerable<GaleraNode> Others => _nodes.Where(n => n != Active);

    public static Balancer Start(IReadOnlyList<GaleraNode> nodes) => new(nodes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _checking;
        await _relay.DisposeAsync();
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

                    _relay.Drop();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
