using System.Globalization;
using System.Text.Json;
using Dapper;
using Shouldly;
using ThemePark.Modules.Metadata.Features;
using ThemePark.Modules.Metadata.Reading;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Metadata;

/// <summary>Ten thousand rides: half of them anywhere, half near places where a globe is awkward. Brute force is the haversine over all of them.</summary>
public sealed class NearbyTests(NearbyTests.Globe globe) : IClassFixture<NearbyTests.Globe>
{
    private static readonly (double Latitude, double Longitude)[] Centres =
    [
        (52.5, 13.4), (0, 0), (0, 180), (0.01, -179.995), (-17.5, 179.99), (51.5, -180), (89.95, 20), (-89.99, -140), (90, 0), (-90, 77), (66.6, 179.6), (-33.6, 151.1),
    ];

    [Theory]
    [InlineData(300)]
    [InlineData(5_000)]
    [InlineData(50_000)]
    public async Task The_rides_found_are_those_of_brute_force_in_the_same_order(int radius)
    {
        var found = 0;
        foreach (var centre in Centres)
        {
            var result = await AskAsync(centre.Latitude, centre.Longitude, radius);
            var expected = globe.Points
                .Select(p => (p.RideId, Distance: Haversine(centre.Latitude, centre.Longitude, p.Latitude, p.Longitude)))
                .Where(p => p.Distance <= radius)
                .OrderBy(p => p.Distance)
                .ThenBy(p => p.RideId)
                .ToList();

            result.Metadata.Total.ShouldBe(expected.Count);
            result.Data.Select(r => r.RideId).ShouldBe(expected.Take(500).Select(p => p.RideId));
            foreach (var (ride, brute) in result.Data.Zip(expected))
            {
                ride.DistanceM.ShouldBe(brute.Distance, 0.01);
            }

            found += expected.Count;
        }

        found.ShouldBeGreaterThan(radius == 300 ? 10 : 500);
    }

    [Fact]
    public async Task The_box_is_found_on_its_index()
    {
        await using var connection = await globe.Database.OpenAsync(CancellationToken.None);
        var query = new FindNearby.Query(52.5, 13.4, 1_000, null, 50, 0);
        var plan = (await connection.QueryAsync<dynamic>("EXPLAIN " + FindNearby.Handler.SelectPage, FindNearby.Handler.Parameters(query, 1_000)))
            .Select(row => (IDictionary<string, object?>)row)
            .ToList();

        var entities = plan.Single(row => (string?)row["table"] == "m");
        (entities["key"], entities["type"]).ShouldBe(("ix_entity_metadata_place", "range"));
        Convert.ToInt64(entities["rows"], CultureInfo.InvariantCulture).ShouldBeLessThan(1_500);
        plan.ShouldNotContain(row => (string?)row["type"] == "ALL" && (string?)row["table"] == "r");
    }

    [Fact]
    public async Task Only_listed_rides_of_the_class_asked_for_are_near()
    {
        var all = await AskAsync(52.5, 13.4, 50_000);
        var indoor = await AskAsync(52.5, 13.4, 50_000, "INDOOR");

        indoor.Metadata.Total.ShouldBeInRange(1, all.Metadata.Total - 1);
        indoor.Data.ShouldAllBe(r => r.IndoorOutdoor == "INDOOR");
        all.Data.Select(r => r.RideId).Intersect(globe.Delisted).ShouldBeEmpty();
        globe.Delisted.ShouldNotBeEmpty();
    }

    private async Task<FindNearby.Result> AskAsync(double latitude, double longitude, int radius, string? indoorOutdoor = null) =>
        (await new FindNearby.Handler(globe.Database, TimeProvider.System)
            .Handle(new FindNearby.Query(latitude, longitude, radius, indoorOutdoor, 500, 0), CancellationToken.None)).Value;

