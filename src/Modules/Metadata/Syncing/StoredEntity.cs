namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>An entity as the database has it, with its newest version.</summary>
internal sealed class StoredEntity
{
    public Guid Uuid { get; init; }

    public Guid ScopeUuid { get; init; }

    public int Version { get; init; }

    public DateTime ChangedAt { get; init; }

    public DateTime? DelistedAt { get; init; }

    public string? DetailsEtag { get; init; }

    public int ReaderVersion { get; init; }

    public string Facts { get; init; } = "";
}

/// <summary>What the database has of an entity whose document need not be sent again.</summary>
internal sealed record HeldDocument(string ETag, string? Name, string? ExternalId);

/// <summary>A version to add, or only a sighting of an unchanged one.</summary>
internal sealed record EntityWrite(Guid Uuid, Guid Scope, EntityFacts Facts, string? ETag, int ReaderVersion, VersionCause Cause);

/// <summary>Who changed the facts.</summary>
internal enum VersionCause
{
    Sync,
    Operator,
}
