namespace ThemePark.Modules.Operations.Deploying;

/// <summary>One step of a deployment. Both ways may be walked again: a step that was killed half way is done or undone once more.</summary>
/// <param name="Id">As <c>phase.step</c>.</param>
/// <param name="What">What it does, for operators.</param>
/// <param name="Do">Does it; the facts found are its evidence.</param>
/// <param name="Undo">Takes it back; null: there is nothing to take back.</param>
internal sealed record Step(
    string Id,
    string What,
    Func<DeployRun, CancellationToken, Task<IReadOnlyDictionary<string, string>>> Do,
    Func<DeployRun, CancellationToken, Task<IReadOnlyDictionary<string, string>>>? Undo = null);

/// <summary>A deployment that is being carried out.</summary>
internal sealed class DeployRun(DeployJournal journal)
{
    public DeployJournal Journal { get; } = journal;

    public DeploymentHead Head => Journal.Head;

    /// <summary>The probe that measures the downtime while it lasts; null when another process began it, which was killed.</summary>
    public Silence? Silence { get; set; }
}

/// <summary>A probe under way.</summary>
internal sealed class Silence : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<TimeSpan> _probing;

    public Silence(ServiceProbe probe) => _probing = Task.Run(() => probe.LongestSilenceAsync(_stop.Token));

    /// <summary>The longest time without an answer since it began.</summary>
    public async Task<TimeSpan> EndAsync()
    {
        await _stop.CancelAsync();
        return await _probing;
    }

    public void Dispose() => _stop.Dispose();
}

/// <summary>The names of steps that others look for.</summary>
internal static class Steps
{
    public const string Releases = "preflight.releases";
    public const string Space = "preflight.space";
    public const string Schema = "preflight.schema";
    public const string Baseline = "preflight.baseline";
    public const string Drain = "preflight.drain";
    public const string Backup = "backup.create";
    public const string Verify = "backup.verify";
    public const string Expand = "expand.migrate";
    public const string Maintenance = "switch.maintenance";
    public const string Stop = "switch.stop";
    public const string Link = "switch.link";
    public const string Start = "switch.start";
    public const string Ready = "switch.ready";
    public const string Serve = "switch.serve";
    public const string Observe = "switch.observe";
    public const string Backfill = "backfill.trigger";
    public const string Console = "console.open";
    public const string Watch = "watch.start";
    public const string Contract = "contract.migrate";
    public const string Restore = "restore.database";

    /// <summary>Not steps: how it all ended.</summary>
    public const string Completed = "completed";
    public const string RolledBack = "rolled_back";

    public static readonly IReadOnlyDictionary<string, string> NoEvidence = new Dictionary<string, string>();

    /// <summary>The part of a step's name before the dot.</summary>
    public static string PhaseOf(string step) => step.Split('.')[0];
}
