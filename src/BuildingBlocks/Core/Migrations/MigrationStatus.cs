namespace ThemePark.BuildingBlocks;

public enum MigrationState
{
    /// <summary>Known to this build, not run here.</summary>
    Pending,

    /// <summary>Run to its end.</summary>
    Applied,

    /// <summary>Begun and not finished: a statement failed, or its runner was killed.</summary>
    Unfinished,
}

/// <summary>
/// One version as the database and this build see it: applied when (UTC, null while pending), by which machine, and what is wrong
/// with it (null when nothing is).
/// </summary>
public sealed record MigrationStatus(
    int Version, string Name, MigrationState State, DateTime? AppliedAt, TimeSpan? Duration, string? AppliedBy, string? Problem)
{
    /// <summary>It waits for <see cref="MigrationRunner.ContractAsync"/>, which is as it should be.</summary>
    public bool AwaitsContract { get; init; }

    /// <summary>A newer build has run it, and it only adds: this build works beside it.</summary>
    public bool IsNewer { get; init; }
}

/// <summary>What a run did.</summary>
/// <param name="Changed">Files run, in the order they were run.</param>
/// <param name="Version">Highest version applied now; 0 when none.</param>
public sealed record MigrationReport(IReadOnlyList<string> Changed, int Version);
