using System.Globalization;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>One scope between upstream and the database: what was found, who is which ride, and the versions that follow.</summary>
internal sealed class ScopeWork
{
    private readonly IReadOnlyDictionary<Guid, EntityDetail> _found;
    private readonly IReadOnlyDictionary<Guid, HeldDocument> _held;
    private readonly IReadOnlyList<Guid> _gone;
    private readonly Dictionary<Guid, ResolvedEntity> _resolved = [];

    /// <param name="gone">Entities that were listed and are no more.</param>
    public ScopeWork(
        Scope scope, IReadOnlyDictionary<Guid, EntityDetail> found, IReadOnlyDictionary<Guid, HeldDocument> held, IReadOnlyList<Guid> gone)
    {
        (Scope, _found, _held, _gone) = (scope, found, held, gone);
        Failures = [.. found.Where(f => f.Value.Error is not null).OrderBy(f => f.Key).Select(f => (f.Key, f.Value.Error!))];
    }

    public Scope Scope { get; }

    public bool IsPark => Scope.Uuid != Scope.DestinationUuid;

    /// <summary>The park's own document, when it is news.</summary>
    public EntityFacts? Park => IsPark ? _found.GetValueOrDefault(Scope.Uuid)?.Stated : null;

    public IReadOnlyList<(Guid Uuid, UpstreamException Error)> Failures { get; }

    /// <summary>Why it is not synced in full; null when it is.</summary>
    public string? Trouble => Failures.Count > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Failures.Count} of {Scope.Entities.Count} entities could not be had, the first: {Failures[0].Error.Message}")
        : Scope.Complete ? null : "Rows of the list could not be read: nothing is taken for delisted.";

    /// <summary>The catalogue's ids of the parks spoken of.</summary>
    public IReadOnlyDictionary<Guid, int> ParkIds { get; set; } = new Dictionary<Guid, int>();

    public IReadOnlyCollection<Guid> ParkUuids =>
        [.. Had().Select(e => ParkOf(e, _found[e.Uuid].Stated)).Append(IsPark ? Scope.Uuid : null).OfType<Guid>().Distinct()];

    public IReadOnlyCollection<int> RideIds => [.. _resolved.Values.Select(r => r.RideId).OfType<int>().Distinct()];

    /// <summary>Rides the catalogue has in another park. Only by its own id: what stands in for another ride does not move it.</summary>
    public IReadOnlyList<(int RideId, int ParkId)> Moves =>
    [
        .. from entity in Had()
           let resolved = _resolved.GetValueOrDefault(entity.Uuid)
           let park = ParkIdOf(ParkOf(entity, _found[entity.Uuid].Stated))
           where resolved is { RideId: not null, Method: MatchMethod.Uuid } && park is not null && resolved.ParkId != park
           orderby resolved.RideId
           select (resolved.RideId!.Value, park.Value),
    ];

    /// <summary>Every entity that may get a version.</summary>
    public IEnumerable<Guid> Touched => Had().Select(e => e.Uuid).Concat(_gone);

    public int? ParkIdOf(Guid? park) => park is { } uuid && ParkIds.TryGetValue(uuid, out var id) ? id : null;

    public void Take(IEnumerable<ResolvedEntity> resolved)
    {
        foreach (var entity in resolved)
        {
            _resolved[entity.Uuid] = entity;
        }
    }

    /// <summary>The entities as the resolver takes them: attractions and shows, or what else is in a park.</summary>
    public IReadOnlyList<ObservedEntity> Observed(DateTime now, bool rides) =>
    [
        .. from entity in Had()
           let kind = Kinds.Parse(entity.EntityType)
           where kind is not (EntityKind.Park or EntityKind.Destination) && (kind is EntityKind.Attraction or EntityKind.Show) == rides
           let stated = _found[entity.Uuid].Stated
           let held = stated is null ? _held[entity.Uuid] : null
           select new ObservedEntity(
               entity.Uuid,
               stated?.ExternalId ?? held?.ExternalId,
               ParkOf(entity, stated),
               null,
               stated?.Timezone,
               kind,
               (stated?.Name ?? held?.Name) is { } name ? [new ObservedName(name, now)] : [],
               1,
               now),
    ];

    /// <param name="known">As stored, locked.</param>
    /// <param name="words">Of operators, by ride.</param>
    public IReadOnlyList<EntityWrite> Writes(IReadOnlyDictionary<Guid, StoredEntity> known, IReadOnlyDictionary<int, OperatorWord> words)
    {
        var writes = new List<EntityWrite>();
        foreach (var entity in Had())
        {
            var detail = _found[entity.Uuid];
            var stated = detail.Stated ?? EntityFacts.Parse(known[entity.Uuid].Facts);
            var park = ParkOf(entity, detail.Stated);
            var ride = _resolved.GetValueOrDefault(entity.Uuid)?.RideId;
            var facts = stated with
            {
                ParentUuid = entity.ParentUuid ?? stated.ParentUuid,
                ParkUuid = park,
                DestinationUuid = entity.DestinationUuid,
                ParkId = ParkIdOf(entity.IsPark ? entity.Uuid : park),
                RideId = ride,
                Listed = true,
            };
            writes.Add(new EntityWrite(
                entity.Uuid, Scope.Uuid, facts.Judged(ride is { } id ? words.GetValueOrDefault(id) : null), detail.ETag, EntityDocument.ReaderVersion, VersionCause.Sync));
        }

        writes.AddRange(
            from uuid in _gone
            where known.ContainsKey(uuid)
            let stored = known[uuid]
            select new EntityWrite(
                uuid, stored.ScopeUuid, EntityFacts.Parse(stored.Facts) with { Listed = false }, stored.DetailsEtag, stored.ReaderVersion, VersionCause.Sync));
        return writes;
    }

    private IEnumerable<ListedEntity> Had() => Scope.Entities.Where(e => _found[e.Uuid].Error is null);

    // The list is newer than a document that has not changed.
    private static Guid? ParkOf(ListedEntity entity, EntityFacts? stated) => entity.IsPark ? null : entity.ParkUuid ?? stated?.ParkUuid;
}
