namespace ThemePark.Modules.Metadata.Contracts;

/// <summary>Finds parks, attractions and shows by what people type. What has no name cannot be found.</summary>
public interface ISearch
{
    /// <summary>Everything that can be found: parks, then rides, each by name, then id.</summary>
    ValueTask<SearchIndex> IndexAsync(CancellationToken ct);

    /// <summary>
    /// The best <paramref name="limit"/> matches, best first. Case, accents, ™ and punctuation do not count; a beginning outweighs words in
    /// another place, and those outweigh what is only spelled alike.
    /// </summary>
    ValueTask<IReadOnlyList<SearchHit>> FindAsync(string text, int limit, CancellationToken ct);
}

/// <param name="LastChanged">Of the catalogue, UTC; null when it is empty.</param>
public sealed record SearchIndex(IReadOnlyList<SearchEntry> Parks, IReadOnlyList<SearchEntry> Rides, DateTime? LastChanged);

/// <summary>A park or a ride.</summary>
/// <param name="Id">Of the ride; of the park when <paramref name="Kind"/> is one.</param>
/// <param name="Kind">A park, a show or an attraction; what nobody has called anything is an attraction.</param>
/// <param name="Location">Of the park; null when unknown.</param>
public sealed record SearchEntry(int Id, EntityKind Kind, string Name, int ParkId, string? ParkName, string? Location)
{
    /// <summary>A park, not a ride.</summary>
    public bool IsPark => Kind == EntityKind.Park;
}

/// <param name="Score">100 is the name itself; from 80 the name begins so; from 50 it has the words; less is spelled alike.</param>
public sealed record SearchHit(SearchEntry Entry, double Score);
