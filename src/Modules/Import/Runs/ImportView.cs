namespace ThemePark.Modules.Import.Runs;

/// <summary>The import object of the API. Dates are days of the archive; instants are UTC; a null figure is not known (yet).</summary>
internal sealed record ImportView(
    string ImportId,
    string? BatchId,
    int DestinationId,
    Guid DestinationUuid,
    string? DestinationName,
    string Status,
    DateOnly? StartDate,
    DateOnly? EndDate,
    bool DryRun,
    string Source,
    string StartedBy,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? CompletedAt,
    DateTime UpdatedAt,
    ImportProgress Progress,
    ImportPerformance Performance,
    ImportMatching Matching,
    ImportErrors Errors,
    ImportAccounts Accounts);

/// <summary>Files and rows so far. <c>files_done</c> counts imported files; skipped and failed ones are told apart.</summary>
internal sealed record ImportProgress(
    int? FilesTotal,
    int FilesDone,
    int FilesFailed,
    int FilesSkipped,
    double? PercentComplete,
    DateOnly? CurrentDate,
    DateOnly? CheckpointDate,
    long RecordsImported,
    long RecordsReplaced,
    long QueueRecords,
    int DaysChanged);

internal sealed record ImportPerformance(
    double? RecordsPerSecond,
    double? FilesPerSecond,
    double? EtaSeconds,
    double ElapsedSeconds,
    double? PeakMemoryMb,
    IReadOnlyDictionary<string, double>? PhaseSeconds);

internal sealed record ImportMatching(
    int EntitiesSeen, int EntitiesMatched, double? MatchRatePercent, double? ObservationsMatchedPercent, int UnmatchedOpen);

internal sealed record ImportErrors(int Count, IReadOnlyList<ImportError> Latest, string? Kind, string? Message);

internal sealed record ImportError(string File, DateOnly? Date, string Kind, string? Error, long RecordsSkipped);

/// <summary>How the run was asked for, for the record.</summary>
internal sealed record ImportAccounts(string Door, string? JobId, bool Refetch, bool FromRaw, bool CreateMissing, string Overlap, System.Text.Json.JsonElement Versions);
