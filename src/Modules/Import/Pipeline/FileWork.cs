using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>One day file on its way: read, then written with each UTC day it has rows on.</summary>
internal sealed class FileWork(PendingFile file) : IDisposable
{
    public PendingFile File { get; } = file;

    /// <summary>Read only because a day of another file needs its rows; its own record stays as it is.</summary>
    public bool IsContext { get; init; }

    public RawObject? Raw { get; set; }

    public DayFile? Parsed { get; set; }

    /// <summary>Set when the file as a whole could not be fetched or read.</summary>
    public FileProblem? Failure { get; set; }

    /// <summary>Set when the bytes turned out to be those already imported.</summary>
    public bool Unchanged { get; set; }

    /// <summary>What becomes of the file, a word of <see cref="FileOutcome"/>.</summary>
    public string Outcome => Failure is not null ? FileOutcome.Failed : Unchanged ? FileOutcome.Skipped : FileOutcome.Imported;

    /// <summary>Why, unless it is imported.</summary>
    public string? Reason => Failure?.Reason ?? (Unchanged ? FileOutcome.Unchanged : null);

    /// <summary>UTC days to be written because of this file: those it has rows on, and those it had rows on before.</summary>
    public IReadOnlyList<DateOnly> Days { get; set; } = [];

    /// <summary>Days of <see cref="Days"/> not yet committed.</summary>
    public HashSet<DateOnly> Remaining { get; } = [];

    public FileTally Tally { get; set; } = new();

    /// <summary>How each of the file's entities was resolved, by entity index; set before the file reaches a writer.</summary>
    public IReadOnlyList<ResolvedEntity> Resolved { get; set; } = [];

    public void Dispose()
    {
        Parsed?.Dispose();
        Parsed = null;
    }
}

/// <summary>Why a file failed: a stable word and a sentence.</summary>
internal sealed record FileProblem(string Reason, string Message);

/// <summary>What became of a file's events, summed over the days it was written with.</summary>
internal sealed class FileTally
{
    public int Rows { get; set; }
    public int Queues { get; set; }
    public int Shows { get; set; }
    public int Replaced { get; set; }
    public int Duplicates { get; set; }
    public int KeptLive { get; set; }
    public int Unmatched { get; set; }
    public int WrongPark { get; set; }
    public int ChangedDays { get; set; }

    public FileTally Plus(SliceTally slice, bool changed, int replaced) => new()
    {
        Rows = Rows + slice.Rows,
        Queues = Queues + slice.Queues,
        Shows = Shows + slice.Shows,
        Replaced = Replaced + replaced,
        Duplicates = Duplicates + slice.Duplicates,
        KeptLive = KeptLive + slice.KeptLive,
        Unmatched = Unmatched + slice.Unmatched,
        WrongPark = WrongPark + slice.WrongPark,
        ChangedDays = ChangedDays + (changed ? 1 : 0),
    };
}

/// <summary>A UTC day ready to be written: every file that has rows on it, in the order of their days.</summary>
internal sealed record DayUnit(DateOnly Day, IReadOnlyList<FileWork> Files)
{
    public bool OwnsDay => Files.Any(f => f.File.Day == Day);
}
