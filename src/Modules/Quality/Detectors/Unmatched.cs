using System.Globalization;
using Microsoft.Extensions.Options;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>A destination of which too many archived observations are of entities without a ride.</summary>
internal sealed class Unmatched(IArchiveState archive, IOptions<QualityOptions> options) : IDetector
{
    public string Name => "unmatched";

    public Depth From => Depth.Quick;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var totals = await archive.UnmatchedAsync(scope.Destination.Uuid, cancellationToken);
        if (totals.Observations == 0)
        {
            return Detection.Everywhere([]);
        }

        var matched = 100.0 * (1 - ((double)totals.Observations / Math.Max(totals.AllObservations, totals.Observations)));
        return Detection.Everywhere(matched >= options.Value.MatchRatePercent
            ? []
            :
            [
                new Cause(
                    $"destination:{scope.Id}",
                    IssueType.Unmatched,
                    Severity.Warning,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{totals.Entities} entities of {scope.DestinationName} have no ride: {matched:0.0} % of its observations are matched, {options.Value.MatchRatePercent:0.#} % are wanted."))
                {
                    DestinationId = scope.Id,
                    Source = DataSource.Archive,
                    Start = totals.First,
                    End = totals.Last,
                    Records = totals.Observations,
                    Sample = totals.Sample,
                },
            ]);
    }
}
