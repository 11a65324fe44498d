using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Matching;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>Collects the decision on every entity of a request, then writes what they imply.</summary>
internal sealed class Decisions(ResolveRequest request, ParkPlan parks, ILookup<int, KnownRide>? rides)
{
    private readonly Dictionary<Guid, ResolvedEntity> _answers = [];
    private readonly Dictionary<Guid, (Entity Entity, int ParkId, MatchDecision Decision)> _undecided = [];

    public void Add(Entity entity, ResolvedEntity? recognised)
    {
        if (recognised is not null)
        {
            _answers.Add(entity.Uuid, recognised);
        }
        else if (parks.Refusal(entity) is { } reason)
        {
            _answers.Add(entity.Uuid, Unmatched(entity, parks.ParkOf(entity), reason, []));
        }
        else
        {
            var parkId = parks.ParkOf(entity)!.Value;
            _undecided.Add(entity.Uuid, (entity, parkId, RideMatcher.Match(entity.Names, rides?[parkId].ToList() ?? [])));
        }
    }

    public bool IsNew(Entity entity) => _undecided.ContainsKey(entity.Uuid);

    public async Task<IReadOnlyDictionary<Guid, ResolvedEntity>> SaveAsync(CatalogueSession session)
    {
        // A ride without an id takes one id; two entities that both claim it are for a person to tell apart.
        var contested = _undecided.Values
            .Where(claim => claim.Decision.RideId is not null && claim.Decision.Alias?.Given != true)
            .GroupBy(claim => claim.Decision.RideId!.Value)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)
            .ToHashSet();
        var bindings = new List<(int RideId, Guid Uuid)>();
        var mappings = new List<AliasRow>();
        var created = new List<NewRide>();
        foreach (var (entity, parkId, decision) in _undecided.Values)
        {
            switch (decision)
            {
                case { RideId: { } rideId, Alias: { Given: true } alias }:
                    mappings.Add(new AliasRow(rideId, Kinds.Uuid, entity.Uuid.ToString(), null, alias.From, alias.To, request.Source));
                    _answers.Add(entity.Uuid, new ResolvedEntity(
                        entity.Uuid, rideId, parkId, decision.Method, decision.Score, null, decision.Candidates, Open(alias.From), alias.To));
                    break;
                case { RideId: { } rideId } when !contested.Contains(rideId):
                    bindings.Add((rideId, entity.Uuid));
                    _answers.Add(entity.Uuid, new ResolvedEntity(entity.Uuid, rideId, parkId, decision.Method, decision.Score, null, decision.Candidates));
                    break;
                case { RideId: not null } or { Torn: true }:
                    _answers.Add(entity.Uuid, Unmatched(entity, parkId, UnmatchedReasons.Ambiguous, decision.Candidates));
                    break;
                case var _ when request.CreateMissing:
                    created.Add(new NewRide(entity.Uuid, parkId, entity.Kind, request.Source));
                    break;
                default:
                    var reason = decision.Ambiguous ? UnmatchedReasons.Ambiguous : UnmatchedReasons.NoMatch;
                    _answers.Add(entity.Uuid, Unmatched(entity, parkId, reason, decision.Candidates));
                    break;
            }
        }

        if (bindings.Count > 0 && !await session.BindAsync(bindings))
        {
            throw new LostRaceException();
        }

        await session.WriteAliasesAsync(mappings);
        if (created.Count > 0)
        {
            foreach (var (uuid, (rideId, parkId)) in await session.CreateRidesAsync(created))
            {
                _answers.Add(uuid, new ResolvedEntity(uuid, rideId, parkId, MatchMethod.Created, 100, null, _undecided[uuid].Decision.Candidates));
            }
        }

        return _answers;
    }

    /// <summary>The first names of a ride that has just got this id; those of an id that only stands in for another are not its names.</summary>
    public Sighting? News(Entity entity, ResolvedEntity resolved) =>
        resolved.RideId is { } rideId && (_undecided[entity.Uuid].Decision.Alias?.Given != true || resolved.HoldsUntil is not null)
            ? new Sighting(rideId, entity.Names, entity.ExternalIds, entity.Kind)
            : null;

    private static DateTime? Open(DateTime from) => from > Recognition.Always ? from : null;

    private static ResolvedEntity Unmatched(Entity entity, int? parkId, string reason, IReadOnlyList<MatchCandidate> candidates) =>
        new(entity.Uuid, null, parkId, MatchMethod.None, 0, reason, candidates);
}
