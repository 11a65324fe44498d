using System.Globalization;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Parks whose list of entities was not believed at the last sync, or that could not be synced for days.</summary>
internal sealed class MetadataSyncs(IMetadataSync sync) : IDetector
{
    // The schedule is daily: two syncs in a row may fail.
    private static readonly TimeSpan TooOld = TimeSpan.FromDays(3);

    public string Name => "metadata_sync";

    public Depth From => Depth.Quick;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var parks = scope.Parks.ToDictionary(p => p.ParkId);
        var causes = new List<Cause>();
        foreach (var outcome in (await sync.OutcomesAsync(cancellationToken)).Where(o => parks.ContainsKey(o.ParkId)))
        {
            var name = CheckScope.NameOf(parks[outcome.ParkId]);
            if (outcome.RefusedReason is { } refused)
            {
                Add("refused", IssueType.Invalid, $"Upstream's list of {name} was not believed: {refused}", outcome.LastAttempt);
            }
            else if (outcome.LastOutcome != SyncOutcome.Synced && scope.Now - (outcome.LastSuccess ?? DateTime.MinValue) > TooOld)
            {
                Add("failed", IssueType.MissingField, $"The facts of {name} could not be synced{(outcome.LastSuccess is { } at ? $" since {at:yyyy-MM-dd HH:mm}Z" : " yet")}: {outcome.Reason}", outcome.LastSuccess);
            }

            void Add(string kind, IssueType type, FormattableString description, DateTime? start) =>
                causes.Add(new Cause($"park:{outcome.ParkId}|{kind}", type, Severity.Warning, description.ToString(CultureInfo.InvariantCulture))
                {
                    DestinationId = scope.Id,
                    ParkId = outcome.ParkId,
                    Start = start,
                    Records = outcome.Listed ?? 0,
                });
        }

        return Detection.Everywhere(causes);
    }
}
