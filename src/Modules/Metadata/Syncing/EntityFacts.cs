using System.Text.Json;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Classifying;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>All that is known of an entity at an instant: what a version of its history holds, as JSON.</summary>
internal sealed record EntityFacts
{
    public string? Name { get; init; }

    /// <summary>As stated: ATTRACTION, SHOW, RESTAURANT, words yet to come.</summary>
    public required string EntityType { get; init; }

    public string? AttractionType { get; init; }

    public string? Slug { get; init; }

    public string? ExternalId { get; init; }

    public Guid? ParentUuid { get; init; }

    /// <summary>Null for a park itself, and for what is in no park.</summary>
    public Guid? ParkUuid { get; init; }

    public Guid? DestinationUuid { get; init; }

    public string? Timezone { get; init; }

    /// <summary>Degrees; null when not stated, or stated as 0/0.</summary>
    public double? Latitude { get; init; }

    public double? Longitude { get; init; }

    public JsonElement? PointsOfInterest { get; init; }

    public int? MinHeightCm { get; init; }

    public int? MaxHeightCm { get; init; }

    /// <summary>Words of <see cref="Heights"/>.</summary>
    public IReadOnlyList<string> HeightFlags { get; init; } = [];

    public JsonElement? Tags { get; init; }

    /// <summary>Every stated field that is none of the others.</summary>
    public JsonElement? Attributes { get; init; }

    public IndoorOutdoor IndoorOutdoor { get; init; }

    public double IndoorOutdoorConfidence { get; init; }

    public string? IndoorOutdoorEvidence { get; init; }

    /// <summary>An operator's word, as are <see cref="Category"/> and, with the evidence "operator", the class.</summary>
    public int? Tier { get; init; }

    public string? Category { get; init; }

    public bool Listed { get; init; } = true;

    /// <summary>Of the catalogue.</summary>
    public int? ParkId { get; init; }

    public int? RideId { get; init; }

    /// <summary>What tells two versions apart, in the order of the properties.</summary>
    public static IReadOnlyList<FieldChange> Changes(EntityFacts before, EntityFacts after)
    {
        var old = JsonSerializer.SerializeToElement(before, ApiJson.Options);
        return
        [
            .. from field in JsonSerializer.SerializeToElement(after, ApiJson.Options).EnumerateObject()
               let was = old.GetProperty(field.Name)
               where !JsonElement.DeepEquals(was, field.Value)
               select new FieldChange(field.Name, was, field.Value),
        ];
    }

    public static EntityFacts Parse(string json) => JsonSerializer.Deserialize<EntityFacts>(json, ApiJson.Options)!;

    public string ToJson() => JsonSerializer.Serialize(this, ApiJson.Options);

    /// <summary>What is stated, with the class it gives and what an operator says of the ride.</summary>
    public EntityFacts Judged(OperatorWord? word)
    {
        var guess = IndoorOutdoorRules.Classify(this, word?.IndoorOutdoor);
        return this with
        {
            IndoorOutdoor = guess.Class,
            IndoorOutdoorConfidence = guess.Confidence,
            IndoorOutdoorEvidence = guess.Evidence,
            Tier = word?.Tier,
            Category = word?.Category,
        };
    }
}

/// <summary>A field that differs from the version before.</summary>
internal sealed record FieldChange(string Field, JsonElement Old, JsonElement New);

/// <summary>What an operator says of a ride; null is no word.</summary>
internal sealed record OperatorWord(int? Tier, string? Category, IndoorOutdoor? IndoorOutdoor);
