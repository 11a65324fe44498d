using System.Globalization;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Rides of which live rows of the last day name another park than the catalogue does.</summary>
internal sealed class WrongParks(ICollectionWatch watch, ICatalogue catalogue) : IDetector
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    public string Name => "wrong_park";

    public Depth From => Depth.Quick;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var stated = await watch.StatedParksAsync(scope.Now - Window, cancellationToken);
        var own = scope.Parks.ToDictionary(p => p.ParkId);
        var wrong = stated.Where(s => own.TryGetValue(s.ParkId, out var park) && s.Stated is { } uuid && uuid != park.Uuid).ToList();
        var names = wrong.Count == 0 ? [] : (await catalogue.ListParksAsync(null, cancellationToken)).ToDictionary(p => p.Uuid, p => p.Name);
        return Detection.Everywhere(
        [
            .. wrong.Select(s => new Cause(
                $"park:{s.ParkId}|{s.Stated}",
                IssueType.Invalid,
                Severity.Info,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{s.Entities} rides of {CheckScope.NameOf(own[s.ParkId])} come with the park {names.GetValueOrDefault(s.Stated!.Value) ?? s.Stated.Value.ToString()}; they are kept with their own."))
            {
                DestinationId = scope.Id,
                ParkId = s.ParkId,
                Source = DataSource.Live,
                Records = s.Entities,
                Sample = s.Sample,
            }),
        ]);
    }
}
