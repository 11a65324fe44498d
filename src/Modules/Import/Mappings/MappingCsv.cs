using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Mappings;

/// <summary>A mapping file that could be read: rows to apply, and lines that say nothing applicable.</summary>
internal sealed record MappingFile(IReadOnlyList<MappingRow> Rows, IReadOnlyList<MappingRejection> Rejected);

/// <summary>
/// Mapping files: UTF-8, RFC 4180, a header naming the columns in any order. Dates are days of UTC or instants with an offset; an end is
/// exclusive. A field that a spreadsheet would run as a formula is written with an apostrophe in front, which reading takes off again.
/// </summary>
internal static class MappingCsv
{
    public const int MaxBytes = 16 << 20;
    public const int MaxRows = 100_000;
    public const string ContentType = "text/csv";

    private const string Formula = "=@+-\t\r";
    private const int MaxFaults = 100;

    private static readonly string[] Columns = ["uuid", "ride_id", "name", "park", "valid_from", "valid_to"];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Outcome<MappingFile> Read(ReadOnlySpan<byte> bytes)
    {
        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException ex)
        {
            return Unusable("The file is not UTF-8.", [bytes[..Math.Max(0, ex.Index)].Count((byte)'\n') + 1]);
        }

        var broken = new List<int>();
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = bad => broken.Add(Line(bad.Context.Parser!)),
            MissingFieldFound = null,
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = 64 << 10,
            PrepareHeaderForMatch = header => header.Header.ToLowerInvariant(),
        };
        using var csv = new CsvReader(new StringReader(text.TrimStart('\uFEFF')), configuration);
        try
        {
            if (!csv.Read() || !csv.ReadHeader())
            {
                return Unusable("The file is empty.", [1]);
            }

            if (HeaderFault(csv.HeaderRecord!) is { } fault)
            {
                return Unusable(fault, [1]);
            }

            var rows = new List<MappingRow>();
            var rejected = new List<MappingRejection>();
            var faulty = new Dictionary<Guid, int>();
            while (csv.Read())
            {
                if (rows.Count + rejected.Count == MaxRows)
                {
                    return Unusable(string.Create(CultureInfo.InvariantCulture, $"The file has more than {MaxRows} rows."), [Line(csv.Parser)]);
                }

                Row(csv, rows, rejected, faulty);
            }

            if (broken.Count > 0)
            {
                return Unusable("Quotes are not closed or not doubled.", broken);
            }

            // The rows of one id replace each other as a whole: without one of them the rest would say something else.
            rejected.AddRange(rows.Where(row => faulty.ContainsKey(row.Uuid)).Select(row => new MappingRejection(
                row.Line, string.Create(CultureInfo.InvariantCulture, $"line {faulty[row.Uuid]} of the same uuid is rejected"))));
            return new MappingFile(rows.FindAll(row => !faulty.ContainsKey(row.Uuid)), rejected);
        }
        catch (CsvHelperException ex) when (ex.Context?.Parser is { } parser)
        {
            return Unusable("The file is not CSV.", [Line(parser)]);
        }
    }

    public static async Task WriteAsync(Stream stream, IReadOnlyList<Mapping> mappings, CancellationToken cancellationToken)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            NewLine = "\r\n",
            InjectionOptions = InjectionOptions.Escape,
            InjectionCharacters = Formula.ToCharArray(),
        };
        await using var writer = new StreamWriter(stream, Strict, leaveOpen: true);
        await using var csv = new CsvWriter(writer, configuration, leaveOpen: true);
        foreach (var column in Columns)
        {
            csv.WriteField(column);
        }

        await csv.NextRecordAsync();
        foreach (var mapping in mappings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            csv.WriteField(mapping.Uuid);
            csv.WriteField(mapping.RideId);
            csv.WriteField(mapping.Name);
            csv.WriteField(mapping.Park);
            csv.WriteField(Text(mapping.ValidFrom));
            csv.WriteField(Text(mapping.ValidTo));
            await csv.NextRecordAsync();
        }

        await csv.FlushAsync();
        await writer.FlushAsync(cancellationToken);
    }

    private static void Row(CsvReader csv, List<MappingRow> rows, List<MappingRejection> rejected, Dictionary<Guid, int> faulty)
    {
        var line = Line(csv.Parser);
        if (!Guid.TryParseExact(Field(csv, "uuid"), "D", out var uuid))
        {
            rejected.Add(new MappingRejection(line, "uuid is not a UUID of 36 characters"));
            return;
        }

        var good = TryRide(Field(csv, "ride_id"), out var rideId);
        var fault = csv.Parser.Count > csv.HeaderRecord!.Length ? "there are more fields than columns" : good ? null : "ride_id is not a positive integer";
        if (!TryInstant(Field(csv, "valid_from"), out var from))
        {
            fault ??= "valid_from is neither yyyy-MM-dd nor an instant with an offset";
        }

        if (!TryInstant(Field(csv, "valid_to"), out var to))
        {
            fault ??= "valid_to is neither yyyy-MM-dd nor an instant with an offset";
        }

        if (fault is not null)
        {
            faulty.TryAdd(uuid, line);
            rejected.Add(new MappingRejection(line, fault));
            return;
        }

        rows.Add(new MappingRow(line, uuid, rideId, Field(csv, "name"), Field(csv, "park"), from, to));
    }

    private static string? HeaderFault(string[] header)
    {
        var names = header.Select(name => name.ToLowerInvariant()).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count || names.Exists(name => !Columns.Contains(name)))
        {
            return $"The header must name columns of {string.Join(", ", Columns)}, each once.";
        }

        return names.Contains("uuid") && (names.Contains("ride_id") || (names.Contains("name") && names.Contains("park")))
            ? null
            : "The header must name uuid, and ride_id or name and park.";
    }

    // The parser stands at a row's last line; quoted fields span several, and one that is never closed takes the row's own end in.
    private static int Line(IParser parser)
    {
        var row = parser.RawRecord;
        var quote = row.LastIndexOf('"');
        var open = row.Count(c => c == '"') % 2 == 1 && (quote == 0 || row[quote - 1] == ',');
        return parser.RawRow - (open ? row : row.TrimEnd('\r', '\n')).Count(c => c == '\n');
    }

    private static string? Field(CsvReader csv, string column)
    {
        var text = csv.TryGetField<string>(column, out var field) ? field : null;
        return string.IsNullOrEmpty(text) ? null
            : text[0] == '\'' && text.Length > 1 && Formula.Contains(text[1], StringComparison.Ordinal) ? text[1..]
            : text;
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

    private static Failure Unusable(string message, IReadOnlyList<int> lines) => new(
        "INVALID_MAPPING_FILE",
        400,
        message + " Line " + string.Join(", ", lines.Take(MaxFaults)) + ".",
        new Dictionary<string, object?> { ["lines"] = lines.Take(MaxFaults).ToArray() });
}
