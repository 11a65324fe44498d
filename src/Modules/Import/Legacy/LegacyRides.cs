using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Why nobody can place a legacy ride.</summary>
internal static class UnknownReasons
{
    public const string NoWikiId = "NO_WIKI_ID";
    public const string InvalidWikiId = "INVALID_WIKI_ID";

    /// <summary>The catalogue has no ride of that id and no mapping speaks of it.</summary>
    public const string UnknownRide = "UNKNOWN_RIDE";

    /// <summary>There are rows of it, but <c>rides</c> does not list it.</summary>
    public const string NotListed = "NOT_LISTED";
}

/// <summary>A ride of the existing warehouse and which of ours it is.</summary>
internal sealed record LegacyRide
{
    public long LegacyRideId { get; init; }
    public string? Name { get; init; }
    public string? ParkName { get; init; }
    public string? WikiId { get; init; }
    public int? RideId { get; init; }
    public int? ParkId { get; init; }
    public int? DestinationId { get; init; }

    /// <summary>Of <see cref="UnknownReasons"/>; null: it is known.</summary>
    public string? Reason { get; init; }
}

/// <summary>Who the legacy rides are, ready for looking up rows.</summary>
internal sealed class LegacyRideMap
{
    private readonly Dictionary<long, (int Entity, int Destination)> _byLegacyId = [];

    public LegacyRideMap(IEnumerable<LegacyRide> rides)
    {
        var refs = new List<RideRef>();
        foreach (var ride in rides)
        {
            if (ride is { RideId: { } rideId, ParkId: { } parkId, DestinationId: { } destination })
            {
                _byLegacyId[ride.LegacyRideId] = (refs.Count, destination);
                refs.Add(new RideRef(rideId, parkId));
            }
        }

        Rides = [.. refs];
        Destinations = [.. _byLegacyId.Values.Select(r => r.Destination).Distinct().Order()];
    }

    /// <summary>By entity index.</summary>
    public RideRef[] Rides { get; }

    public IReadOnlyList<int> Destinations { get; }

    public IEnumerable<long> LegacyIds => _byLegacyId.Keys;

    /// <summary>False: nobody can place the ride.</summary>
    public bool TryFind(long legacyRideId, out int entity, out int destination)
    {
        var known = _byLegacyId.TryGetValue(legacyRideId, out var found);
        (entity, destination) = found;
        return known;
    }
}

/// <summary>Asks the catalogue which of our rides the legacy rides are. An operator's dated word counts as it is now, for all rows.</summary>
internal sealed class LegacyRideMatching(LegacySource source, IRideMappings mappings, ICatalogue catalogue)
{
    public async Task<IReadOnlyList<LegacyRide>> MatchAsync(LegacyTable table, CancellationToken ct)
    {
        List<(long Id, string? Name, string? Park, string? WikiId)> listed;
        await using (var connection = await source.OpenAsync(ct))
        {
            listed = (await connection.QueryAsync<(long, string?, string?, string?)>(new CommandDefinition(table.Sql(SelectRides), cancellationToken: ct))).AsList();
        }

        // The mapping that holds without end speaks last.
        var rides = (await mappings.ExportAsync(ct))
            .GroupBy(m => m.Uuid)
            .ToDictionary(m => m.Key, m => m.OrderBy(d => d.ValidTo ?? DateTime.MaxValue).ThenBy(d => d.ValidFrom ?? DateTime.MinValue).Last().RideId);
        var known = await catalogue.GetRidesAsync(rides.Values.ToHashSet(), ct);
        var destinations = (await catalogue.ListParksAsync(null, ct)).ToDictionary(p => p.ParkId, p => p.DestinationId);
        return [.. listed.Select(l => Of(new LegacyRide { LegacyRideId = l.Id, Name = l.Name, ParkName = l.Park, WikiId = l.WikiId }))];

        LegacyRide Of(LegacyRide ride)
        {
            if (string.IsNullOrWhiteSpace(ride.WikiId))
            {
                return ride with { WikiId = null, Reason = UnknownReasons.NoWikiId };
            }

            if (!Guid.TryParse(ride.WikiId, out var uuid))
            {
                return ride with { WikiId = ride.WikiId[..Math.Min(64, ride.WikiId.Length)], Reason = UnknownReasons.InvalidWikiId };
            }

            return rides.TryGetValue(uuid, out var rideId) && known.TryGetValue(rideId, out var ours)
                ? ride with { RideId = rideId, ParkId = ours.ParkId, DestinationId = destinations[ours.ParkId] }
                : ride with { Reason = UnknownReasons.UnknownRide };
        }
    }

    private const string SelectRides =
        """
        SELECT CAST(r.ride_id AS SIGNED), r.name, p.name, CONCAT(r.themeparks_wiki_id, '')
        FROM legacy.rides AS r
        LEFT JOIN legacy.parks AS p ON p.park_id = r.park_id
        ORDER BY r.ride_id
        """;
}
