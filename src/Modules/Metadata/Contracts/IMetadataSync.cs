namespace ThemePark.Modules.Metadata.Contracts;

/// <summary>How far the catalogue can be trusted to be upstream's: the last sync of each park.</summary>
public interface IMetadataSync
{
    /// <summary>The last sync of every park that has ever been tried, by park id.</summary>
    Task<IReadOnlyList<ParkSync>> OutcomesAsync(CancellationToken ct);
}

/// <summary>The last sync of a park. Instants are UTC.</summary>
/// <param name="LastSuccess">The last one that was neither refused nor failed; null when none was.</param>
/// <param name="Reason">Why it is not <see cref="SyncOutcome.Synced"/>; null when it is.</param>
/// <param name="Listed">Entities upstream listed; null when it could not be asked.</param>
/// <param name="Delisted">Entities it no longer listed, and which are kept.</param>
public sealed record ParkSync(
    int ParkId, DateTime LastAttempt, DateTime? LastSuccess, SyncOutcome LastOutcome, string? Reason, int? Listed, int Delisted)
{
    /// <summary>Why its list was not believed; null when it was.</summary>
    public string? RefusedReason => LastOutcome == SyncOutcome.Refused ? Reason : null;
}

/// <summary>How the sync of a park ended, stored as upper-case text.</summary>
public enum SyncOutcome
{
    /// <summary>All of it is as upstream has it.</summary>
    Synced,

    /// <summary>Some entities could not be had; the others are synced.</summary>
    Partial,

    /// <summary>The list lacked too much to be believed; nothing was changed.</summary>
    Refused,

    /// <summary>Upstream could not be asked; nothing was changed.</summary>
    Failed,
}
