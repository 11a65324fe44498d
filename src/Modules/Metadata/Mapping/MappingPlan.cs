using System.Globalization;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Resolving;

namespace ThemePark.Modules.Metadata.Mapping;

/// <summary>A row whose ride is known, its open ends made instants.</summary>
internal sealed record MappingTarget(int Line, Guid Uuid, int RideId, DateTime From, DateTime? To)
{
    public bool Open => From == Recognition.Always && To is null;

    public bool Overlaps(MappingTarget other) => (other.To is not { } end || From < end) && (To is not { } until || other.From < until);
}

/// <summary>The identities the catalogue holds of the ids and rides a file names.</summary>
internal sealed record MappingState(
    IReadOnlyDictionary<Guid, int> Owners, IReadOnlySet<int> Rides, IReadOnlySet<int> RidesWithoutId, ILookup<Guid, StoredMapping> Stored);

internal sealed record StoredMapping(int AliasId, Guid Uuid, int RideId, DateTime From, DateTime? To);

/// <summary>
/// Decides what a file's rows of one upstream id change. They replace all that was mapped for that id: a period is moved, split or given up by
/// sending the id's rows as they shall be. A single open row naming the id's own ride means no mapping at all.
/// </summary>
internal sealed class MappingPlan(MappingState state)
{
    private readonly HashSet<int> _bound = [];

    public List<int> Removed { get; } = [];

    public List<AliasRow> Written { get; } = [];

    public List<(int RideId, Guid Uuid)> Bindings { get; } = [];

    public List<MappingRejection> Rejected { get; } = [];

    public int Created { get; private set; }

    public int Updated { get; private set; }

    public int Unchanged { get; private set; }

    public void Add(Guid uuid, IReadOnlyList<MappingTarget> rows)
    {
        if (Overlap(rows) is { } overlap)
        {
            Reject(rows, overlap.Line, string.Create(CultureInfo.InvariantCulture, $"overlaps line {overlap.With} of the same uuid"));
            return;
        }

        var stored = state.Stored[uuid].ToList();
        if (rows is [{ Open: true } only] && stored.Count == 0 && !state.Owners.ContainsKey(uuid)
            && state.RidesWithoutId.Contains(only.RideId) && _bound.Add(only.RideId))
        {
            Bindings.Add((only.RideId, uuid));
            Created++;
            return;
        }

        if (rows is [{ Open: true } own] && state.Owners.TryGetValue(uuid, out var owner) && owner == own.RideId)
        {
            Removed.AddRange(stored.Select(mapping => mapping.AliasId));
            Count(stored.Count > 0);
            return;
        }

        foreach (var row in rows)
        {
            Put(row, stored.Find(mapping => mapping.From == row.From));
        }

        var given = stored.FindAll(mapping => rows.All(row => row.From != mapping.From));
        Removed.AddRange(given.Select(mapping => mapping.AliasId));
        Updated += given.Count;
    }

    public void Reject(IReadOnlyList<MappingTarget> rows, int line, string reason) => Rejected.AddRange(rows.Select(row => new MappingRejection(
        row.Line, row.Line == line ? reason : string.Create(CultureInfo.InvariantCulture, $"line {line} of the same uuid is rejected"))));

    private void Put(MappingTarget row, StoredMapping? stored)
    {
        if (stored is null)
        {
            Created++;
        }
        else if (stored.RideId == row.RideId && stored.To == row.To)
        {
            Unchanged++;
            return;
        }
        else
        {
            Updated++;
            Removed.Add(stored.AliasId);
        }

        Written.Add(new AliasRow(row.RideId, Kinds.Uuid, row.Uuid.ToString(), null, row.From, row.To, RideMappings.Source));
    }

    private void Count(bool changed)
    {
        Updated += changed ? 1 : 0;
        Unchanged += changed ? 0 : 1;
    }

    private static (int Line, int With)? Overlap(IReadOnlyList<MappingTarget> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (rows[i].Overlaps(rows[j]))
                {
                    return (rows[i].Line, rows[j].Line);
                }
            }
        }

        return null;
    }
}
