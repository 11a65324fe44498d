using System.Text.Json;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>An entity as a list names it.</summary>
/// <param name="ParkUuid">Null for a park itself, and for what is in no park.</param>
internal sealed record ListedEntity(Guid Uuid, string EntityType, Guid? ParentUuid, Guid? ParkUuid, Guid DestinationUuid)
{
    public bool IsPark => EntityType == "PARK";

    /// <summary>What it is synced with: its park, itself when it is one, else its destination.</summary>
    public Guid Scope => IsPark ? Uuid : ParkUuid ?? DestinationUuid;
}

/// <summary>What one destination lists.</summary>
/// <param name="Unreadable">Rows without a usable id or type: what seems to be gone may be one of them.</param>
internal sealed record DestinationListing(Guid Uuid, IReadOnlyList<ListedEntity> Entities, int Unreadable, bool Simulated);

/// <summary>Reads <c>/destinations</c> and <c>/entity/{id}/children</c> for who is listed where.</summary>
internal static class UpstreamListing
{
    private const int MaxRows = 50_000;
    private const int MaxDepth = 16;
    private const int MaxType = 32;

    /// <exception cref="UpstreamException">InvalidData: it is no list of destinations, or an empty one.</exception>
    public static IReadOnlyList<Guid> ReadDestinations(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        var rows = Rows(json, "destinations");
        var listed = rows.EnumerateArray().Select(row => row.Uuid("id")).OfType<Guid>().Distinct().ToList();
        return listed.Count > 0 ? listed : throw Invalid("names no destination");
    }

    /// <exception cref="UpstreamException">InvalidData: it is no list of children.</exception>
    public static DestinationListing ReadChildren(UpstreamDocument document, Guid destination)
    {
        using var json = Parse(document.Body);
        var rows = Rows(json, "children");
        var read = new Dictionary<Guid, (string Type, Guid? Parent)> { [destination] = ("DESTINATION", null) };
        var unreadable = 0;
        foreach (var row in rows.EnumerateArray())
        {
            if (row.Uuid("id") is { } uuid && row.Text("entityType") is { Length: <= MaxType } type)
            {
                // Of one listed twice the first counts.
                read.TryAdd(uuid, (type, row.Uuid("parentId")));
            }
            else
            {
                unreadable++;
            }
        }

        return new DestinationListing(
            destination,
            [.. read.Select(e => new ListedEntity(e.Key, e.Value.Type, e.Value.Parent, ParkOf(e.Key, read), destination))],
            unreadable,
            document.Simulated);
    }

    /// <summary>The park above it, however many lands and houses are between.</summary>
    private static Guid? ParkOf(Guid uuid, Dictionary<Guid, (string Type, Guid? Parent)> read)
    {
        var at = read[uuid].Parent;
        for (var depth = 0; read[uuid].Type != "PARK" && at is { } parent && depth < MaxDepth; depth++)
        {
            if (!read.TryGetValue(parent, out var above))
            {
                return null;
            }

            if (above.Type == "PARK")
            {
                return parent;
            }

            at = above.Parent;
        }

        return null;
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = UpstreamDocument.MaxDepth });
        }
        catch (JsonException e)
        {
            throw Invalid($"is no JSON: {e.Message}", e);
        }
    }

    private static JsonElement Rows(JsonDocument json, string name)
    {
        var rows = json.RootElement.Array(name) ?? throw Invalid($"has no \"{name}\" array");
        return rows.GetArrayLength() <= MaxRows ? rows : throw Invalid($"has more than {MaxRows} rows");
    }

    private static UpstreamException Invalid(string what, Exception? inner = null) =>
        new(UpstreamFailure.InvalidData, $"Upstream's list {what}", inner);
}
