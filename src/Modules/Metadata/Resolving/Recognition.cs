using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>A ride some of the asked-for ids lead to, with its histories in time order.</summary>
internal sealed class CataloguedRide
{
    public required int RideId { get; init; }

    public required int ParkId { get; init; }

    public required Guid? Uuid { get; init; }

    public required EntityKind Kind { get; init; }

    public List<DatedValue> Names { get; } = [];

    public List<DatedValue> ExternalIds { get; } = [];

    public List<UuidWindow> Mappings { get; } = [];
}

/// <summary>An operator's mapping of an upstream id to a ride, from (inclusive) to (exclusive).</summary>
internal sealed record UuidWindow(Guid Uuid, int RideId, DateTime From, DateTime? To)
{
    public bool Holds(DateTime instant) => From <= instant && (To is not { } to || instant < to);
}

/// <summary>What to add to a ride's histories.</summary>
internal sealed record Sighting(int RideId, IReadOnlyList<DatedValue> Names, IReadOnlyList<DatedValue> ExternalIds, EntityKind Kind);

/// <summary>Stage 0: the ride an upstream id names by itself, or by an operator's mapping valid at the time. Null when neither does.</summary>
internal sealed class Recognition
{
    /// <summary>Open start of a validity, the earliest instant a DATETIME holds.</summary>
    public static readonly DateTime Always = new(1000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Dictionary<int, CataloguedRide> _rides;
    private readonly Dictionary<Guid, CataloguedRide> _byUuid;
    private readonly ILookup<Guid, UuidWindow> _mappings;

    public Recognition(IReadOnlyCollection<CataloguedRide> rides)
    {
        _rides = rides.ToDictionary(ride => ride.RideId);
        _byUuid = rides.Where(ride => ride.Uuid is not null).ToDictionary(ride => ride.Uuid!.Value);
        _mappings = rides.SelectMany(ride => ride.Mappings).ToLookup(mapping => mapping.Uuid);
    }

    public ResolvedEntity? Recognise(Entity entity)
    {
        var mappings = _mappings[entity.Uuid].ToList();
        var (from, until) = Span(mappings, entity.At);
        var valid = mappings.Where(mapping => mapping.Holds(entity.At)).Select(mapping => mapping.RideId).Distinct().Order().ToList();
        if (valid.Count > 1)
        {
            var candidates = valid.Select(id => new MatchCandidate(id, Name(id), MatchMethod.UuidAlias, 100, _rides[id].Uuid is not null)).ToList();
            return new ResolvedEntity(entity.Uuid, null, null, MatchMethod.None, 0, UnmatchedReasons.Ambiguous, candidates, from, until);
        }

        if (valid.Count == 1)
        {
            return new ResolvedEntity(entity.Uuid, valid[0], _rides[valid[0]].ParkId, MatchMethod.UuidAlias, 100, null, [], from, until);
        }

        return _byUuid.TryGetValue(entity.Uuid, out var own)
            ? new ResolvedEntity(entity.Uuid, own.RideId, own.ParkId, MatchMethod.Uuid, 100, null, [], from, until)
            : null;
    }

    /// <summary>What the entity adds to its ride's histories, null when nothing.</summary>
    public Sighting? News(Entity entity, ResolvedEntity resolved)
    {
        if (resolved.RideId is not { } rideId)
        {
            return null;
        }

        // Two ids that are one ride at the same time would take turns naming it; only an id that was replaced names it.
        var ride = _rides[rideId];
        if (ride.Uuid is { } own && own != entity.Uuid && resolved.HoldsUntil is null)
        {
            return null;
        }

        var unchanged = entity.Kind <= ride.Kind
            && ReferenceEquals(DatedValues.Merge(ride.Names, entity.Names), ride.Names)
            && ReferenceEquals(DatedValues.Merge(ride.ExternalIds, entity.ExternalIds), ride.ExternalIds);
        return unchanged ? null : new Sighting(rideId, entity.Names, entity.ExternalIds, entity.Kind);
    }

    private string? Name(int rideId) => _rides[rideId].Names.LastOrDefault().Value;

    private static (DateTime? From, DateTime? Until) Span(List<UuidWindow> mappings, DateTime instant)
    {
        var edges = mappings.Select(mapping => mapping.From).Where(edge => edge > Always)
            .Concat(mappings.Select(mapping => mapping.To).OfType<DateTime>())
            .ToList();
        var past = edges.Where(edge => edge <= instant).ToList();
        var future = edges.Where(edge => edge > instant).ToList();
        return (past.Count > 0 ? past.Max() : null, future.Count > 0 ? future.Min() : null);
    }
}
