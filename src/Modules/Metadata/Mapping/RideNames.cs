using System.Globalization;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Matching;
using ThemePark.Modules.Metadata.Resolving;

namespace ThemePark.Modules.Metadata.Mapping;

/// <summary>A ride found by name and park, or why not.</summary>
internal sealed record RideSearch(int? RideId, string? Fault);

/// <summary>Finds the rides a file names by name and park; never the first of several.</summary>
internal sealed class RideNames
{
    private readonly IReadOnlyList<ParkLabels> _parks;
    private readonly ILookup<int, KnownRide> _rides;

    private RideNames(IReadOnlyList<ParkLabels> parks, ILookup<int, KnownRide> rides)
    {
        _parks = parks;
        _rides = rides;
    }

    public static async Task<RideNames> ReadAsync(CatalogueSession session, IReadOnlyList<MappingRow> rows)
    {
        var parks = await session.ReadParkLabelsAsync();
        var asked = rows.Where(row => row.RideId is null).Select(row => row.Park).Distinct().SelectMany(label => Matching(parks, label)).ToHashSet();
        return new RideNames(parks, asked.Count == 0 ? Enumerable.Empty<KnownRide>().ToLookup(_ => 0) : await session.ReadParkRidesAsync(asked));
    }

    public RideSearch Find(MappingRow row)
    {
        if (Entity.Clean(row.Name) is not { } name || Entity.Clean(row.Park) is null)
        {
            return new RideSearch(null, "neither ride_id nor both name and park are given");
        }

        var parks = Matching(_parks, row.Park);
        if (parks.Count != 1)
        {
            return new RideSearch(null, parks.Count == 0 ? "there is no such park" : "several parks are called that");
        }

        var key = NameNormalizer.Key(NameNormalizer.Normalize(name));
        var rides = _rides[parks[0]].Where(ride => key.Length > 0 && NameNormalizer.Key(ride.Normalized) == key).ToList();
        return rides.Count switch
        {
            1 => new RideSearch(rides[0].RideId, null),
            0 => new RideSearch(null, "there is no ride of that name in the park"),
            _ => new RideSearch(null, "several rides of the park have that name: " + string.Join(
                ", ", rides.Select(ride => ride.RideId.ToString(CultureInfo.InvariantCulture)))),
        };
    }

    private static List<int> Matching(IReadOnlyList<ParkLabels> parks, string? label)
    {
        if (Entity.Clean(label) is not { } text)
        {
            return [];
        }

        var exact = parks.Where(park => string.Equals(park.Uuid.ToString(), text, StringComparison.OrdinalIgnoreCase)
            || park.ParkId.ToString(CultureInfo.InvariantCulture) == text || park.Slug == text).Select(park => park.ParkId).ToList();
        return exact.Count > 0
            ? exact
            : parks.Where(park => park.Name is { } name && NameNormalizer.Normalize(name) == NameNormalizer.Normalize(text))
                .Select(park => park.ParkId)
                .ToList();
    }
}

internal sealed class ParkLabels
{
    public int ParkId { get; init; }

    public Guid Uuid { get; init; }

    public string? Name { get; init; }

    public string? Slug { get; init; }
}
