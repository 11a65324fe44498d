using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Matching;

namespace ThemePark.Modules.Metadata.Resolving;

internal sealed record NewPark(Guid Uuid, string? Slug, string TimeZone);

internal sealed record NewRide(Guid Uuid, int ParkId, EntityKind Kind, string Source);

internal sealed record AliasRow(int RideId, string Kind, string Value, string? Normalized, DateTime ValidFrom, DateTime? ValidTo, string Source);

internal sealed record RideNow(int RideId, string? Name, string? ExternalId, EntityKind Kind);

internal sealed class HistoryRow
{
    public int RideId { get; init; }

    public int ParkId { get; init; }

    public Guid? Uuid { get; init; }

    public string EntityType { get; init; } = "";

    public string? Kind { get; init; }

    public string Value { get; init; } = "";

    public DateTime ValidFrom { get; init; }

    public DateTime? ValidTo { get; init; }
}

internal sealed class ParkRideRow
{
    public int RideId { get; init; }

    public int ParkId { get; init; }

    public Guid? Uuid { get; init; }

    public string? Name { get; init; }

    public string? NormalizedName { get; init; }

    public string? Kind { get; init; }

    public string? Alias { get; init; }

    public DateTime ValidFrom { get; init; }

    public DateTime? ValidTo { get; init; }
}

internal sealed class StoredAlias
{
    public int AliasId { get; init; }

    public int RideId { get; init; }

    public string Kind { get; init; } = "";

    public string Value { get; init; } = "";

    public DateTime ValidFrom { get; init; }

    public DateTime? ValidTo { get; init; }
}

/// <summary>The texts the tables hold for kinds.</summary>
internal static class Kinds
{
    public const string Name = "NAME";
    public const string ExternalId = "EXTERNAL_ID";
    public const string Alias = "ALIAS";
    public const string Uuid = "UUID";

    public static string Text(EntityKind kind) => kind.ToString().ToUpperInvariant();

    public static EntityKind Parse(string text) => Enum.TryParse<EntityKind>(text, ignoreCase: true, out var kind) ? kind : EntityKind.Unknown;

    /// <summary>The normalised name as far as its column holds it.</summary>
    public static string Normalized(string name) => Entity.Clean(NameNormalizer.Normalize(name)) ?? "";
}

/// <summary>The rows that bring histories from what is stored to what is now known.</summary>
internal sealed class HistoryChanges(string source)
{
    public List<int> Removed { get; } = [];

    public List<AliasRow> Written { get; } = [];

    public List<RideNow> Rides { get; } = [];

    /// <summary>Answers the latest value.</summary>
    public string? Merge(int rideId, string kind, IEnumerable<StoredAlias> stored, IEnumerable<DatedValue> seen)
    {
        var before = stored.ToList();
        var after = DatedValues.Merge(before.ConvertAll(row => new DatedValue(row.ValidFrom, row.Value)), [.. seen.OrderBy(value => value.From)]);
        var kept = before.ToDictionary(row => new DatedValue(row.ValidFrom, row.Value));
        for (var i = 0; i < after.Count; i++)
        {
            // A value ends where the next begins.
            DateTime? until = i + 1 < after.Count ? after[i + 1].From : null;
            if (!kept.Remove(after[i], out var row) || row.ValidTo != until)
            {
                var normalized = kind == Kinds.Name ? Kinds.Normalized(after[i].Value) : null;
                Written.Add(new AliasRow(rideId, kind, after[i].Value, normalized, after[i].From, until, source));
            }
        }

        Removed.AddRange(kept.Values.Select(row => row.AliasId));
        return after.Count > 0 ? after[^1].Value : null;
    }
}
