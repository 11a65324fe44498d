using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.Modules.Metadata.Matching;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>The catalogue's statements over one connection, in bulk: rows go in as one JSON parameter, ids as one list.</summary>
internal sealed partial class CatalogueSession(DbConnection connection, DbTransaction? transaction, CancellationToken ct)
{
    public Task<int?> FindDestinationAsync(Guid uuid) =>
        connection.QuerySingleOrDefaultAsync<int?>(Command(SelectDestination, new { Uuid = uuid.ToString() }));

    public async Task<int> EnsureDestinationAsync(Guid uuid)
    {
        if (await FindDestinationAsync(uuid) is { } known)
        {
            return known;
        }

        await connection.ExecuteAsync(Command(InsertDestination, new { Uuid = uuid.ToString() }));
        return await connection.QuerySingleAsync<int>(Command(SelectDestinationLocked, new { Uuid = uuid.ToString() }));
    }

    public async Task<Recognition> RecogniseAsync(IReadOnlyCollection<Guid> uuids)
    {
        var asked = uuids.ToHashSet();
        var rides = new Dictionary<int, CataloguedRide>();
        foreach (var row in await connection.QueryAsync<HistoryRow>(Command(SelectKnown, new { Uuids = Texts(uuids) })))
        {
            if (!rides.TryGetValue(row.RideId, out var ride))
            {
                ride = new CataloguedRide
                {
                    RideId = row.RideId,
                    ParkId = row.ParkId,
                    Uuid = row.Uuid,
                    Kind = Kinds.Parse(row.EntityType),
                };
                rides.Add(row.RideId, ride);
            }

            switch (row.Kind)
            {
                case Kinds.Name:
                    ride.Names.Add(new DatedValue(row.ValidFrom, row.Value));
                    break;
                case Kinds.ExternalId:
                    ride.ExternalIds.Add(new DatedValue(row.ValidFrom, row.Value));
                    break;
                case Kinds.Uuid when asked.Contains(Guid.Parse(row.Value)):
                    ride.Mappings.Add(new UuidWindow(Guid.Parse(row.Value), row.RideId, row.ValidFrom, row.ValidTo));
                    break;
            }
        }

        foreach (var ride in rides.Values)
        {
            ride.Names.Sort((a, b) => a.From.CompareTo(b.From));
            ride.ExternalIds.Sort((a, b) => a.From.CompareTo(b.From));
        }

        return new Recognition(rides.Values);
    }

    public async Task<Dictionary<Guid, int>> FindParksAsync(IReadOnlyCollection<Guid> uuids) =>
        uuids.Count == 0
            ? []
            : (await connection.QueryAsync<(Guid Uuid, int ParkId)>(Command(SelectParks, new { Uuids = Texts(uuids) })))
                .ToDictionary(row => row.Uuid, row => row.ParkId);

    public Task CreateParksAsync(int destinationId, IReadOnlyCollection<NewPark> parks) =>
        connection.ExecuteAsync(Command(InsertParks, new
        {
            DestinationId = destinationId,
            Rows = JsonSerializer.Serialize(
                parks.OrderBy(park => park.Uuid).Select(park => new { uuid = park.Uuid, slug = park.Slug, timezone = park.TimeZone })),
        }));

    /// <summary>Whoever decides by names inside a park holds its row: two that decide at once would each miss what the other creates.</summary>
    /// <returns>How many of them exist.</returns>
    public async Task<int> LockParksAsync(IReadOnlyCollection<int> parkIds) =>
        (await connection.QueryAsync<int>(Command(SelectParksLocked, new { ParkIds = parkIds }))).Count();

    public async Task<ILookup<int, KnownRide>> ReadParkRidesAsync(IReadOnlyCollection<int> parkIds)
    {
        var rows = await connection.QueryAsync<ParkRideRow>(Command(SelectParkRides, new { ParkIds = parkIds }));
        return rows.GroupBy(row => row.RideId)
            .Select(group => (group.First().ParkId, Ride: new KnownRide(
                group.Key,
                group.First().Uuid is not null,
                group.First().Name,
                group.First().NormalizedName ?? "",
                group.Where(row => row.Alias is not null)
                    .Select(row => new KnownName(row.Alias!, row.ValidFrom, row.ValidTo, row.Kind == Kinds.Alias))
                    .ToList())))
            .ToLookup(pair => pair.ParkId, pair => pair.Ride);
    }

