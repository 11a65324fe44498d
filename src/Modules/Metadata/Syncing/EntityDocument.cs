using System.Buffers;
using System.Text.Json;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>Reads <c>/entity/{id}</c>. What it has no field for is kept as an attribute; both forms of heights and tags upstream has had are read.</summary>
internal static class EntityDocument
{
    /// <summary>Raised when the same document is read otherwise: then every entity is asked for whole.</summary>
    public const int ReaderVersion = 1;

    private const int MaxKeptBytes = 64 * 1024;
    private const int MaxType = 32;

    private static readonly HashSet<string> Fields =
    [
        "id", "name", "entityType", "attractionType", "parentId", "parkId", "destinationId", "timezone", "location", "externalId", "slug", "tags",
    ];

    /// <exception cref="UpstreamException">InvalidData: it is not the document of this entity.</exception>
    public static EntityFacts Read(ReadOnlyMemory<byte> body, Guid asked)
    {
        try
        {
            // What is said twice could be stored but not read again.
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = UpstreamDocument.MaxDepth, AllowDuplicateProperties = false });
            var root = json.RootElement;
            return root.ValueKind != JsonValueKind.Object || root.Uuid("id") != asked ? throw Invalid(asked, "is of another entity")
                : root.Text("entityType") is not { Length: <= MaxType } type ? throw Invalid(asked, "states no type")
                : !root.IsUnicode() ? throw Invalid(asked, "holds text that is no Unicode")
                : Read(root, type, asked);
        }
        catch (JsonException e)
        {
            throw Invalid(asked, $"cannot be read: {e.Message}", e);
        }
    }

    private static EntityFacts Read(JsonElement root, string type, Guid asked)
    {
        var attributes = Attributes(root);
        var tags = root.Array("tags") is { } list && list.GetArrayLength() > 0 ? list.Clone() : default(JsonElement?);
        if (Bytes(attributes) + Bytes(tags) > MaxKeptBytes)
        {
            throw Invalid(asked, $"has more than {MaxKeptBytes} bytes of attributes and tags");
        }

        var heights = Heights.Of(
            Height(root, "minimumHeight", tags, "MINIMUM_HEIGHT"),
            Height(root, "maximumHeight", tags, "MAXIMUM_HEIGHT"));
        var place = Place(root);
        return new EntityFacts
        {
            Name = Entity.Clean(root.Text("name")),
            EntityType = type,
            AttractionType = Entity.Clean(root.Text("attractionType")) is { Length: <= 64 } kind ? kind : null,
            Slug = Entity.Clean(root.Text("slug")),
            ExternalId = Entity.Clean(root.Text("externalId")),
            ParentUuid = root.Uuid("parentId"),
            ParkUuid = root.Uuid("parkId"),
            DestinationUuid = root.Uuid("destinationId"),
            Timezone = root.Text("timezone") is { } zone && TimeZones.IsIana(zone) ? zone : null,
            Latitude = place?.Latitude,
            Longitude = place?.Longitude,
            PointsOfInterest = root.Has("location") && root.GetProperty("location").Array("pointsOfInterest") is { } points && points.GetArrayLength() > 0
                ? points.Clone()
                : null,
            MinHeightCm = heights.MinCm,
            MaxHeightCm = heights.MaxCm,
            HeightFlags = heights.Flags,
            Tags = tags,
            Attributes = attributes,
        };
    }

    private static JsonElement? Attributes(JsonElement root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var count = 0;
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var field in root.EnumerateObject().Where(f => !Fields.Contains(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                field.WriteTo(writer);
                count++;
            }

            writer.WriteEndObject();
        }

        return count == 0 ? null : JsonElement.Parse(buffer.WrittenSpan);
    }

    private static Heights.Stated? Height(JsonElement root, string field, JsonElement? tags, string tag) =>
        root.Has(field) ? new Heights.Stated(root.GetProperty(field), null)
        : EntityTags.Find(tags, tag) is { } found && found.TryGetProperty("value", out var value) ? new Heights.Stated(value, found.Text("unit"))
        : null;

    /// <summary>Null for half a place, for one that is none on earth, and for the 0/0 of who knows no better.</summary>
    private static (double Latitude, double Longitude)? Place(JsonElement root)
    {
        if (!root.Has("location") || Degrees(root.GetProperty("location"), "latitude") is not { } latitude
            || Degrees(root.GetProperty("location"), "longitude") is not { } longitude)
        {
            return null;
        }

        return Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180 && (latitude, longitude) != (0, 0) ? (latitude, longitude) : null;
    }

    private static double? Degrees(JsonElement location, string name) =>
        location.Has(name) && location.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var degrees) ? degrees : null;

    private static int Bytes(JsonElement? json) => json is { } value ? System.Text.Encoding.UTF8.GetByteCount(value.GetRawText()) : 0;

    private static UpstreamException Invalid(Guid asked, string what, Exception? inner = null) =>
        new(UpstreamFailure.InvalidData, $"The document of entity {asked} {what}", inner);
}

/// <summary>Tags in the older form: <c>{"tag","tagName","value"}</c>.</summary>
internal static class EntityTags
{
    public static JsonElement? Find(JsonElement? tags, string tag)
    {
        foreach (var item in tags is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default)
        {
            if (string.Equals(item.Text("tag"), tag, StringComparison.OrdinalIgnoreCase))
            {
                return item;
            }
        }

        return null;
    }
}
