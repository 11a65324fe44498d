using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detecting;

/// <summary>How thorough a check is; each depth includes the ones before.</summary>
internal enum Depth
{
    /// <summary>Reads ledgers and records only.</summary>
    Quick,

    /// <summary>Reads the raw rows of the last days, too.</summary>
    Daily,

    /// <summary>Counts all raw rows.</summary>
    Whole,
}

/// <summary>Finds one kind of fault. Adding a detector touches nothing else but the module's list.</summary>
internal interface IDetector
{
    /// <summary>As in the log; at most 32 characters.</summary>
    string Name { get; }

    /// <summary>The least depth of a check it takes part in.</summary>
    Depth From { get; }

    /// <summary>It looks at everything at once and takes no part in the check of one destination.</summary>
    bool IsGlobal => false;

    Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken);
}

/// <summary>What a detector found.</summary>
/// <param name="Causes">Everything that is wrong where it has looked.</param>
/// <param name="Covers">Whether it has looked where an issue found before is.</param>
internal sealed record Detection(IReadOnlyList<Cause> Causes, Predicate<KnownIssue> Covers)
{
    /// <summary>It has looked everywhere in its scope.</summary>
    public static Detection Everywhere(IReadOnlyList<Cause> causes) => new(causes, _ => true);

    /// <summary>It has looked at what lasts until after an instant (UTC).</summary>
    public static Detection Since(DateTime since, IReadOnlyList<Cause> causes) => new(causes, issue => issue.End is not { } end || end > since);
}
