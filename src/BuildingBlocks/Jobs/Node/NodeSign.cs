using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ThemePark.Jobs;

/// <summary>This process's row among the nodes: that it is there, what it is, what it takes. One that runs no jobs signs too.</summary>
internal sealed class NodeSign(NodeStore store, IOptions<JobsOptions> options, ILogger<NodeSign> logger)
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);
    private readonly NodeSignature _signature = new(
        options.Value.NodeId,
        Environment.MachineName,
        typeof(NodeSign).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        options.Value.Enabled,
        options.Value.Workers,
        JsonSerializer.Serialize(options.Value.Queues, JsonSerializerOptions.Web));

    private bool _signed;

    public async Task PassAsync(CancellationToken ct)
    {
        await store.SignAsync(_signature, !_signed, ct);
        if (!_signed)
        {
            _signed = true;
            await store.ForgetOldAsync(ct);
        }
    }

    /// <summary>Tells an orderly stop from a silence. Without a database there is nobody to tell.</summary>
    public async Task LeaveAsync()
    {
        if (!_signed)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(LastWord);
            await store.LeaveAsync(_signature.Node, limit.Token);
        }
#pragma warning disable CA1031 // It is lost then, in the words of the others; the stop goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogDebug(e, "Node {NodeId} could not take its leave", _signature.Node);
        }
    }
}