    private static double Haversine(double latitude, double longitude, double toLatitude, double toLongitude)
    {
        static double Radians(double degrees) => degrees * Math.PI / 180;
        var (a, b) = (Math.Sin(Radians(toLatitude - latitude) / 2), Math.Sin(Radians(toLongitude - longitude) / 2));
        var h = (a * a) + (Math.Cos(Radians(latitude)) * Math.Cos(Radians(toLatitude)) * b * b);
        return 2 * GeoBox.EarthRadius * Math.Asin(Math.Sqrt(Math.Min(1, h)));
    }

    public sealed class Globe : IAsyncLifetime
    {
        private readonly DatabaseFixture _fixture = new();

        public MySqlDatabase Database => _fixture.Database;

        public IReadOnlyList<(int RideId, double Latitude, double Longitude)> Points { get; private set; } = [];

        public IReadOnlyList<int> Delisted { get; private set; } = [];

        public async Task InitializeAsync()
        {
            await _fixture.InitializeAsync();
            var random = new Random(4711);
            var rows = Enumerable.Range(1, 10_000).Select(id => (Id: id, Place: id % 2 == 0 ? Anywhere(random) : Near(random, Centres[id / 2 % Centres.Length]), Gone: id % 97 == 0)).ToList();
            Points = [.. rows.Where(r => !r.Gone).Select(r => (r.Id, r.Place.Latitude, r.Place.Longitude))];
            Delisted = [.. rows.Where(r => r.Gone).Select(r => r.Id)];
            await using var connection = await Database.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync(Insert, new
            {
                Rows = JsonSerializer.Serialize(rows.Select(r => new
                {
                    id = r.Id,
                    uuid = new Guid(r.Id, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1),
                    latitude = r.Place.Latitude,
                    longitude = r.Place.Longitude,
                    place = r.Id % 5 == 0 ? "INDOOR" : "UNKNOWN",
                    gone = r.Gone ? "2026-01-01 00:00:00" : null,
                })),
            });
        }

        public Task DisposeAsync() => _fixture.DisposeAsync();

        private static (double Latitude, double Longitude) Anywhere(Random random) =>
            (Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI, (random.NextDouble() * 360) - 180);

        // Within a few hundred metres or a quarter of a degree; beyond a pole it goes down again on the other side.
        private static (double Latitude, double Longitude) Near(Random random, (double Latitude, double Longitude) centre)
        {
            var spread = random.Next(2) == 0 ? 0.005 : 0.5;
            var latitude = centre.Latitude + ((random.NextDouble() - 0.5) * spread);
            var longitude = Math.Abs(centre.Latitude) > 89 ? (random.NextDouble() * 360) - 180 : centre.Longitude + ((random.NextDouble() - 0.5) * spread);
            return (Math.Abs(latitude) > 90 ? Math.CopySign(180 - Math.Abs(latitude), latitude) : latitude, longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude);
        }

        private const string Insert =
            """
            INSERT INTO destinations (destination_id, uuid) VALUES (1, '00000000-0000-4000-8000-00000000d001');
            INSERT INTO parks (park_id, destination_id, uuid, timezone) VALUES (1, 1, '00000000-0000-4000-8000-00000000a001', 'UTC');
            INSERT INTO entity_metadata (
                uuid, scope_uuid, ride_id, entity_type, latitude, longitude, height_flags, indoor_outdoor, indoor_outdoor_confidence, version,
                first_seen_at, changed_at, synced_at, delisted_at, reader_version)
            SELECT j.uuid, j.uuid, j.id, 'ATTRACTION', j.latitude, j.longitude, '', j.place, 0.5, 1, NOW(3), NOW(3), NOW(3), j.gone, 1
            FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
                id INT PATH '$.id', uuid CHAR(36) PATH '$.uuid', latitude DOUBLE PATH '$.latitude', longitude DOUBLE PATH '$.longitude',
                place VARCHAR(8) PATH '$.place', gone DATETIME PATH '$.gone')) AS j;
            INSERT INTO rides (ride_id, park_id, uuid, name, entity_type, created_from, metadata_uuid)
            SELECT ride_id, 1, uuid, CONCAT('Ride ', ride_id), 'ATTRACTION', 'TEST', uuid FROM entity_metadata;
            ANALYZE TABLE entity_metadata, rides;
            """;
    }
}
