using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Quality.Issues;

internal enum IssueType
{
    Gap,
    Duplicate,
    Invalid,
    MissingField,
    Unmatched,
    CorruptFile,
}

internal enum IssueStatus
{
    Open,
    Investigating,
    Resolved,

    /// <summary>Known, and to be left as it is. Written in one word.</summary>
    Wontfix,
}

internal enum Severity
{
    Info,
    Warning,
    Critical,
}

/// <summary>Why data are missing.</summary>
internal enum GapType
{
    CollectionFailure,
    ApiUnavailable,
    MissingArchive,
    RateLimited,
    InvalidData,
}

/// <summary>Something that is wrong, as a detector sees it now.</summary>
/// <param name="Key">Tells it from every other cause of the detector, and is the same at every check; at most 190 characters.</param>
internal sealed record Cause(string Key, IssueType Type, Severity Severity, string Description)
{
    public int? DestinationId { get; init; }
    public int? ParkId { get; init; }
    public int? RideId { get; init; }
    public GapType? Gap { get; init; }
    public DataSource? Source { get; init; }

    /// <summary>UTC; null when it is not a matter of time.</summary>
    public DateTime? Start { get; init; }

    /// <summary>UTC, exclusive; null while it goes on.</summary>
    public DateTime? End { get; init; }

    public long Records { get; init; }
    public string? Sample { get; init; }
}

/// <summary>An issue the log has.</summary>
internal sealed class KnownIssue
{
    public int LogId { get; init; }
    public string Cause { get; init; } = "";
    public string Status { get; init; } = "";
    public bool IsPresent { get; init; }
    public DateTime? Start { get; init; }
    public DateTime? End { get; init; }
}
