using System.Text.Json;
using System.Text.Json.Serialization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Syncing;

namespace ThemePark.Modules.Metadata.Reading;

/// <summary>A ride as the API shows it, and the columns of <see cref="RideSql"/>. Without a version it was never synced: its facts are unknown.</summary>
internal record RideView
{
    private static readonly JsonElement NoTags = JsonElement.Parse("[]");
    private static readonly JsonElement NoAttributes = JsonElement.Parse("{}");

    public int RideId { get; init; }

    public Guid? Uuid { get; init; }

    public string? Name { get; init; }

    public string EntityType { get; init; } = "";

    public string? AttractionType { get; init; }

    /// <summary>An operator's word, as is the tier.</summary>
    public string? Category { get; init; }

    public int? Tier { get; init; }

    public int ParkId { get; init; }

    public string? ParkName { get; init; }

    public string Timezone { get; init; } = "";

    public int DestinationId { get; init; }

    public string? DestinationName { get; init; }

    public string? Slug { get; init; }

    public string? ExternalId { get; init; }

    public double? Latitude { get; init; }

    public double? Longitude { get; init; }

    /// <summary>INDOOR, OUTDOOR, HYBRID or UNKNOWN.</summary>
    public string IndoorOutdoor { get; init; } = "";

    /// <summary>0 to 1.</summary>
    public double IndoorOutdoorConfidence { get; init; }

    public string? IndoorOutdoorEvidence { get; init; }

    public int? MinHeightCm { get; init; }

    public int? MaxHeightCm { get; init; }

    /// <summary>What was odd about the heights as stated.</summary>
    public IReadOnlyList<string> HeightFlags => HeightFlagText is { Length: > 0 } text ? text.Split(',') : [];

    /// <summary>As stated.</summary>
    public JsonElement Tags => TagsJson is { } json ? JsonElement.Parse(json) : NoTags;

    /// <summary>Every stated field that has none here.</summary>
    public JsonElement Attributes => AttributesJson is { } json ? JsonElement.Parse(json) : NoAttributes;

    public int? Version { get; init; }

    public DateTime? FirstSeenAt { get; init; }

    /// <summary>Since when this version holds.</summary>
    public DateTime? ChangedAt { get; init; }

    public DateTime? LastSyncedAt { get; init; }

    /// <summary>Since when upstream no longer lists it.</summary>
    public DateTime? DelistedAt { get; init; }

    [JsonIgnore]
    public string? HeightFlagText { get; init; }

    [JsonIgnore]
    public string? TagsJson { get; init; }

    [JsonIgnore]
    public string? AttributesJson { get; init; }

    /// <summary>This ride as an earlier version has it; where the ride was then is for the caller to say.</summary>
    public RideView As(EntityFacts facts, int version, DateTime validFrom) => this with
    {
        Name = facts.Name,
        EntityType = facts.EntityType,
        AttractionType = facts.AttractionType,
        Category = facts.Category,
        Tier = facts.Tier,
        Slug = facts.Slug,
        ExternalId = facts.ExternalId,
        Latitude = facts.Latitude,
        Longitude = facts.Longitude,
        IndoorOutdoor = facts.IndoorOutdoor.ToUpperSnake(),
        IndoorOutdoorConfidence = facts.IndoorOutdoorConfidence,
        IndoorOutdoorEvidence = facts.IndoorOutdoorEvidence,
        MinHeightCm = facts.MinHeightCm,
        MaxHeightCm = facts.MaxHeightCm,
        HeightFlagText = string.Join(',', facts.HeightFlags),
        TagsJson = facts.Tags?.GetRawText(),
        AttributesJson = facts.Attributes?.GetRawText(),
        Version = version,
        ChangedAt = validFrom,
        // Of then only the version is known.
        LastSyncedAt = null,
        DelistedAt = facts.Listed ? null : validFrom,
    };
}

/// <summary>The one query behind <see cref="RideView"/>, to be gone on with.</summary>
internal static class RideSql
{
    public const string Columns =
        """
        r.ride_id AS RideId,
        r.uuid AS Uuid,
        r.name AS Name,
        r.entity_type AS EntityType,
        m.attraction_type AS AttractionType,
        r.category AS Category,
        r.tier AS Tier,
        p.park_id AS ParkId,
        p.name AS ParkName,
        p.timezone AS Timezone,
        d.destination_id AS DestinationId,
        d.name AS DestinationName,
        m.slug AS Slug,
        r.external_id AS ExternalId,
        m.latitude AS Latitude,
        m.longitude AS Longitude,
        COALESCE(m.indoor_outdoor, r.indoor_outdoor, 'UNKNOWN') AS IndoorOutdoor,
        CAST(COALESCE(m.indoor_outdoor_confidence, r.indoor_outdoor IS NOT NULL) AS DOUBLE) AS IndoorOutdoorConfidence,
        COALESCE(m.indoor_outdoor_evidence, IF(r.indoor_outdoor IS NULL, NULL, 'operator')) AS IndoorOutdoorEvidence,
        m.min_height_cm AS MinHeightCm,
        m.max_height_cm AS MaxHeightCm,
        m.height_flags AS HeightFlagText,
        m.tags AS TagsJson,
        m.attributes AS AttributesJson,
        m.version AS Version,
        m.first_seen_at AS FirstSeenAt,
        m.changed_at AS ChangedAt,
        m.synced_at AS LastSyncedAt,
        m.delisted_at AS DelistedAt
        """;

    public const string From =
        """
        FROM rides AS r
        INNER JOIN parks AS p
            ON p.park_id = r.park_id
        INNER JOIN destinations AS d
            ON d.destination_id = p.destination_id
        LEFT JOIN entity_metadata AS m
            ON m.uuid = r.metadata_uuid
        """;
}
