using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>The parks of entities the catalogue does not know, created where their events state enough.</summary>
internal sealed class ParkPlan
{
    private readonly Dictionary<Guid, int> _parks;
    private readonly HashSet<Guid> _containers;

    private ParkPlan(Dictionary<Guid, int> parks, HashSet<Guid> containers, HashSet<int> parkIds)
    {
        _parks = parks;
        _containers = containers;
        ParkIds = parkIds;
    }

    /// <summary>The parks whose rides the unknown entities may be.</summary>
    public IReadOnlyCollection<int> ParkIds { get; }

    public static async Task<ParkPlan> PrepareAsync(CatalogueSession session, int destinationId, ResolveRequest request, List<Entity> unknown)
    {
        if (unknown.Count == 0)
        {
            return new ParkPlan([], [], []);
        }

        var stated = unknown.Select(entity => entity.ParkUuid).OfType<Guid>().ToHashSet();
        var asked = stated.Concat(unknown.Select(entity => entity.Uuid)).ToHashSet();
        var parks = await session.FindParksAsync(asked);
        var created = unknown
            .Where(entity => entity.ParkUuid is { } park && !parks.ContainsKey(park) && TimeZones.IsIana(entity.TimeZone))
            .GroupBy(entity => entity.ParkUuid!.Value)
            .Select(group => new NewPark(group.Key, MostStated(group, entity => entity.ParkSlug), MostStated(group, entity => entity.TimeZone)!))
            .ToList();
        if (created.Count > 0)
        {
            await session.CreateParksAsync(destinationId, created);
            parks = await session.FindParksAsync(asked);
        }

        var containers = stated.Concat(parks.Keys).Append(request.DestinationUuid).ToHashSet();
        return new ParkPlan(parks, containers, parks.Where(park => stated.Contains(park.Key)).Select(park => park.Value).ToHashSet());
    }

    public int? ParkOf(Entity entity) => entity.ParkUuid is { } park && _parks.TryGetValue(park, out var parkId) ? parkId : null;

    /// <summary>Why the entity can never be a ride as it is stated, or null.</summary>
    public string? Refusal(Entity entity)
    {
        if (entity.Uuid == Guid.Empty)
        {
            return UnmatchedReasons.InvalidUuid;
        }

        // A park's own events carry its id as the entity's.
        if (entity.Kind is EntityKind.Park or EntityKind.Destination || _containers.Contains(entity.Uuid))
        {
            return UnmatchedReasons.Ignored;
        }

        if (ParkOf(entity) is not null)
        {
            return null;
        }

        return entity is { ParkUuid: not null, TimeZone: not null } ? UnmatchedReasons.InvalidTimeZone : UnmatchedReasons.UnknownPark;
    }

    private static string? MostStated(IEnumerable<Entity> entities, Func<Entity, string?> value) =>
        entities.Where(entity => value(entity) is not null && TimeZones.IsIana(entity.TimeZone))
            .GroupBy(entity => value(entity)!, StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(entity => entity.Observations))
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;
}
