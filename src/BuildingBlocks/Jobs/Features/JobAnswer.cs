using System.Text.Json;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>A job as the API shows it. Instants are UTC.</summary>
/// <param name="Command">The command as JSON.</param>
/// <param name="WaitingFor">Why a waiting job does not run: PAUSE, TIME (see <c>not_before</c>) or PLACE (in its queue on some node); null when it does not wait.</param>
/// <param name="Pauses">The pauses that hold it back, or will when it waits again.</param>
internal sealed record JobAnswer(
    string JobId,
    string Name,
    string Queue,
    string State,
    string? WaitingFor,
    IReadOnlyList<JobPause> Pauses,
    JsonElement Command,
    string? UniqueKey,
    int Priority,
    int Attempts,
    int MaxAttempts,
    int Runs,
    int LostRuns,
    string? Node,
    DateTime? HeartbeatAt,
    DateTime? NotBefore,
    double? Progress,
    string? ProgressNote,
    string? LastError,
    string CreatedBy,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? FinishedAt,
    DateTime? CancelRequestedAt,
    string? CancelRequestedBy,
    string? CancelReason)
{
    public static JobAnswer Of(JobView job, IReadOnlyList<JobPause> pauses, DateTime now)
    {
        var id = job.Id.ToString();
        var own = pauses.Where(p => p.Scope switch
        {
            "JOB" => p.Subject == id,
            "NAME" => p.Subject == job.Name,
            "QUEUE" => p.Subject == job.Queue,
            _ => true,
        }).ToList();
        var waits = job.State is JobState.Enqueued or JobState.Scheduled;
        return new JobAnswer(
            id,
            job.Name,
            job.Queue,
            job.State.ToUpperSnake(),
            !waits ? null : own.Count > 0 ? "PAUSE" : job.State is JobState.Scheduled && job.NotBefore > now ? "TIME" : "PLACE",
            own,
            JsonElement.Parse(job.Payload),
            job.UniqueKey,
            job.Priority,
            job.Attempts,
            job.MaxAttempts,
            job.RunNo,
            job.LostRuns,
            job.Node,
            job.HeartbeatAt,
            job.NotBefore,
            job.Progress,
            job.ProgressNote,
            job.LastError,
            job.CreatedBy,
            job.CreatedAt,
            job.StartedAt,
            job.FinishedAt,
            job.CancelRequestedAt,
            job.CancelRequestedBy,
            job.CancelReason);
    }

    public static Failure NotFound(string id) => Failure.NotFound("JOB_NOT_FOUND", $"There is no job {id}.");

    /// <summary>409 with the state the job is in.</summary>
    public static Failure InvalidState(JobView job, string wanted) => new(
        "INVALID_STATE",
        409,
        $"Job {job.Id} is {job.State.ToUpperSnake()}; it cannot be {wanted}.",
        new Dictionary<string, object?> { ["state"] = job.State.ToUpperSnake() });
}

/// <summary>Reads one job as the API shows it.</summary>
internal sealed class JobAnswers(IJobs jobs, JobPauses pauses, TimeProvider time)
{
    public async Task<Outcome<(JobView View, JobAnswer Answer)>> FindAsync(string id, CancellationToken ct)
    {
        if (!Guid.TryParse(id, out var parsed) || await jobs.GetAsync(new JobId(parsed), ct) is not { } view)
        {
            return JobAnswer.NotFound(id);
        }

        return (view, JobAnswer.Of(view, await pauses.ListAsync(ct), time.GetUtcNow().UtcDateTime));
    }
}

/// <summary>What every action on one job has in common: find it, act, write down who did it and why, answer what it is then.</summary>
internal sealed class JobActs(JobAnswers answers, IAuditLog audit)
{
    /// <param name="act">Does it, or says why not.</param>
    public async Task<Outcome<JobAnswer>> DoAsync(string id, string action, string? why, Func<JobView, Task<Failure?>> act, CancellationToken ct)
    {
        var found = await answers.FindAsync(id, ct);
        if (found.Failure is { } missing)
        {
            return missing;
        }

        var view = found.Value.View;
        if (await act(view) is { } refused)
        {
            return refused;
        }

        await audit.RecordAsync(action, view.Id.ToString(), new { view.Name, Before = view.State.ToUpperSnake() }, why, ct);
        return (await answers.FindAsync(id, ct)).Map(f => f.Answer);
    }
}
