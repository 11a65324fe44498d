using System.Globalization;
using Dapper;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>What the catalogue does not know of a park and its rides: names nobody has stated, rides no row was ever seen of.</summary>
internal sealed class CatalogueFields(MySqlDatabase database) : IDetector
{
    public string Name => "catalogue";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var causes = new List<Cause>();
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var park in scope.Parks)
        {
            var rides = await scope.RidesAsync(park, cancellationToken);
            var nameless = rides.Where(r => r.Name is null).ToList();
            if (park.Name is null)
            {
                Add("name", IssueType.MissingField, 1, $"The park {park.Slug ?? park.Uuid.ToString()} has no name.", null);
            }

            if (nameless.Count > 0)
            {
                Add("ride_names", IssueType.MissingField, nameless.Count, $"{nameless.Count} of {rides.Count} rides of {CheckScope.NameOf(park)} have no name.", $"ride {nameless[0].RideId}");
            }

            var ids = rides.Select(r => r.RideId).ToList();
            var without = ids.Count == 0 ? [] : (await connection.QueryAsync<int>(new CommandDefinition(
                SelectWithoutRows, new { Rides = System.Text.Json.JsonSerializer.Serialize(ids) }, commandTimeout: 120, cancellationToken: cancellationToken))).AsList();
            if (without.Count > 0)
            {
                var first = rides.First(r => r.RideId == without[0]);
                Add("without_rows", IssueType.Unmatched, without.Count, $"Of {without.Count} of {rides.Count} rides of {CheckScope.NameOf(park)} no row was ever seen.", first.Name ?? $"ride {first.RideId}");
            }

            void Add(string kind, IssueType type, int records, FormattableString description, string? sample) =>
                causes.Add(new Cause($"park:{park.ParkId}|{kind}", type, Severity.Info, description.ToString(CultureInfo.InvariantCulture))
                {
                    DestinationId = scope.Id,
                    ParkId = park.ParkId,
                    Records = records,
                    Sample = sample,
                });
        }

        return Detection.Everywhere(causes);
    }

    // One look at the key per ride and partition.
    private const string SelectWithoutRows =
        """
        SELECT j.ride_id
        FROM JSON_TABLE(@Rides, '$[*]' COLUMNS (ride_id INT UNSIGNED PATH '$')) AS j
        WHERE NOT EXISTS (SELECT 1 FROM v_snapshots AS s WHERE s.ride_id = j.ride_id)
        ORDER BY j.ride_id
        """;
}
