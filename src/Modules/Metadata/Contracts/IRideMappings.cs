namespace ThemePark.Modules.Metadata.Contracts;

/// <summary>
/// An operator's word on who is who. A mapping wins over a ride's own upstream id while it is valid. None of these re-imports anything:
/// the caller replays the days concerned.
/// </summary>
public interface IRideMappings
{
    /// <summary>Every identity in force: the dated mappings, and the own id of each ride no mapping speaks of. In a stable order.</summary>
    ValueTask<IReadOnlyList<Mapping>> ExportAsync(CancellationToken ct);

    /// <summary>
    /// Applies the rows in one transaction; a row that cannot be applied is rejected with its line and does not stop the others.
    /// Applying an export changes nothing.
    /// </summary>
    ValueTask<MappingReport> ApplyAsync(IReadOnlyList<MappingRow> rows, CancellationToken ct);

    /// <summary>Maps an upstream id to a ride from (inclusive) and to (exclusive) these UTC instants, null being open.</summary>
    ValueTask<MappingAnswer> MapUuidAsync(Guid uuid, int rideId, DateTime? from, DateTime? to, CancellationToken ct);

    /// <summary>Creates a ride for an upstream id; rejected when a ride has that id already.</summary>
    ValueTask<MappingAnswer> CreateRideAsync(Guid uuid, int parkId, string? name, EntityKind kind, CancellationToken ct);

    /// <summary>Gives a ride another name for matching, valid from (inclusive) and to (exclusive) these UTC instants, null being open.</summary>
    ValueTask<MappingAnswer> AddNameAliasAsync(int rideId, string name, DateTime? from, DateTime? to, CancellationToken ct);
}

/// <summary>One identity in force.</summary>
public sealed record Mapping(Guid Uuid, int RideId, string? Name, string? Park, DateTime? ValidFrom, DateTime? ValidTo);

/// <summary>
/// One line of a mapping file. <paramref name="RideId"/> decides; without it <paramref name="Name"/> and <paramref name="Park"/> (its UUID, id,
/// slug or name) must name exactly one ride.
/// </summary>
public sealed record MappingRow(int Line, Guid Uuid, int? RideId, string? Name, string? Park, DateTime? ValidFrom, DateTime? ValidTo);

/// <summary>What a mapping file changed.</summary>
public sealed record MappingReport(int Created, int Updated, int Unchanged, IReadOnlyList<MappingRejection> Rejected);

/// <summary>Why a line was not applied.</summary>
public sealed record MappingRejection(int Line, string Reason);

/// <summary>The answer to one action; <paramref name="Reason"/> says why it was rejected.</summary>
public sealed record MappingAnswer(MappingEffect Effect, int? RideId, string? Reason);

/// <summary>What an action did.</summary>
public enum MappingEffect
{
    Created,
    Updated,
    Unchanged,
    Rejected,
}
