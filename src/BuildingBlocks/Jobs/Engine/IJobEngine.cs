namespace ThemePark.Jobs;

/// <summary>What an engine must do. It fires a job at its time on some node with a free place in the queue; all else is decided by the job tables.</summary>
internal interface IJobEngine : IAsyncDisposable
{
    /// <summary>Starts, or throws and can be started again.</summary>
    ValueTask StartAsync(CancellationToken ct);

    /// <summary>Fires the job after its delay, here or on another node. The same dispatch again changes nothing.</summary>
    ValueTask DispatchAsync(Dispatch dispatch, CancellationToken ct);

    /// <summary>Waiting jobs it was told of at least <paramref name="age"/> ago and does not have, or cannot fire.</summary>
    ValueTask<IReadOnlyList<(string JobId, int No)>> FindOrphansAsync(TimeSpan age, CancellationToken ct);

    /// <summary>Fires nothing more, tells running jobs to stop and waits for them, at most until the token fires.</summary>
    ValueTask StopAsync(CancellationToken ct);
}
