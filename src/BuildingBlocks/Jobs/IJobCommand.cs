using MediatR;

namespace ThemePark.Jobs;

/// <summary>
/// What a job does: a plain record that survives System.Text.Json, handled by an <c>IRequestHandler</c> of its type, and named by
/// <see cref="JobAttribute"/>. A handler may run more than once (a node died, a retry) and so must be idempotent; writes of a run go through
/// <see cref="IJobRun.FenceAsync"/>.
/// </summary>
public interface IJobCommand : IRequest;

/// <summary>The stable wire name of a command and its policy. The CLR name is never stored, so types may move and be renamed.</summary>
/// <param name="name">For example <c>import.run.v1</c>; at most 100 characters.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class JobAttribute(string name) : Attribute
{
    internal const int HighestPriority = 9;

    /// <summary>The stable wire name.</summary>
    public string Name { get; } = name;

    /// <summary>The queue, whose limits are <c>Jobs:Queues:{queue}</c>.</summary>
    public string Queue { get; init; } = "default";

    /// <summary>0 to 9, 5 is normal. Each step is worth one hour of waiting: a higher job goes first, yet none waits for ever.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>How often a run that threw is tried again. Lost and handed back runs do not count.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The delay before the first retry, as <c>hh:mm:ss[.fff]</c>.</summary>
    public string FirstDelay { get; init; } = "00:00:10";

    /// <summary>Each further delay is the last one times this.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The longest delay, as <c>hh:mm:ss</c>.</summary>
    public string MaxDelay { get; init; } = "01:00:00";

    /// <summary>Share of a delay that is random in both directions: 0.2 is ±20 %.</summary>
    public double Jitter { get; init; } = 0.2;
}
