using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThemePark.MySql;

namespace ThemePark.Jobs;

/// <summary>What the engine calls when a trigger fires: begins the run, calls the handler, records the end. It decides; the engine only calls.</summary>
internal sealed class JobRunner(
    JobStore store, JobWatch watch, JobCatalogue catalogue, RunningRuns runs, Pulse pulse, JobMeters meters, IServiceScopeFactory scopes,
    IOptions<JobsOptions> options, TimeProvider time, ILogger<JobRunner> logger)
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    /// <param name="id">The job the trigger names.</param>
    /// <param name="stopping">Fires when this node stops.</param>
    /// <returns>True when the run was handed back because the node stops, and the engine is to fire it elsewhere.</returns>
    public async Task<bool> RunAsync(JobId id, CancellationToken stopping)
    {
        var owner = Guid.NewGuid().ToString("n");
        if (await ClaimAsync(id, owner, stopping) is not { } claim)
        {
            return false;
        }

        using var scope = logger.BeginScope("Job {JobId} {JobName} run {RunNo}", claim.Id, claim.Name, claim.RunNo);
        using var run = new JobRun(claim, watch, time, logger);
        runs.Add(run);
        meters.Began(claim);
        var started = time.GetTimestamp();
        try
        {
            RunEnd end;
            await using (stopping.Register(() => run.Stop(StopReason.Shutdown)))
            {
                end = await HandleAsync(run);
            }

            var took = time.GetElapsedTime(started);
            var owned = await EndAsync(run, end, stopping);
            meters.Ended(claim, owned ? end.Outcome : AttemptOutcome.Superseded, took);
            // Drained jobs are told to the engine again when the drain ends.
            return owned && end.Outcome is AttemptOutcome.HandedBack && run.StopReason is StopReason.Shutdown;
        }
        finally
        {
            runs.Remove(run);
        }
    }

    private async Task<ClaimedRun?> ClaimAsync(JobId id, string owner, CancellationToken stopping)
    {
        try
        {
            var claim = await InsistAsync(ct => store.ClaimAsync(id, owner, options.Value.NodeId, ct), stopping);
            if (claim is null)
            {
                logger.LogDebug("Job {JobId} is not waiting; a leftover trigger fired", id);
            }

            return claim;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Job {JobId} could not begin; it is told to the engine again in a while", id);
            throw;
        }
    }

    private async Task<RunEnd> HandleAsync(JobRun run)
    {
        try
        {
            var command = catalogue.Read(run.Claim.Name, run.Claim.Payload);
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentRun>().Run = run;
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command, run.Token);
            return new RunEnd(AttemptOutcome.Succeeded, JobState.Succeeded);
        }
        catch (RunSupersededException)
        {
            return new RunEnd(AttemptOutcome.Superseded, JobState.Running);
        }
        catch (Exception e) when (run.StopReason is not StopReason.None && (e is OperationCanceledException || MySqlErrors.IsTransient(e)))
        {
            // Being told to stop is why it ended, also when a deadlock or a killed statement was what it noticed.
            return run.StopReason switch
            {
                StopReason.Cancelled => new RunEnd(AttemptOutcome.Cancelled, JobState.Cancelled),
                StopReason.Shutdown or StopReason.Drained => new RunEnd(AttemptOutcome.HandedBack, JobState.Enqueued),
                _ => new RunEnd(AttemptOutcome.Superseded, JobState.Running),
            };
        }
#pragma warning disable CA1031 // Whatever a handler throws is the job's failure, not the node's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogWarning(e, "Try {Attempt} of {MaxAttempts} of job {JobId} failed", run.Attempt, run.Claim.MaxAttempts, run.Id);
            return Failed(run.Claim, e);
        }
    }

    private RunEnd Failed(ClaimedRun claim, Exception e)
    {
        var error = e is JobFailedException { InnerException: null } ? e.Message : e.ToString();
        if (e is JobFailedException { Permanent: true } || claim.Attempt >= claim.MaxAttempts)
        {
            return new RunEnd(AttemptOutcome.Failed, JobState.Failed, error);
        }

#pragma warning disable CA5394 // Jitter, not a secret.
        var delay = catalogue.BackoffOf(claim.Name).Delay(claim.Attempt, Random.Shared.NextDouble());
#pragma warning restore CA5394
        return new RunEnd(AttemptOutcome.Failed, JobState.Scheduled, error, delay);
    }

    /// <summary>The end is written however long the database is away, heartbeats included; a node that must stop leaves it to be found as lost.</summary>
    private async Task<bool> EndAsync(JobRun run, RunEnd end, CancellationToken stopping)
    {
        using var giveUp = new CancellationTokenSource();
        await using var _ = stopping.Register(() => giveUp.CancelAfter(LastWords));
        try
        {
            await pulse.FlushLogAsync(run, giveUp.Token);
            var last = end with { Progress = run.TakeProgress() };
            var owned = await InsistAsync(ct => store.EndAsync(run.Claim, last, ct), giveUp.Token);
            if (!owned)
            {
                logger.LogWarning("Job {JobId} was taken over while run {RunNo} was silent; its end is not recorded", run.Id, run.Claim.RunNo);
            }

            return owned;
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            logger.LogError("The end of job {JobId} could not be recorded before this node stopped; another node will run it again", run.Id);
            return false;
        }
    }

    private async Task<T> InsistAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        var delay = TimeSpan.FromMilliseconds(20);
        while (true)
        {
            try
            {
                return await work(ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && (MySqlErrors.IsTransient(e) || MySqlErrors.IsTimeout(e)))
            {
                logger.LogDebug(e, "The job tables did not answer; again in {Delay}", delay);
                await Task.Delay(delay, time, ct);
                delay = TimeSpan.FromMilliseconds(Math.Min(delay.TotalMilliseconds * 2, 1000));
            }
        }
    }
}
