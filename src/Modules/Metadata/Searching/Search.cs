using Dapper;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Searching;

internal sealed class Search(MySqlDatabase database, ICatalogue catalogue) : ISearch
{
    // Made again when the catalogue has changed; who comes meanwhile may make it too, which is cheaper than to wait.
    private volatile Taken? _taken;

    public async ValueTask<SearchIndex> IndexAsync(CancellationToken ct) => (await TakenAsync(ct)).Index;

    public async ValueTask<IReadOnlyList<SearchHit>> FindAsync(string text, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (await TakenAsync(ct)).Names.Find(text, limit);
    }

    private async ValueTask<Taken> TakenAsync(CancellationToken ct)
    {
        // Asked before the names are read: what changes in between is read again next time.
        var version = await catalogue.VersionAsync(ct);
        if (_taken is { } taken && taken.Version == version)
        {
            return taken;
        }

        var parks = (await catalogue.ListParksAsync(null, ct)).ToDictionary(p => p.ParkId);
        var destinations = (await catalogue.ListDestinationsAsync(ct)).ToDictionary(d => d.DestinationId);
        await using var connection = await database.OpenAsync(ct);
        var changed = await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(SelectChanged, cancellationToken: ct));
        var rides = await connection.QueryAsync<(int Id, int Park, string Name, string Kind)>(new CommandDefinition(SelectRides, cancellationToken: ct));

        var index = new SearchIndex(
            Sorted(parks.Values.Where(p => Name(p) is not null).Select(p => new SearchEntry(p.ParkId, EntityKind.Park, Name(p)!, p.ParkId, Name(p), Location(p)))),
            Sorted(rides.Where(r => parks.ContainsKey(r.Park)).Select(r => new SearchEntry(
                r.Id, Kinds.Parse(r.Kind) == EntityKind.Show ? EntityKind.Show : EntityKind.Attraction, r.Name, r.Park, Name(parks[r.Park]), Location(parks[r.Park])))),
            changed is { } at ? DateTime.SpecifyKind(at, DateTimeKind.Utc) : null);
        return _taken = new Taken(version, index, new SearchNames(index.Parks.Concat(index.Rides)));

        string? Location(Park park) => park.Location ?? destinations.GetValueOrDefault(park.DestinationId)?.Name;
    }

    private static string? Name(Park park) => park.Name ?? park.Slug;

    private static SearchEntry[] Sorted(IEnumerable<SearchEntry> entries) =>
        [.. entries.OrderBy(e => e.Name, StringComparer.OrdinalIgnoreCase).ThenBy(e => e.Id)];

    private sealed record Taken(string Version, SearchIndex Index, SearchNames Names);

    private const string SelectChanged =
        """
        SELECT MAX(changed_at)
        FROM (
            SELECT MAX(updated_at) AS changed_at FROM destinations
            UNION ALL
            SELECT MAX(updated_at) FROM parks
            UNION ALL
            SELECT MAX(updated_at) FROM rides) AS changes
        """;

    private const string SelectRides =
        """
        SELECT ride_id, park_id, name, entity_type
        FROM rides
        WHERE name IS NOT NULL
          AND entity_type IN ('ATTRACTION', 'SHOW', 'UNKNOWN')
        """;
}
