namespace ThemePark.Modules.Collection.Polling;

/// <summary>What the next poll compares with.</summary>
internal sealed record KnownState(byte[] StateHash, byte[] ShowsHash, IReadOnlyDictionary<string, string> PartHashes, DateTime ChangedAt, DateTime LastSeenAt);

/// <summary>An upstream entity as a poll leaves it; the row of <c>live_entities</c>.</summary>
internal sealed class EntityState
{
    public required Guid EntityUuid { get; init; }
    public Guid? ParkUuid { get; init; }
    public int? ParkId { get; init; }
    public int? RideId { get; init; }
    public required string EntityType { get; init; }
    public string? Name { get; init; }
    public string? UnmatchedReason { get; init; }
    public int? Status { get; init; }
    public int? WaitMinutes { get; init; }
    public int Flags { get; init; }
    public required byte[] StateHash { get; init; }
    public required byte[] ShowsHash { get; init; }
    public required IReadOnlyDictionary<string, string> PartHashes { get; init; }
    public DateTime? LastUpdatedAt { get; init; }
    public DateTime LastSeenAt { get; init; }
    public DateTime ChangedAt { get; init; }
}

/// <summary>A part to be stored because it changed; <paramref name="Value"/> null: it is no longer stated.</summary>
internal sealed record PartChange(Guid EntityUuid, string Part, string? Value);
