using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Classifying;
using ThemePark.Modules.Metadata.Resolving;

namespace ThemePark.Modules.Metadata.Curation;

/// <summary>A file that could be read: rows to apply, and lines that say nothing applicable.</summary>
internal sealed record RideWordsFile(IReadOnlyList<RideWordRow> Rows, IReadOnlyList<RideWordRejection> Rejected);

/// <summary>What operators say of rides as a file. Name and park are there to be read by people; an empty field takes a word back.</summary>
internal static class RideWordsCsv
{
    private static readonly CsvFormat Format = new(
        "INVALID_CLASSIFICATION_FILE",
        ["ride_id", "name", "park", "tier", "category", "indoor_outdoor"],
        names => names.Contains("ride_id") && names.Any(name => name is "tier" or "category" or "indoor_outdoor")
            ? null
            : "The header must name ride_id, and tier, category or indoor_outdoor.");

    public static Outcome<RideWordsFile> Read(ReadOnlySpan<byte> bytes) => CsvFile.Read(bytes, Format).Map(lines =>
    {
        var rows = new List<RideWordRow>();
        var rejected = new List<RideWordRejection>();
        var seen = new Dictionary<int, int>();
        foreach (var line in lines)
        {
            if (Row(line, out var row) is { } fault)
            {
                rejected.Add(new RideWordRejection(line.Number, fault));
            }
            else if (!seen.TryAdd(row!.RideId, line.Number))
            {
                rejected.Add(new RideWordRejection(line.Number, string.Create(CultureInfo.InvariantCulture, $"line {seen[row.RideId]} is about the same ride")));
            }
            else
            {
                rows.Add(row);
            }
        }

        return new RideWordsFile(rows, rejected);
    });

    public static Task WriteAsync(Stream stream, IReadOnlyList<RideWord> rides, CancellationToken cancellationToken) => CsvFile.WriteAsync(
        stream,
        Format.Columns,
        rides.Select(IReadOnlyList<string?> (ride) =>
        [
            ride.RideId.ToString(CultureInfo.InvariantCulture), ride.Name, ride.Park, ride.Tier?.ToString(CultureInfo.InvariantCulture), ride.Category, ride.IndoorOutdoor,
        ]),
        cancellationToken);

    private static string? Row(CsvLine line, out RideWordRow? row)
    {
        row = null;
        if (!int.TryParse(line["ride_id"], NumberStyles.None, CultureInfo.InvariantCulture, out var rideId) || rideId == 0)
        {
            return "ride_id is not a positive integer";
        }

        if (line.TooLong)
        {
            return "there are more fields than columns";
        }

        var tier = line["tier"] switch { null => default(int?), "1" => 1, "2" => 2, "3" => 3, _ => 0 };
        var category = Entity.Clean(line["category"]);
        var place = line["indoor_outdoor"]?.ToUpperInvariant();
        if (tier == 0)
        {
            return "tier is not 1, 2 or 3";
        }

        if (category?.Length > RideWords.MaxCategory)
        {
            return string.Create(CultureInfo.InvariantCulture, $"category has more than {RideWords.MaxCategory} characters");
        }

        // To say "unknown" is to say nothing: the field is left empty.
        if (place is not null && (!EnumText.TryParse<IndoorOutdoor>(place, out var known) || known == IndoorOutdoor.Unknown))
        {
            return "indoor_outdoor is not INDOOR, OUTDOOR or HYBRID";
        }

        row = new RideWordRow(
            line.Number,
            rideId,
            new Said<int?>(line.Has("tier"), tier),
            new Said<string?>(line.Has("category"), category),
            new Said<string?>(line.Has("indoor_outdoor"), place));
        return null;
    }
}
