using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Where a run is. PENDING, IN_PROGRESS, PAUSED and INTERRUPTED are live: a destination has at most one such run.</summary>
internal enum ImportStatus
{
    Pending,
    InProgress,
    Paused,
    Completed,
    CompletedWithErrors,
    Failed,
    Cancelled,
    Interrupted,
}

/// <summary>What became of one listed object in one run; stored as upper-case text.</summary>
internal static class FileOutcome
{
    public const string Pending = "PENDING";
    public const string Imported = "IMPORTED";
    public const string Skipped = "SKIPPED";
    public const string Failed = "FAILED";

    /// <summary>Reason of a file skipped because its rows are in the database already.</summary>
    public const string Unchanged = "UNCHANGED";
}

/// <summary>What an operator asked of a running import.</summary>
internal enum StopRequest
{
    None = 0,
    Pause = 1,
    Cancel = 2,
}

/// <summary>A run as its worker needs it. Dates are days of the archive's keys; null is open.</summary>
internal sealed record ImportRun
{
    public required int CheckpointId { get; init; }
    public required string ImportId { get; init; }
    public required int DestinationId { get; init; }
    public required Guid DestinationUuid { get; init; }
    public required ImportStatus Status { get; init; }
    public DateOnly? StartDate { get; init; }
    public DateOnly? EndDate { get; init; }

    /// <summary>A replay covers just these days.</summary>
    public IReadOnlySet<DateOnly>? OnlyDays { get; init; }
    public required bool DryRun { get; init; }
    public required bool Refetch { get; init; }

    /// <summary>Reads what was fetched before; the source is not asked.</summary>
    public required bool FromRaw { get; init; }
    public required bool CreateMissing { get; init; }
    public required OverlapPolicy Overlap { get; init; }
    public required bool Listed { get; init; }

    public bool Covers(DateOnly day) =>
        (StartDate is null || day >= StartDate) && (EndDate is null || day <= EndDate) && (OnlyDays is null || OnlyDays.Contains(day));
}

/// <summary>A file still to be imported, with what is known of its raw object.</summary>
internal sealed record PendingFile
{
    public required string Key { get; init; }
    public required DateOnly Day { get; init; }
    public required string ETag { get; init; }
    public required long Size { get; init; }
    public required DateTime LastModified { get; init; }
    public string? RawPath { get; init; }
    public string? RawSha256 { get; init; }
    public long? RawSize { get; init; }
    public string? RawETag { get; init; }
    public string? ImportedSha256 { get; init; }
    public string? ImportedWith { get; init; }
    public DateOnly? FirstDay { get; init; }
    public DateOnly? LastDay { get; init; }
}

/// <summary>An object whose rows are in the database, the UTC days they fall on, and the content they came from.</summary>
internal sealed record ImportedObject(string Key, DateOnly Day, DateOnly FirstDay, DateOnly LastDay, string Sha256);
