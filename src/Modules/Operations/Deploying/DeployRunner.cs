using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>What operators watch while a deployment runs.</summary>
internal interface IDeployWatcher
{
    void Happened(Step step, JournalLine line);
}

/// <summary>
/// Walks the steps of a deployment forward, or back. Every step is journaled before and after; a process that was killed is gone on with by the next one. A step
/// that fails takes everything back that was done before.
/// </summary>
internal sealed class DeployRunner(DeployPlan plan, Releases releases, MigrationRunner migrations, IOptions<DeployOptions> options, TimeProvider time, ILogger<DeployRunner> log)
{
    private string Root => Path.GetFullPath(options.Value.Root);

    public Task<IReadOnlyList<DeployJournal>> ListAsync(CancellationToken cancellationToken) => DeployJournal.ListAsync(Root, cancellationToken);

    public IReadOnlyList<Step> StepsOf(DeploymentHead head) => plan.Of(head);

    /// <summary>The deployment that was begun and neither completed nor taken back; null: there is none.</summary>
    public async Task<DeployJournal?> UnfinishedAsync(CancellationToken cancellationToken) =>
        await ListAsync(cancellationToken) is [{ State: DeploymentState.Unfinished or DeploymentState.Failed } last, ..] ? last : null;

    /// <summary>What a deployment of a release would be about.</summary>
    public async Task<DeploymentHead> HeadAsync(string id, string release, string by, string? why, bool keepCollecting, CancellationToken cancellationToken)
    {
        var isFresh = (await migrations.StatusAsync(cancellationToken)).All(m => m.State == MigrationState.Pending);
        return new DeploymentHead(id, time.GetUtcNow().UtcDateTime, releases.Current(), release, by, why, isFresh, keepCollecting);
    }

    /// <summary>Deploys, or goes on with the one that was interrupted.</summary>
    /// <exception cref="DeployException">A step failed; everything was taken back unless the message says otherwise.</exception>
    public async Task<DeployJournal> RunAsync(string release, string by, string? why, bool keepCollecting, IDeployWatcher? watcher, CancellationToken cancellationToken)
    {
        using var alone = Alone();
        var journal = await UnfinishedAsync(cancellationToken);
        if (journal is { State: DeploymentState.Failed })
        {
            throw new DeployException($"Deployment {journal.Head.Id} failed and was not taken back whole: run `deploy rollback` first.");
        }

        if (journal is not null && journal.Head.To != release)
        {
            throw new DeployException($"Deployment {journal.Head.Id} of release {journal.Head.To} was interrupted: run it again, or take it back with `deploy rollback`.");
        }

        if (journal is null)
        {
            var head = await HeadAsync("", release, by, why, keepCollecting, cancellationToken);
            journal = DeployJournal.Begin(Root, head);
        }

        var run = new DeployRun(journal);
        foreach (var step in plan.Of(journal.Head).Where(s => journal.Last(s.Id) is not StepEvent.Done))
        {
            try
            {
                await WalkAsync(journal, step, StepEvent.Done, step.Do, run, watcher, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var back = await TryBackAsync(run, watcher);
                throw new DeployException($"{step.Id}: {e.Message} {back}", e);
            }
        }

        journal.Write(time.GetUtcNow().UtcDateTime, Steps.Completed, StepEvent.Done);
        return journal;
    }

    /// <summary>Takes a deployment back, the last step first: the newest that was not taken back yet.</summary>
    /// <exception cref="DeployException">There is none, or a step could not be taken back; the next call goes on there.</exception>
    /// <param name="restore">Put the deployment's backup in the place of the database, while neither release runs.</param>
    /// <param name="watcher">Hears of every step.</param>
    /// <param name="cancellationToken">Ends it between two statements; the next call goes on.</param>
    public async Task<DeployJournal> BackAsync(bool restore, IDeployWatcher? watcher, CancellationToken cancellationToken)
    {
        using var alone = Alone();
        var journal = await ListAsync(cancellationToken) is [{ State: not DeploymentState.RolledBack } last, ..]
            ? last
            : throw new DeployException($"There is no deployment in {Root} to take back.");
        if (journal.Last(Steps.Contract) is not null && !restore)
        {
            throw new DeployException(
                $"The migrations that take away were run after deployment {journal.Head.Id}: release {journal.Head.From} does not work on this schema. Say --restore to take the data back too.");
        }

        await BackAsync(new DeployRun(journal), restore, watcher, cancellationToken);
        return journal;
    }

    private async Task<string> TryBackAsync(DeployRun run, IDeployWatcher? watcher)
    {
        try
        {
            await BackAsync(run, restore: false, watcher, CancellationToken.None);
            return "Everything was taken back.";
        }
        catch (DeployException e)
        {
            log.LogError(e, "Deployment {Deployment} could not be taken back whole", run.Head.Id);
            return $"It could not be taken back whole: {e.Message}";
        }
    }

    private async Task BackAsync(DeployRun run, bool restore, IDeployWatcher? watcher, CancellationToken cancellationToken)
    {
        var journal = run.Journal;
        var begun = time.GetTimestamp();
        foreach (var step in plan.Of(journal.Head).Reverse().Where(s => s.Undo is not null && journal.Last(s.Id) is not null and not StepEvent.Undone))
        {
            try
            {
                // Between the two releases: the new one is stopped, the one before not yet started.
                if (restore && step.Id == Steps.Stop && journal.Last(Steps.Restore) is not StepEvent.Done)
                {
                    await WalkAsync(journal, plan.Restore, StepEvent.Done, plan.Restore.Do, run, watcher, cancellationToken);
                }

                await WalkAsync(journal, step, StepEvent.Undone, step.Undo!, run, watcher, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new DeployException($"{step.Id} cannot be taken back: {e.Message} Mend it and run `deploy rollback` again.", e);
            }
        }

        run.Silence?.Dispose();
        journal.Write(time.GetUtcNow().UtcDateTime, Steps.RolledBack, StepEvent.Done, time.GetElapsedTime(begun));
    }

    private async Task WalkAsync(
        DeployJournal journal, Step step, StepEvent end, Func<DeployRun, CancellationToken, Task<IReadOnlyDictionary<string, string>>> work, DeployRun run,
        IDeployWatcher? watcher, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        if (end is StepEvent.Done)
        {
            Write(StepEvent.Started, null, null);
        }

        try
        {
            Write(end, time.GetElapsedTime(begun), await work(run, cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Write(StepEvent.Failed, time.GetElapsedTime(begun), new Dictionary<string, string> { ["error"] = e.Message });
            throw;
        }

        void Write(StepEvent what, TimeSpan? took, IReadOnlyDictionary<string, string>? evidence)
        {
            journal.Write(time.GetUtcNow().UtcDateTime, step.Id, what, took, evidence);
            watcher?.Happened(step, journal.Lines[^1]);
        }
    }

    // Two that deploy at once would take each other's steps back.
    private FileStream Alone()
    {
        Directory.CreateDirectory(DeployJournal.Folder(Root));
        try
        {
            return new FileStream(Path.Combine(DeployJournal.Folder(Root), "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new DeployException($"Another process deploys in {Root}.", e);
        }
    }
}
