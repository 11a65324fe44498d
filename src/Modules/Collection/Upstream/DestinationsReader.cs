using System.Runtime.InteropServices;
using System.Text.Json;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Upstream;

internal sealed record UpstreamPark(Guid Uuid, string? Name);

/// <param name="Parks">May be empty: a destination can be listed before its parks are.</param>
internal sealed record UpstreamDestination(Guid Uuid, string? Name, string? Slug, string? ExternalId, IReadOnlyList<UpstreamPark> Parks);

/// <summary>The list of destinations, read. Of one that is listed twice the last counts.</summary>
/// <param name="Quarantine">Destinations that cannot be told, and parks (with the place of their destination).</param>
internal sealed record DestinationsDocument(IReadOnlyList<UpstreamDestination> Destinations, IReadOnlyList<QuarantinedRow> Quarantine, int Rows, int Duplicates);

/// <summary>Reads <c>/destinations</c>.</summary>
internal static class DestinationsReader
{
    public const int MaxRows = 20_000;

    /// <exception cref="UpstreamException">InvalidData: no JSON, or no <c>destinations</c> array.</exception>
    public static DestinationsDocument Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = UpstreamDocument.MaxDepth });
            var rows = json.RootElement.Array("destinations") ?? throw Invalid("has no \"destinations\" array");
            return rows.GetArrayLength() <= MaxRows ? Read(rows) : throw Invalid($"has more than {MaxRows} destinations");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid($"is no JSON: {e.Message}", e);
        }
    }

    private static DestinationsDocument Read(JsonElement rows)
    {
        var destinations = new OrderedDictionary<Guid, UpstreamDestination>();
        var quarantine = new List<QuarantinedRow>();
        var (index, duplicates) = (0, 0);
        foreach (var row in rows.EnumerateArray())
        {
            if (Reason(row) is { } reason)
            {
                quarantine.Add(QuarantinedRow.Of(index, reason, JsonMarshal.GetRawUtf8Value(row), null));
            }
            else
            {
                var uuid = row.Uuid("id")!.Value;
                var parks = ReadParks(row, uuid, index, quarantine);
                duplicates += destinations.ContainsKey(uuid) ? 1 : 0;
                destinations[uuid] = new UpstreamDestination(uuid, row.Text("name"), row.Text("slug"), row.Text("externalId"), parks);
            }

            index++;
        }

        return new DestinationsDocument([.. destinations.Values], quarantine, index, duplicates);
    }

    private static List<UpstreamPark> ReadParks(JsonElement destination, Guid uuid, int index, List<QuarantinedRow> quarantine)
    {
        var parks = new List<UpstreamPark>();
        foreach (var park in destination.Array("parks")?.EnumerateArray() ?? default)
        {
            if (Reason(park) is { } reason)
            {
                quarantine.Add(QuarantinedRow.Of(index, reason, JsonMarshal.GetRawUtf8Value(park), uuid));
            }
            else
            {
                parks.Add(new UpstreamPark(park.Uuid("id")!.Value, park.Text("name")));
            }
        }

        return parks;
    }

    private static string? Reason(JsonElement row) =>
        row.ValueKind != JsonValueKind.Object ? QuarantineReason.NotAnObject
        : !row.IsUnicode() ? QuarantineReason.NotUnicode
        : !row.Has("id") ? QuarantineReason.MissingId
        : row.Uuid("id") is null ? QuarantineReason.InvalidId
        : null;

    private static UpstreamException Invalid(string what, Exception? inner = null) =>
        new(UpstreamFailure.InvalidData, $"The list of destinations {what}", inner);
}
