using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Mappings;

/// <summary>A mapping file that could be read: rows to apply, and lines that say nothing applicable.</summary>
internal sealed record MappingFile(IReadOnlyList<MappingRow> Rows, IReadOnlyList<MappingRejection> Rejected);

/// <summary>
/// Mapping files, as <see cref="CsvFile"/> has them. Dates are days of UTC or instants with an offset; an end is exclusive.
/// </summary>
internal static class MappingCsv
{
    private static readonly CsvFormat Format = new(
        "INVALID_MAPPING_FILE",
        ["uuid", "ride_id", "name", "park", "valid_from", "valid_to"],
        names => names.Contains("uuid") && (names.Contains("ride_id") || (names.Contains("name") && names.Contains("park")))
            ? null
            : "The header must name uuid, and ride_id or name and park.");

    public static Outcome<MappingFile> Read(ReadOnlySpan<byte> bytes) => CsvFile.Read(bytes, Format).Map(lines =>
    {
        var rows = new List<MappingRow>();
        var rejected = new List<MappingRejection>();
        var faulty = new Dictionary<Guid, int>();
        foreach (var line in lines)
        {
            Row(line, rows, rejected, faulty);
        }

        // The rows of one id replace each other as a whole: without one of them the rest would say something else.
        rejected.AddRange(rows.Where(row => faulty.ContainsKey(row.Uuid)).Select(row => new MappingRejection(
            row.Line, string.Create(CultureInfo.InvariantCulture, $"line {faulty[row.Uuid]} of the same uuid is rejected"))));
        return new MappingFile(rows.FindAll(row => !faulty.ContainsKey(row.Uuid)), rejected);
    });

    public static Task WriteAsync(Stream stream, IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken) => CsvFile.WriteAsync(
        stream,
        Format.Columns,
        mappings.Select(IReadOnlyList<string?> (mapping) =>
        [
            mapping.Uuid.ToString(),
            mapping.RideId.ToString(CultureInfo.InvariantCulture),
            mapping.Name,
            mapping.Park,
            Text(mapping.ValidFrom),
            Text(mapping.ValidTo),
        ]),
        cancellationToken);

    private static void Row(CsvLine line, List<MappingRow> rows, List<MappingRejection> rejected, Dictionary<Guid, int> faulty)
    {
        if (!Guid.TryParseExact(line["uuid"], "D", out var uuid))
        {
            rejected.Add(new MappingRejection(line.Number, "uuid is not a UUID of 36 characters"));
            return;
        }

        var good = TryRide(line["ride_id"], out var rideId);
        var fault = line.TooLong ? "there are more fields than columns" : good ? null : "ride_id is not a positive integer";
        if (!TryInstant(line["valid_from"], out var from))
        {
            fault ??= "valid_from is neither yyyy-MM-dd nor an instant with an offset";
        }

        if (!TryInstant(line["valid_to"], out var to))
        {
            fault ??= "valid_to is neither yyyy-MM-dd nor an instant with an offset";
        }

        if (fault is not null)
        {
            faulty.TryAdd(uuid, line.Number);
            rejected.Add(new MappingRejection(line.Number, fault));
            return;
        }

        rows.Add(new MappingRow(line.Number, uuid, rideId, line["name"], line["park"], from, to));
    }

    private static bool TryRide(string? text, out int? rideId)
    {
        rideId = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;
        return text is null || rideId is not null;
    }

    private static bool TryInstant(string? text, out DateTime? instant)
    {
        instant = null;
        if (text is null)
        {
            return true;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            instant = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        }
        else if (DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact)
            && (text[^1] == 'Z' || text[^6] is '+' or '-'))
        {
            instant = exact.UtcDateTime;
        }

        return instant is { Year: >= 1900 };
    }

    private static string? Text(DateTime? instant) => instant switch
    {
        null => null,
        { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        { } exact => exact.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
    };
}
