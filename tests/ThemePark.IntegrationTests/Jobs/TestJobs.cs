using System.Collections.Concurrent;
using MediatR;
using ThemePark.Jobs;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>A job that does what the test wrote for its name.</summary>
[Job("test.work.v1", Retries = 2, FirstDelay = "00:00:00.300", Factor = 2, Jitter = 0)]
public sealed record Work(string Name, string? Text = null) : IJobCommand;

/// <summary>What jobs do, by name; one instance may serve several nodes. Counts who ran what.</summary>
public sealed class Script
{
    private readonly ConcurrentDictionary<string, Func<IJobRun, Work, CancellationToken, Task>> _deeds = new(StringComparer.Ordinal);

    public ConcurrentQueue<(string Name, string Node, string Owner)> Begun { get; } = new();
    public ConcurrentQueue<(string Name, string Node, string Owner)> Done { get; } = new();

    public void On(string name, Func<IJobRun, CancellationToken, Task> deed) => _deeds[name] = (run, _, ct) => deed(run, ct);

    public void On(string name, Func<IJobRun, Work, CancellationToken, Task> deed) => _deeds[name] = deed;

    public async Task RunAsync(IJobRun run, Work work, string node, CancellationToken ct)
    {
        Begun.Enqueue((work.Name, node, run.Owner));
        if (_deeds.TryGetValue(work.Name, out var deed))
        {
            await deed(run, work, ct);
        }

        Done.Enqueue((work.Name, node, run.Owner));
    }
}

public sealed record NodeName(string Value);

public sealed class WorkHandler(IJobRun run, Script script, NodeName node) : AsyncRequestHandler<Work>
{
    protected override Task Handle(Work request, CancellationToken cancellationToken) => script.RunAsync(run, request, node.Value, cancellationToken);
}
