namespace ThemePark.Modules.Import.Contracts;

/// <summary>What of the archive is held, what is missing, and what was wrong with it. Reads the records of the imports, never the archive.</summary>
public interface IArchiveState
{
    /// <summary>The destinations of which the archive has listed something.</summary>
    Task<IReadOnlyList<Guid>> DestinationsAsync(CancellationToken cancellationToken);

    /// <summary>A destination's listed days in order, each once.</summary>
    Task<IReadOnlyList<ArchiveDay>> DaysAsync(Guid destination, CancellationToken cancellationToken);

    /// <summary>The listed days of these destinations from first to last, both included; each day once.</summary>
    Task<ILookup<Guid, ArchiveDay>> DaysAsync(IReadOnlyCollection<Guid> destinations, DateOnly first, DateOnly last, CancellationToken cancellationToken);

    /// <summary>The first and the last day ever listed of each destination.</summary>
    Task<IReadOnlyDictionary<Guid, ArchiveExtent>> ExtentsAsync(CancellationToken cancellationToken);

    /// <summary>What the rules reported about the files whose rows are held, by type, the most frequent first.</summary>
    Task<IReadOnlyList<ArchiveFinding>> FindingsAsync(Guid destination, CancellationToken cancellationToken);

    /// <summary>Of the entities without a ride, those nobody has decided on.</summary>
    Task<UnmatchedTotals> UnmatchedAsync(Guid destination, CancellationToken cancellationToken);
}

/// <summary>A day of the archive.</summary>
/// <param name="IsHeld">Its object was read and its rows are held.</param>
/// <param name="HasRaw">Its object lies in the raw store: it can be read again without the archive.</param>
/// <param name="Failure">Why the newest attempt failed, null when none did: FETCH_FAILED, NOT_ZLIB, …</param>
/// <param name="Detail">What exactly, for people.</param>
public sealed record ArchiveDay(DateOnly Day, string ObjectKey, bool IsHeld, bool HasRaw, string? Failure, string? Detail);

/// <summary>Both days included.</summary>
public readonly record struct ArchiveExtent(DateOnly First, DateOnly Last);

/// <param name="Type">A finding type in upper case with underscores.</param>
/// <param name="Records">How many events it was reported of.</param>
/// <param name="First">First day of a file that has it.</param>
/// <param name="Last">Last day.</param>
/// <param name="Sample">The first record that shows it, cut.</param>
public sealed record ArchiveFinding(string Type, long Records, int Files, DateOnly First, DateOnly Last, string Sample);

/// <param name="Entities">Open, ambiguous, suggested or reopened.</param>
/// <param name="Observations">Events of theirs.</param>
/// <param name="AllObservations">Events of the destination's held files.</param>
public sealed record UnmatchedTotals(int Entities, long Observations, long AllObservations, DateTime? First, DateTime? Last, string? Sample);
