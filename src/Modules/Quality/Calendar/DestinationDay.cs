using ThemePark.Modules.Import.Contracts;

namespace ThemePark.Modules.Quality.Calendar;

/// <summary>How much of a destination's UTC day is held; upper-case text in answers.</summary>
internal enum DayState
{
    /// <summary>The day's file was imported, or nearly every poll brought its rows.</summary>
    Full,

    /// <summary>Some rows are held: of fewer polls, of a day that is not over, or what the files of the neighbouring days had of it.</summary>
    Partial,

    /// <summary>Something should be held, and nothing is.</summary>
    None,

    /// <summary>Before the archive begins, after upstream stopped listing the destination, or yet to come.</summary>
    NotExpected,

    /// <summary>Nothing tells whether there is anything of the day: the archive was not listed, or not since.</summary>
    Unknown,
}

/// <param name="CoveragePercent">Of what the day should have; null where that is not known.</param>
/// <param name="DataSource">LIVE, ARCHIVE, LIVE+ARCHIVE; null without rows.</param>
/// <param name="File">The day's file as the archive last listed it; null when it did not.</param>
internal sealed record DestinationDay(DateOnly Date, DayState State, double? CoveragePercent, string? DataSource, long Snapshots, ArchiveDay? File);
