using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Deploying;

/// <param name="State">UNFINISHED, COMPLETED, FAILED or ROLLED_BACK.</param>
/// <param name="From">The release that ran before; null: none.</param>
/// <param name="RollbackSeconds">How long taking it back took; null: it was not taken back.</param>
/// <param name="ContractDueAt">UTC: when the migrations that take away may be run; null before the switch.</param>
internal sealed record DeploymentView(
    string Id, string State, DateTime StartedAt, string? From, string To, string By, string? Why, double? RollbackSeconds, DateTime? ContractDueAt, IReadOnlyList<StepView> Steps)
{
    public static DeploymentView Of(DeployJournal journal, IReadOnlyList<Step> plan, DeployOptions options)
    {
        var steps = plan.Select(s => StepView.Of(s.Id, s.What, journal)).ToList();
        steps.AddRange(journal.Lines.Select(l => l.Step).Distinct().Where(id => id.Contains('.') && plan.All(s => s.Id != id)).Select(id => StepView.Of(id, null, journal)));
        return new DeploymentView(
            journal.Head.Id, journal.State.ToUpperSnake(), journal.Head.StartedAt, journal.Head.From, journal.Head.To, journal.Head.By, journal.Head.Why,
            journal.Lines.LastOrDefault(l => l.Step == Deploying.Steps.RolledBack)?.Seconds, ContractDue(journal, options), steps);
    }

    /// <summary>Computed from when the switch was recorded.</summary>
    public static DateTime? ContractDue(DeployJournal journal, DeployOptions options) =>
        journal.Lines.LastOrDefault(l => l.Step == Deploying.Steps.Link && l.Event == StepEvent.Done)?.At.AddDays(options.ContractAfterDays);
}

/// <param name="Status">WAITING, STARTED, DONE, FAILED or UNDONE.</param>
/// <param name="What">What it does; null for what is no part of the plan.</param>
/// <param name="At">UTC: the last that happened.</param>
internal sealed record StepView(string Step, string? What, string Status, DateTime? At, double? Seconds, IReadOnlyDictionary<string, string> Evidence)
{
    public static StepView Of(string id, string? what, DeployJournal? journal)
    {
        var last = journal?.Lines.LastOrDefault(l => l.Step == id);
        return new StepView(id, what, last?.Event.ToUpperSnake() ?? "WAITING", last?.At, last?.Seconds, last?.Evidence ?? Steps.NoEvidence);
    }
}
