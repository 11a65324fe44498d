namespace ThemePark.BuildingBlocks;

/// <summary>The way a command came in.</summary>
public enum Door
{
    Api,
    Cli,
    Console,
    Schedule,
}

/// <summary>Who acts: the name of an admin key, of a person at the console or the shell, or of the schedule.</summary>
public sealed record Caller(string Name, Door Door)
{
    /// <summary>Work that no one asked for: the host itself, on its own schedule.</summary>
    public static Caller System { get; } = new("system", Door.Schedule);
}

/// <summary>Who acts in this scope.</summary>
public interface ICurrentCaller
{
    /// <summary><see cref="Caller.System"/> unless the door said otherwise.</summary>
    Caller Caller { get; }

    /// <summary>The id that ties an answer, its log lines and its audit entry together; null outside a request.</summary>
    string? CorrelationId { get; }
}

/// <summary>Set once by the door that opened the scope: the key check, the CLI, the job runner.</summary>
public sealed class CurrentCaller : ICurrentCaller
{
    public Caller Caller { get; private set; } = Caller.System;

    public string? CorrelationId { get; private set; }

    public void Set(Caller caller, string? correlationId)
    {
        ArgumentNullException.ThrowIfNull(caller);
        Caller = caller;
        CorrelationId = correlationId;
    }
}
