namespace ThemePark.Jobs;

/// <summary>
/// Holds every job back, on all nodes, so that nothing writes: no job begins, and those that run are handed back where they stand and go on afterwards. Not
/// the same as a pause by an operator: neither takes the other away.
/// </summary>
public interface IJobDrain
{
    /// <summary>Begins to hold back; nodes obey within about a second, handlers when they notice. Does nothing when it has begun.</summary>
    Task BeginAsync(string by, string? why, CancellationToken cancellationToken);

    /// <summary>Whether jobs are held back.</summary>
    Task<bool> IsOnAsync(CancellationToken cancellationToken);

    /// <summary>How many jobs still run.</summary>
    Task<int> RunningAsync(CancellationToken cancellationToken);

    /// <summary>Lets jobs begin again. False when none were held back.</summary>
    Task<bool> EndAsync(CancellationToken cancellationToken);
}
