using System.Globalization;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>Live rows of the last days whose values are out of range or cannot be read as they are: one issue per ride and kind.</summary>
internal sealed class OddValues(ICollectionWatch watch) : IDetector
{
    private static readonly (string Kind, string Words, ObservationFlags Flags)[] Kinds =
    [
        ("wait", "waits out of range or not a whole number", ObservationFlags.WaitNegative | ObservationFlags.WaitExtreme | ObservationFlags.WaitImplausible | ObservationFlags.WaitAdjusted),
        ("word", "a status or a queue nobody knows", ObservationFlags.UnknownStatus | ObservationFlags.UnknownQueue),
    ];

    public string Name => "odd_value";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var causes = new List<Cause>();
        if (await scope.PolledAsync(cancellationToken) is null)
        {
            return Detection.Everywhere(causes);
        }

        foreach (var park in scope.Parks)
        {
            var names = (await scope.RidesAsync(park, cancellationToken)).ToDictionary(r => r.RideId, r => r.Name);
            foreach (var (kind, words, flags) in Kinds)
            {
                var rows = names.Count == 0 ? [] : await watch.FlaggedAsync(names.Keys, flags, scope.JudgedFrom, scope.Now, cancellationToken);
                causes.AddRange(rows.Select(r => new Cause(
                    $"ride:{r.RideId}|{kind}",
                    IssueType.Invalid,
                    Severity.Info,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{r.Rows} live rows of {names[r.RideId] ?? $"ride {r.RideId}"} in {CheckScope.NameOf(park)} have {words}{(kind == "wait" ? $" ({r.Lowest} to {r.Highest})" : "")}."))
                {
                    DestinationId = scope.Id,
                    ParkId = park.ParkId,
                    RideId = r.RideId,
                    Source = DataSource.Live,
                    Start = r.First,
                    End = r.Last,
                    Records = r.Rows,
                }));
            }
        }

        return Detection.Everywhere(causes);
    }
}
