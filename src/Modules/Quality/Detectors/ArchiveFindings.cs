using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>What the rules of the import report about the files that are held: one issue per destination and type.</summary>
internal sealed class ArchiveFindings(IArchiveState archive) : IDetector
{
    public string Name => "archive_finding";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken) => Detection.Everywhere(
    [
        .. (await archive.FindingsAsync(scope.Destination.Uuid, cancellationToken)).Select(finding => new Cause(
            $"destination:{scope.Id}|{finding.Type}",
            TypeOf(finding.Type),
            Severity.Info,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{finding.Type} in {finding.Records} records of {finding.Files} files of {scope.DestinationName}, {finding.First:yyyy-MM-dd} to {finding.Last:yyyy-MM-dd}."))
        {
            DestinationId = scope.Id,
            Source = DataSource.Archive,
            Start = finding.First.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            End = finding.Last.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            Records = finding.Records,
            Sample = finding.Sample,
        }),
    ]);

    // A type that is yet to come is still wrong.
    internal static IssueType TypeOf(string finding) => EnumText.TryParse<FindingType>(finding, out var type)
        ? type switch
        {
            FindingType.DuplicateInstant => IssueType.Duplicate,
            FindingType.MissingField => IssueType.MissingField,
            FindingType.CorruptFile => IssueType.CorruptFile,
            _ => IssueType.Invalid,
        }
        : IssueType.Invalid;
}
