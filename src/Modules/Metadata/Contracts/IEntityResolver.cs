using System.Data.Common;

namespace ThemePark.Modules.Metadata.Contracts;

/// <summary>Answers which ride an upstream entity is, and creates what the catalogue lacks.</summary>
public interface IEntityResolver
{
    /// <summary>
    /// Resolves every entity of the request; the answer has one entry per entity, in the request's order.
    /// Entities that are known under unchanged names cost three SELECTs and write nothing.
    /// </summary>
    /// <param name="request">The entities of one destination, as observed.</param>
    /// <param name="transaction">
    /// Null: the resolver uses a short READ COMMITTED transaction of its own and retries it on a deadlock or a lost race. Given: everything
    /// happens inside it, nothing is retried, and rolling it back leaves nothing.
    /// </param>
    /// <param name="ct">Cancels the statements under way.</param>
    ValueTask<ResolvedEntities> ResolveAsync(ResolveRequest request, DbTransaction? transaction, CancellationToken ct);
}

/// <summary>What was observed of one destination's entities.</summary>
/// <param name="DestinationUuid">Upstream id of the destination; created when the catalogue does not have it.</param>
/// <param name="Entities">Each upstream id at most once.</param>
/// <param name="CreateMissing">Whether an entity nothing matches becomes a ride of its own. Parks and the destination are created either way.</param>
/// <param name="Source">Where the observation comes from, kept with what it creates; ASCII, at most 32 characters (<c>ARCHIVE</c>, <c>LIVE</c>).</param>
public sealed record ResolveRequest(Guid DestinationUuid, IReadOnlyList<ObservedEntity> Entities, bool CreateMissing, string Source);

/// <summary>One upstream entity as its events describe it.</summary>
/// <param name="Uuid">Upstream id.</param>
/// <param name="ExternalId">The operator's own id, unstable, kept as dated history.</param>
/// <param name="ParkUuid">The park the events state.</param>
/// <param name="ParkSlug">Given to the park when it has to be created.</param>
/// <param name="TimeZone">IANA zone the events state; needed to create the park.</param>
/// <param name="Kind">What the caller takes it for; a known kind is never lowered to <see cref="EntityKind.Unknown"/>.</param>
/// <param name="Names">Each name with the first instant it was seen at, in time order: a name that returns is listed again.</param>
/// <param name="Observations">How many events stand behind it; decides between contradicting zones or slugs of a park.</param>
/// <param name="FirstSeen">First instant (UTC) of an entity without names; otherwise the first name's instant counts.</param>
public sealed record ObservedEntity(
    Guid Uuid,
    string? ExternalId,
    Guid? ParkUuid,
    string? ParkSlug,
    string? TimeZone,
    EntityKind Kind,
    IReadOnlyList<ObservedName> Names,
    long Observations,
    DateTime? FirstSeen = null);

/// <summary>A name and the first instant (UTC, to the millisecond) it was seen at.</summary>
public sealed record ObservedName(string Name, DateTime FirstSeen);

/// <summary>Upstream entity kinds, stored as upper-case text. Of two known kinds the higher number stays.</summary>
public enum EntityKind
{
    Unknown = 0,
    Attraction = 1,
    Show = 2,
    Restaurant = 3,
    Hotel = 4,
    Park = 5,
    Destination = 6,
}

/// <summary>The answer to a <see cref="ResolveRequest"/>.</summary>
/// <param name="DestinationId">The destination's id.</param>
/// <param name="MatcherVersion">Changes whenever the same names may match differently.</param>
/// <param name="Entities">One per requested entity, in the request's order.</param>
/// <param name="Parks">The catalogue's id of every stated park it knows, by upstream id.</param>
public sealed record ResolvedEntities(
    int DestinationId, string MatcherVersion, IReadOnlyList<ResolvedEntity> Entities, IReadOnlyDictionary<Guid, int> Parks);

/// <summary>What one entity is.</summary>
/// <param name="Uuid">The entity asked for.</param>
/// <param name="RideId">Null when unmatched.</param>
/// <param name="ParkId">
/// The ride's own park by the catalogue, which may differ from the park the events state; for an unmatched entity the stated park, when known.
/// </param>
/// <param name="Method">How it was decided.</param>
/// <param name="Score">0 to 100; 100 for an identity, 95 for an alias, 0 when unmatched.</param>
/// <param name="UnmatchedReason">One of <see cref="UnmatchedReasons"/>, null when matched.</param>
/// <param name="Candidates">Rides it might be, best first; the second is the runner-up. Never bound by themselves.</param>
/// <param name="HoldsFrom">The answer holds from this instant (UTC), null without limit.</param>
/// <param name="HoldsUntil">The answer holds until before this instant (UTC), null without limit: then ask again.</param>
public sealed record ResolvedEntity(
    Guid Uuid,
    int? RideId,
    int? ParkId,
    MatchMethod Method,
    int Score,
    string? UnmatchedReason,
    IReadOnlyList<MatchCandidate> Candidates,
    DateTime? HoldsFrom = null,
    DateTime? HoldsUntil = null);

/// <summary>A ride an entity might be.</summary>
/// <param name="RideId">The ride.</param>
/// <param name="Name">Its current name.</param>
/// <param name="Method">The stage that proposes it.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Taken">Whether the ride already has an upstream id of its own.</param>
public sealed record MatchCandidate(int RideId, string? Name, MatchMethod Method, int Score, bool Taken);

/// <summary>How an entity was matched, stored as upper-case text with underscores.</summary>
public enum MatchMethod
{
    /// <summary>Unmatched.</summary>
    None,

    /// <summary>The ride's current upstream id.</summary>
    Uuid,

    /// <summary>An operator's dated mapping of the upstream id.</summary>
    UuidAlias,

    /// <summary>Equal normalised name in the same park.</summary>
    ExactName,

    /// <summary>A dated alias or former name, valid at that time, in the same park.</summary>
    NameAlias,

    /// <summary>Sounds alike; a suggestion only.</summary>
    Phonetic,

    /// <summary>Spelled alike; a suggestion only.</summary>
    Fuzzy,

    /// <summary>Nothing matched: a ride of its own.</summary>
    Created,
}

/// <summary>Why an entity has no ride.</summary>
public static class UnmatchedReasons
{
    /// <summary>The park is not in the catalogue and the events do not state enough to create it.</summary>
    public const string UnknownPark = "UNKNOWN_PARK";

    /// <summary>The park is not in the catalogue and the stated zone is no IANA zone.</summary>
    public const string InvalidTimeZone = "INVALID_TIME_ZONE";

    /// <summary>The upstream id is the nil UUID.</summary>
    public const string InvalidUuid = "INVALID_UUID";

    /// <summary>Nothing matches and creating was not asked for.</summary>
    public const string NoMatch = "NO_MATCH";

    /// <summary>Several rides match equally well, or several entities match one ride.</summary>
    public const string Ambiguous = "AMBIGUOUS";

    /// <summary>A park or a destination, not something in a park.</summary>
    public const string Ignored = "IGNORED";
}