    /// <summary>Binds ids to rides that have none. False: a ride was bound by someone else meanwhile.</summary>
    public async Task<bool> BindAsync(IReadOnlyCollection<(int RideId, Guid Uuid)> bindings) =>
        await connection.ExecuteAsync(Command(UpdateRideUuids, new
        {
            Rows = JsonSerializer.Serialize(bindings.Select(binding => new { ride_id = binding.RideId, uuid = binding.Uuid })),
        })) == bindings.Count;

    /// <summary>Creates rides, leaving those another session created meanwhile, and answers the id and park of each.</summary>
    public async Task<Dictionary<Guid, (int RideId, int ParkId)>> CreateRidesAsync(IReadOnlyCollection<NewRide> rides)
    {
        await connection.ExecuteAsync(Command(InsertRides, new
        {
            Rows = JsonSerializer.Serialize(rides.OrderBy(ride => ride.Uuid).Select(ride => new
            {
                park_id = ride.ParkId,
                uuid = ride.Uuid,
                entity_type = Kinds.Text(ride.Kind),
                created_from = ride.Source,
            })),
        }));
        var rows = await connection.QueryAsync<(Guid Uuid, int RideId, int ParkId)>(
            Command(SelectRideIdsLocked, new { Uuids = Texts(rides.Select(ride => ride.Uuid)) }));
        return rows.ToDictionary(row => row.Uuid, row => (row.RideId, row.ParkId));
    }

    public Task WriteAliasesAsync(IReadOnlyCollection<AliasRow> rows) =>
        rows.Count == 0
            ? Task.CompletedTask
            : connection.ExecuteAsync(Command(UpsertAliases, new
            {
                Rows = JsonSerializer.Serialize(rows.Select(row => new
                {
                    ride_id = row.RideId,
                    kind = row.Kind,
                    value = row.Value,
                    normalized = row.Normalized,
                    valid_from = SqlText(row.ValidFrom),
                    valid_to = row.ValidTo is { } to ? SqlText(to) : null,
                    source = row.Source,
                })),
            }));

    /// <summary>Merges sightings into the rides' histories under their row locks, and the latest values into the rides themselves.</summary>
    public async Task RecordAsync(IReadOnlyCollection<Sighting> sightings, string source)
    {
        var rideIds = sightings.Select(sighting => sighting.RideId).Distinct().Order().ToList();
        if (rideIds.Count == 0)
        {
            return;
        }

        var kinds = (await connection.QueryAsync<(int RideId, string EntityType)>(Command(SelectRidesLocked, new { RideIds = rideIds })))
            .ToDictionary(row => row.RideId, row => Kinds.Parse(row.EntityType));
        var known = (await connection.QueryAsync<StoredAlias>(Command(SelectHistories, new { RideIds = rideIds })))
            .ToLookup(row => (row.RideId, row.Kind));
        var news = sightings.ToLookup(sighting => sighting.RideId);
        var changes = new HistoryChanges(source);
        foreach (var rideId in rideIds)
        {
            var name = changes.Merge(rideId, Kinds.Name, known[(rideId, Kinds.Name)], news[rideId].SelectMany(sighting => sighting.Names));
            var externalId = changes.Merge(
                rideId, Kinds.ExternalId, known[(rideId, Kinds.ExternalId)], news[rideId].SelectMany(sighting => sighting.ExternalIds));
            changes.Rides.Add(new RideNow(rideId, name, externalId, news[rideId].Select(sighting => sighting.Kind).Append(kinds[rideId]).Max()));
        }

        if (changes.Removed.Count > 0)
        {
            await connection.ExecuteAsync(Command(DeleteAliases, new { AliasIds = changes.Removed }));
        }

        await WriteAliasesAsync(changes.Written);
        await connection.ExecuteAsync(Command(UpdateRides, new
        {
            Rows = JsonSerializer.Serialize(changes.Rides.Select(Row)),
        }));
    }

    private static object Row(RideNow ride) => new
    {
        ride_id = ride.RideId,
        name = ride.Name,
        normalized_name = ride.Name is null ? null : Kinds.Normalized(ride.Name),
        entity_type = Kinds.Text(ride.Kind),
        external_id = ride.ExternalId,
    };

    private static List<string> Texts(IEnumerable<Guid> uuids) => [.. uuids.Select(uuid => uuid.ToString())];

    private static string SqlText(DateTime instant) => instant.ToString("yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: ct);
}
