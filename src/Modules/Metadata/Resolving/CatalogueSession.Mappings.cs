using System.Text.Json;
using Dapper;
using ThemePark.Modules.Metadata.Mapping;

namespace ThemePark.Modules.Metadata.Resolving;

internal sealed partial class CatalogueSession
{
    public async Task<IReadOnlyList<Contracts.Mapping>> ReadMappingsAsync()
    {
        var rows = await connection.QueryAsync<MappingRecord>(Command(SelectMappings, new { }));
        return [.. rows.Select(row => new Contracts.Mapping(
            row.Uuid, row.RideId, row.Name, row.Park, row.ValidFrom == Recognition.Always ? null : row.ValidFrom, row.ValidTo))];
    }

    /// <summary>What the catalogue holds of these ids and rides, the rides locked.</summary>
    public async Task<MappingState> ReadMappingStateAsync(IReadOnlyCollection<Guid> uuids, IReadOnlyCollection<int> rideIds)
    {
        var rides = rideIds.Count == 0
            ? []
            : (await connection.QueryAsync<(int RideId, Guid? Uuid)>(Command(SelectRideOwnersLocked, new { RideIds = rideIds.Order() }))).ToList();
        var owners = await connection.QueryAsync<(Guid Uuid, int RideId)>(Command(SelectOwners, new { Uuids = Texts(uuids) }));
        var stored = await connection.QueryAsync<MappingRecord>(Command(SelectStoredMappings, new { Uuids = Texts(uuids) }));
        return new MappingState(
            owners.ToDictionary(row => row.Uuid, row => row.RideId),
            rides.Select(row => row.RideId).ToHashSet(),
            rides.Where(row => row.Uuid is null).Select(row => row.RideId).ToHashSet(),
            stored.ToLookup(row => row.Uuid, row => new StoredMapping(row.AliasId, row.Uuid, row.RideId, row.ValidFrom!.Value, row.ValidTo)));
    }

    public async Task ApplyMappingsAsync(MappingPlan plan)
    {
        if (plan.Removed.Count > 0)
        {
            await connection.ExecuteAsync(Command(DeleteAliases, new { AliasIds = plan.Removed }));
        }

        if (plan.Bindings.Count > 0 && !await BindAsync(plan.Bindings))
        {
            throw new LostRaceException();
        }

        await WriteAliasesAsync(plan.Written);
    }

    public async Task<IReadOnlyList<ParkLabels>> ReadParkLabelsAsync() =>
        [.. await connection.QueryAsync<ParkLabels>(Command(SelectParkLabels, new { }))];

    public Task<int?> FindParkOfRideAsync(int rideId) =>
        connection.QuerySingleOrDefaultAsync<int?>(Command(SelectParkOfRide, new { RideId = rideId }));

    public async Task<StoredMapping?> FindAliasAsync(int rideId, string value, DateTime from)
    {
        var row = await connection.QuerySingleOrDefaultAsync<MappingRecord>(
            Command(SelectAlias, new { RideId = rideId, Value = value, ValidFrom = from }));
        return row is null ? null : new StoredMapping(row.AliasId, Guid.Empty, rideId, from, row.ValidTo);
    }

    /// <summary>Names a ride no sighting has named yet.</summary>
    public Task NameAsync(RideNow ride) => connection.ExecuteAsync(Command(UpdateRides, new { Rows = JsonSerializer.Serialize(new[] { Row(ride) }) }));

    private const string SelectMappings = """
        SELECT
            a.uuid AS Uuid,
            a.ride_id AS RideId,
            r.name AS Name,
            COALESCE(p.name, p.slug, p.uuid) AS Park,
            a.valid_from AS ValidFrom,
            a.valid_to AS ValidTo
        FROM ride_aliases AS a
        JOIN rides AS r ON r.ride_id = a.ride_id
        JOIN parks AS p ON p.park_id = r.park_id
        WHERE a.kind = 'UUID'
        UNION ALL
        SELECT r.uuid, r.ride_id, r.name, COALESCE(p.name, p.slug, p.uuid), NULL, NULL
        FROM rides AS r
        JOIN parks AS p ON p.park_id = r.park_id
        WHERE r.uuid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ride_aliases AS a WHERE a.uuid = r.uuid)
        ORDER BY Uuid, ValidFrom
        """;

    private const string SelectRideOwnersLocked = """
        SELECT ride_id, uuid
        FROM rides
        WHERE ride_id IN @RideIds
        ORDER BY ride_id
        FOR UPDATE
        """;

    private const string SelectOwners = """
        SELECT uuid, ride_id
        FROM rides
        WHERE uuid IN @Uuids
        """;

    private const string SelectStoredMappings = """
        SELECT alias_id AS AliasId, uuid AS Uuid, ride_id AS RideId, valid_from AS ValidFrom, valid_to AS ValidTo
        FROM ride_aliases
        WHERE uuid IN @Uuids
        ORDER BY uuid, valid_from
        """;

    private const string SelectParkLabels = """
        SELECT park_id AS ParkId, uuid AS Uuid, name AS Name, slug AS Slug
        FROM parks
        """;

    private const string SelectParkOfRide = """
        SELECT park_id
        FROM rides
        WHERE ride_id = @RideId
        """;

    private const string SelectAlias = """
        SELECT alias_id AS AliasId, valid_to AS ValidTo
        FROM ride_aliases
        WHERE ride_id = @RideId AND kind = 'ALIAS' AND value = @Value AND valid_from = @ValidFrom
        """;

    private sealed class MappingRecord
    {
        public int AliasId { get; init; }

        public Guid Uuid { get; init; }

        public int RideId { get; init; }

        public string? Name { get; init; }

        public string? Park { get; init; }

        public DateTime? ValidFrom { get; init; }

        public DateTime? ValidTo { get; init; }
    }
}
