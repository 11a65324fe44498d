using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Host.Cli;

/// <summary>What a verb ended with; the only place that maps failures and exceptions to numbers.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int DoneWithErrors = 3;
    public const int NotFound = 10;
    public const int AlreadyRunning = 11;
    public const int DatabaseUnreachable = 12;
    public const int ArchiveUnreachable = 13;
    public const int Cancelled = 130;

    /// <summary>Ends every help text.</summary>
    public const string Help =
        """
        Exit codes:
          0    done
          1    failed
          2    wrong usage
          3    done with errors (some files failed)
          10   not found
          11   already running
          12   database unreachable
          13   archive unreachable
          130  cancelled
        """;

    public static int Of(Failure failure) => failure switch
    {
        { Code: "IMPORT_IN_PROGRESS" or "LEGACY_BUSY" } => AlreadyRunning,
        { Code: "LEGACY_UNREACHABLE" } => DatabaseUnreachable,
        { Code: "ARCHIVE_UNAVAILABLE" } => ArchiveUnreachable,
        { Status: StatusCodes.Status400BadRequest } => WrongUsage,
        { Status: StatusCodes.Status404NotFound } => NotFound,
        _ => Failed,
    };

    public static int Of(Exception exception) => exception switch
    {
        OperationCanceledException => Cancelled,
        EmbeddedMariaDbException => DatabaseUnreachable,
        _ when MySqlErrors.IsAway(exception) || MySqlErrors.IsAccessDenied(exception) => DatabaseUnreachable,
        _ => Failed,
    };
}
