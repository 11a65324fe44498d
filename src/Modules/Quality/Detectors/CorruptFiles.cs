using System.Globalization;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Files of the archive that could not be imported at the newest attempt.</summary>
internal sealed class CorruptFiles(IArchiveState archive) : IDetector
{
    /// <summary>Of one destination; the others are counted in one issue.</summary>
    internal const int MostIssues = 200;

    public string Name => "corrupt_file";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var failed = (await archive.DaysAsync(scope.Destination.Uuid, cancellationToken)).Where(d => d.Failure is not null).OrderByDescending(d => d.Day).ToList();
        var causes = failed.Take(MostIssues).Select(day => new Cause(
            $"file:{(day.ObjectKey.Length <= 180 ? day.ObjectKey : day.ObjectKey[^180..])}",
            IssueType.CorruptFile,
            Severity.Warning,
            $"{day.ObjectKey} cannot be imported: {day.Failure}.{(day.IsHeld ? " Rows of an earlier version are held." : "")}")
        {
            DestinationId = scope.Id,
            Source = DataSource.Archive,
            Start = day.Day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            End = day.Day.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            Records = 1,
            Sample = day.Detail,
        }).ToList();
        if (failed.Count > MostIssues)
        {
            causes.Add(new Cause(
                "more", IssueType.CorruptFile, Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"{failed.Count - MostIssues} older files of {scope.DestinationName} cannot be imported either."))
            {
                DestinationId = scope.Id,
                Source = DataSource.Archive,
                Records = failed.Count - MostIssues,
            });
        }

        return Detection.Everywhere(causes);
    }
}
