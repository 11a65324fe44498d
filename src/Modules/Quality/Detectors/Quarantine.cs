using System.Globalization;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Live rows of the last day that could not be stored, by reason, and rows that came twice in one answer.</summary>
internal sealed class Quarantine(ICollectionWatch watch) : IDetector
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    public string Name => "quarantine";

    public Depth From => Depth.Quick;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var since = scope.Now - Window;
        var causes = (await watch.QuarantineAsync(since, cancellationToken)).Where(q => q.DestinationId == scope.Id).Select(q => new Cause(
            $"destination:{scope.Id}|{q.Reason}",
            q.Reason.StartsWith("UNMATCHED", StringComparison.Ordinal) ? IssueType.Unmatched
                : q.Reason.StartsWith("MISSING", StringComparison.Ordinal) ? IssueType.MissingField : IssueType.Invalid,
            Severity.Warning,
            string.Create(CultureInfo.InvariantCulture, $"{q.Rows} live rows of {scope.DestinationName} cannot be stored: {q.Reason}; seen {q.Occurrences} times."))
        {
            DestinationId = scope.Id,
            Source = DataSource.Live,
            Start = q.First,
            End = q.Last,
            Records = q.Occurrences,
            Sample = q.Sample,
        }).ToList();
        var duplicates = (await watch.TotalsAsync(scope.Id, since, scope.Now, cancellationToken)).Duplicates;
        if (duplicates > 0)
        {
            causes.Add(new Cause(
                $"destination:{scope.Id}|DUPLICATE",
                IssueType.Duplicate,
                Severity.Info,
                string.Create(CultureInfo.InvariantCulture, $"{duplicates} live rows of {scope.DestinationName} came twice in one answer within a day; the last one counts."))
            {
                DestinationId = scope.Id,
                Source = DataSource.Live,
                Records = duplicates,
            });
        }

        return Detection.Everywhere(causes);
    }
}
