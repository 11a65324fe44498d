namespace ThemePark.Jobs;

/// <summary>A pause of everything with a subject of its own, which the nodes know.</summary>
internal sealed class JobDrain(JobPauses pauses, JobWatch watch) : IJobDrain
{
    public const string Subject = "maintenance";

    public async Task BeginAsync(string by, string? why, CancellationToken cancellationToken) =>
        await pauses.PauseAsync(PauseScope.All, Subject, by, why, cancellationToken);

    public async Task<bool> IsOnAsync(CancellationToken cancellationToken) =>
        (await pauses.ListAsync(cancellationToken)).Any(p => p is { Scope: "ALL", Subject: Subject });

    public async Task<int> RunningAsync(CancellationToken cancellationToken) => (await watch.RunningAsync(cancellationToken)).Count;

    public Task<bool> EndAsync(CancellationToken cancellationToken) => pauses.ResumeAsync(PauseScope.All, Subject, cancellationToken);
}
