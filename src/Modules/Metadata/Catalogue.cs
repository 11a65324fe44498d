using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata;

internal sealed class Catalogue(MySqlDatabase database, TimeProvider time, ILogger<Catalogue> logger) : ICatalogue
{
    private const int IdsPerStatement = 5_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 16 };

    public async ValueTask<IReadOnlyList<Destination>> ListDestinationsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<DestinationRow>(new CommandDefinition(SelectDestinations, cancellationToken: ct));
        return [.. rows.Select(row => row.ToDestination())];
    }

    public async ValueTask<IReadOnlyList<Park>> ListParksAsync(int? destinationId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<ParkRow>(
            new CommandDefinition(SelectParks, new { DestinationId = destinationId }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToPark())];
    }

    public async ValueTask<string> VersionAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var changed = await connection.QuerySingleAsync<(DateTime?, DateTime?, DateTime?)>(new CommandDefinition(SelectChanged, cancellationToken: ct));
        return string.Create(CultureInfo.InvariantCulture, $"{changed.Item1?.Ticks:x}.{changed.Item2?.Ticks:x}.{changed.Item3?.Ticks:x}");
    }

    public async ValueTask<IReadOnlyList<Ride>> ListRidesAsync(int parkId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<RideRow>(new CommandDefinition(SelectRidesOfPark, new { ParkId = parkId }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToRide())];
    }

    public async ValueTask<IReadOnlyDictionary<int, Ride>> GetRidesAsync(IReadOnlyCollection<int> rideIds, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rideIds);
        var rides = new Dictionary<int, Ride>(rideIds.Count);
        await using var connection = await database.OpenAsync(ct);
        foreach (var ids in rideIds.Distinct().Order().Chunk(IdsPerStatement))
        {
            foreach (var row in await connection.QueryAsync<RideRow>(new CommandDefinition(SelectRides, new { RideIds = ids }, cancellationToken: ct)))
            {
                rides[row.RideId] = row.ToRide();
            }
        }

        return rides;
    }

    public async ValueTask<IReadOnlyDictionary<Guid, Place>> GetPlacesAsync(IReadOnlyCollection<Guid> uuids, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(uuids);
        var places = new Dictionary<Guid, Place>();
        await using var connection = await database.OpenAsync(ct);
        foreach (var chunk in uuids.Distinct().Chunk(IdsPerStatement))
        {
            var asked = new { Uuids = chunk.Select(uuid => uuid.ToString()).ToArray() };
            foreach (var (uuid, latitude, longitude) in await connection.QueryAsync<(Guid, double, double)>(new CommandDefinition(SelectPlaces, asked, cancellationToken: ct)))
            {
                places[uuid] = new Place(latitude, longitude);
            }
        }

        return places;
    }

    public ValueTask<Destination?> FindDestinationAsync(int destinationId, CancellationToken ct) =>
        FindAsync(SelectDestinationById, new { DestinationId = destinationId }, ct);

    public ValueTask<Destination?> FindDestinationAsync(Guid uuid, CancellationToken ct) =>
        FindAsync(SelectDestinationByUuid, new { Uuid = uuid.ToString() }, ct);

    public ValueTask<Destination?> FindDestinationOfParkAsync(int parkId, CancellationToken ct) =>
        FindAsync(SelectDestinationOfPark, new { ParkId = parkId }, ct);

    public async ValueTask<int> EnsureDestinationAsync(Guid uuid, DbTransaction? transaction, CancellationToken ct)
    {
        if (transaction is not null)
        {
            var given = transaction.Connection ?? throw new ArgumentException("The transaction has ended.", nameof(transaction));
            return await new CatalogueSession(given, transaction, ct).EnsureDestinationAsync(uuid);
        }

        return await MySqlRetry.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenAsync(token);
                return await new CatalogueSession(connection, null, token).EnsureDestinationAsync(uuid);
            },
            time,
            logger,
            ct);
    }

    public async ValueTask<CatalogueChanges> ApplyDestinationsAsync(Stream json, CancellationToken ct)
    {
        var document = await JsonSerializer.DeserializeAsync<ListDocument>(json, Json, ct);
        var listed = document?.Destinations ?? throw new JsonException("The document has no list of destinations.");
        var destinations = listed.Select(Named.From).ToList();
        var parks = listed.SelectMany(destination => destination?.Parks ?? []).Select(Named.From).ToList();
        var rejected = destinations.Count(item => item is null) + parks.Count(item => item is null);
        var namedDestinations = destinations.OfType<Named>().DistinctBy(item => item.Uuid).OrderBy(item => item.Uuid).ToList();
        var namedParks = parks.OfType<Named>().DistinctBy(item => item.Uuid).OrderBy(item => item.Uuid).ToList();

        return await MySqlRetry.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
                Task<int> Run(string sql, List<Named> rows) =>
                    connection.ExecuteAsync(new CommandDefinition(
                        sql, new { Rows = JsonSerializer.Serialize(rows) }, transaction, cancellationToken: token));

                // Named first, so that what is created with its name is not counted as named as well.
                var destinationsNamed = await Run(NameDestinations, namedDestinations);
                var created = await Run(CreateDestinations, namedDestinations);
                var parksNamed = await Run(NameParks, namedParks);
                var known = await connection.QuerySingleAsync<int>(new CommandDefinition(
                    CountParks, new { Rows = JsonSerializer.Serialize(namedParks) }, transaction, cancellationToken: token));
                await transaction.CommitAsync(token);
                return new CatalogueChanges(created, destinationsNamed, parksNamed, namedParks.Count - known, rejected);
            },
            time,
            logger,
            ct);
    }

    private async ValueTask<Destination?> FindAsync(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<DestinationRow>(new CommandDefinition(sql, parameters, cancellationToken: ct));
        return row?.ToDestination();
    }

    private const string SelectDestinations = """
        SELECT destination_id AS DestinationId, uuid, name, slug
        FROM destinations
        ORDER BY destination_id
        """;

    private const string SelectDestinationById = """
        SELECT destination_id AS DestinationId, uuid, name, slug
        FROM destinations
        WHERE destination_id = @DestinationId
        """;

    private const string SelectDestinationByUuid = """
        SELECT destination_id AS DestinationId, uuid, name, slug
        FROM destinations
        WHERE uuid = @Uuid
        """;

    private const string SelectDestinationOfPark = """
        SELECT d.destination_id AS DestinationId, d.uuid, d.name, d.slug
        FROM parks AS p
        JOIN destinations AS d ON d.destination_id = p.destination_id
        WHERE p.park_id = @ParkId
        """;

    // Each is the last entry of a key.
    private const string SelectChanged = """
        SELECT
            (SELECT MAX(updated_at) FROM destinations),
            (SELECT MAX(updated_at) FROM parks),
            (SELECT MAX(updated_at) FROM rides)
        """;

    private const string SelectParks = """
        SELECT p.park_id AS ParkId, p.destination_id AS DestinationId, p.uuid, p.name, p.slug, p.timezone, d.name AS Destination
        FROM parks AS p
        JOIN destinations AS d ON d.destination_id = p.destination_id
        WHERE @DestinationId IS NULL OR p.destination_id = @DestinationId
        ORDER BY p.park_id
        """;

    private const string SelectRides = """
        SELECT r.ride_id AS RideId, r.park_id AS ParkId, r.uuid, r.name, r.entity_type AS EntityType, p.timezone, r.tier
        FROM rides AS r
        JOIN parks AS p ON p.park_id = r.park_id
        WHERE r.ride_id IN @RideIds
        """;

    private const string SelectRidesOfPark = """
        SELECT r.ride_id AS RideId, r.park_id AS ParkId, r.uuid, r.name, r.entity_type AS EntityType, p.timezone, r.tier
        FROM rides AS r
        JOIN parks AS p ON p.park_id = r.park_id
        WHERE r.park_id = @ParkId
        ORDER BY r.ride_id
        """;

    private const string SelectPlaces = """
        SELECT uuid, latitude, longitude
        FROM entity_metadata
        WHERE uuid IN @Uuids
            AND latitude IS NOT NULL
        """;

    private const string NameDestinations = """
        UPDATE JSON_TABLE(@Rows, '$[*]' COLUMNS (
            uuid CHAR(36) PATH '$.Uuid',
            name VARCHAR(255) PATH '$.Name',
            slug VARCHAR(255) PATH '$.Slug')) AS j
        STRAIGHT_JOIN destinations AS d ON d.uuid = CONVERT(j.uuid USING ascii)
        SET d.name = j.name, d.slug = COALESCE(j.slug, d.slug)
        WHERE NOT (d.name <=> j.name AND d.slug <=> COALESCE(j.slug, d.slug))
        """;

    private const string CreateDestinations = """
        INSERT INTO destinations (uuid, name, slug)
        SELECT j.uuid, j.name, j.slug
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
            uuid CHAR(36) PATH '$.Uuid',
            name VARCHAR(255) PATH '$.Name',
            slug VARCHAR(255) PATH '$.Slug')) AS j
        WHERE NOT EXISTS (SELECT 1 FROM destinations AS d WHERE d.uuid = CONVERT(j.uuid USING ascii))
        ON DUPLICATE KEY UPDATE uuid = destinations.uuid
        """;

    private const string NameParks = """
        UPDATE JSON_TABLE(@Rows, '$[*]' COLUMNS (
            uuid CHAR(36) PATH '$.Uuid',
            name VARCHAR(255) PATH '$.Name',
            slug VARCHAR(255) PATH '$.Slug')) AS j
        STRAIGHT_JOIN parks AS p ON p.uuid = CONVERT(j.uuid USING ascii)
        SET p.name = j.name, p.slug = COALESCE(j.slug, p.slug)
        WHERE NOT (p.name <=> j.name AND p.slug <=> COALESCE(j.slug, p.slug))
        """;

    private const string CountParks = """
        SELECT COUNT(*)
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (uuid CHAR(36) PATH '$.Uuid')) AS j
        STRAIGHT_JOIN parks AS p ON p.uuid = CONVERT(j.uuid USING ascii)
        """;

    private sealed record ListDocument(IReadOnlyList<ListItem?>? Destinations);

    private sealed record ListItem(JsonElement Id, JsonElement Name, JsonElement Slug, IReadOnlyList<ListItem?>? Parks);

    private sealed record Named(string Uuid, string Name, string? Slug)
    {
        public static Named? From(ListItem? item) =>
            item is not null && Guid.TryParseExact(Text(item.Id), "D", out var uuid) && uuid != Guid.Empty && Entity.Clean(Text(item.Name)) is { } name
                ? new Named(uuid.ToString(), name, Entity.Clean(Text(item.Slug)))
                : null;

        private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private sealed class DestinationRow
    {
        public int DestinationId { get; init; }

        public Guid Uuid { get; init; }

        public string? Name { get; init; }

        public string? Slug { get; init; }

        public Destination ToDestination() => new(DestinationId, Uuid, Name, Slug);
    }

    private sealed class ParkRow
    {
        public int ParkId { get; init; }

        public int DestinationId { get; init; }

        public Guid Uuid { get; init; }

        public string? Name { get; init; }

        public string? Slug { get; init; }

        public string Timezone { get; init; } = "";

        public string? Destination { get; init; }

        public Park ToPark()
        {
            var profile = ParkProfiles.Of(Uuid, Name, Destination);
            return new Park(ParkId, DestinationId, Uuid, Name, Slug, Timezone, profile.Operator, profile.Location, profile.QueueTimesId);
        }
    }

    private sealed class RideRow
    {
        public int RideId { get; init; }

        public int ParkId { get; init; }

        public Guid? Uuid { get; init; }

        public string? Name { get; init; }

        public string EntityType { get; init; } = "";

        public string Timezone { get; init; } = "";

        public int? Tier { get; init; }

        public Ride ToRide() => new(RideId, ParkId, Uuid, Name, Kinds.Parse(EntityType), Timezone, Tier);
    }
}
