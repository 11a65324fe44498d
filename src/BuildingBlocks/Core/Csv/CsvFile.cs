using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace ThemePark.BuildingBlocks;

/// <summary>What a kind of file consists of.</summary>
/// <param name="ErrorCode">Of a file that cannot be used at all.</param>
/// <param name="Columns">All there are; a file names each at most once, in any order and casing.</param>
/// <param name="HeaderFault">What a header of known columns lacks, in words; null when nothing.</param>
public sealed record CsvFormat(string ErrorCode, IReadOnlyList<string> Columns, Func<IReadOnlyCollection<string>, string?> HeaderFault);

/// <summary>One line of a file with its number in it.</summary>
public sealed class CsvLine
{
    private readonly Dictionary<string, int> _columns;
    private readonly string?[] _fields;

    internal CsvLine(int number, bool tooLong, Dictionary<string, int> columns, string?[] fields) =>
        (Number, TooLong, _columns, _fields) = (number, tooLong, columns, fields);

    /// <summary>From 1, the header; of a row that spans several lines the first.</summary>
    public int Number { get; }

    /// <summary>There are more fields than columns.</summary>
    public bool TooLong { get; }

    /// <summary>The field without blanks around it; null when it is empty, or the file does not have the column.</summary>
    public string? this[string column] => _columns.TryGetValue(column, out var index) && index < _fields.Length ? _fields[index] : null;

    /// <summary>Whether the file has the column at all.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);
}

/// <summary>
/// Files that operators edit in a spreadsheet and send back: UTF-8, RFC 4180, a header naming the columns. A field that a spreadsheet would run as a formula
/// is written with an apostrophe in front, which reading takes off again.
/// </summary>
public static class CsvFile
{
    /// <summary>Of a body.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Of a file.</summary>
    public const int MaxRows = 100_000;

    /// <summary>How these bodies call themselves.</summary>
    public const string ContentType = "text/csv";

    private const string Formula = "=@+-\t\r";
    private const int MaxFaults = 100;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The body in full; null when it is larger than <see cref="MaxBytes"/>.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var buffer = new MemoryStream();
        var chunk = new byte[81_920];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > MaxBytes)
            {
                return null;
            }

            await buffer.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>The lines behind the header, or a 400 that names the lines at fault: then no line can be trusted.</summary>
    public static Outcome<IReadOnlyList<CsvLine>> Read(ReadOnlySpan<byte> bytes, CsvFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException ex)
        {
            return Unusable(format, "The file is not UTF-8.", [bytes[..Math.Max(0, ex.Index)].Count((byte)'\n') + 1]);
        }

        var broken = new List<int>();
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = bad => broken.Add(Line(bad.Context.Parser!)),
            MissingFieldFound = null,
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = 64 << 10,
        };
        using var csv = new CsvReader(new StringReader(text.TrimStart('\uFEFF')), configuration);
        try
        {
            return csv.Read() && csv.ReadHeader() ? Read(csv, format, broken) : Unusable(format, "The file is empty.", [1]);
        }
        catch (CsvHelperException ex) when (ex.Context?.Parser is { } parser)
        {
            return Unusable(format, "The file is not CSV.", [Line(parser)]);
        }
    }

    /// <summary>Writes a header and rows of as many fields; null is an empty field.</summary>
    public static async Task WriteAsync(
        Stream stream, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            NewLine = "\r\n",
            InjectionOptions = InjectionOptions.Escape,
            InjectionCharacters = Formula.ToCharArray(),
        };
        await using var writer = new StreamWriter(stream, Strict, leaveOpen: true);
        await using var csv = new CsvWriter(writer, configuration, leaveOpen: true);
        foreach (var row in rows.Prepend(columns))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var field in row)
            {
                csv.WriteField(field);
            }

            await csv.NextRecordAsync();
        }

        await csv.FlushAsync();
        await writer.FlushAsync(cancellationToken);
    }

    private static Outcome<IReadOnlyList<CsvLine>> Read(CsvReader csv, CsvFormat format, List<int> broken)
    {
        var header = csv.HeaderRecord!.Select(name => name.ToLowerInvariant()).ToList();
        if (header.Distinct(StringComparer.Ordinal).Count() != header.Count || header.Exists(name => !format.Columns.Contains(name)))
        {
            return Unusable(format, $"The header must name columns of {string.Join(", ", format.Columns)}, each once.", [1]);
        }

        if (format.HeaderFault(header) is { } fault)
        {
            return Unusable(format, fault, [1]);
        }

        var columns = header.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index, StringComparer.Ordinal);
        var lines = new List<CsvLine>();
        while (csv.Read())
        {
            if (lines.Count == MaxRows)
            {
                return Unusable(format, string.Create(CultureInfo.InvariantCulture, $"The file has more than {MaxRows} rows."), [Line(csv.Parser)]);
            }

            var fields = new string?[Math.Min(csv.Parser.Count, header.Count)];
            for (var i = 0; i < fields.Length; i++)
            {
                fields[i] = Plain(csv.GetField(i));
            }

            lines.Add(new CsvLine(Line(csv.Parser), csv.Parser.Count > header.Count, columns, fields));
        }

        return broken.Count > 0 ? Unusable(format, "Quotes are not closed or not doubled.", broken) : Outcome<IReadOnlyList<CsvLine>>.FromValue(lines);
    }

    // The parser stands at a row's last line; quoted fields span several, and one that is never closed takes the row's own end in.
    private static int Line(IParser parser)
    {
        var row = parser.RawRecord;
        var quote = row.LastIndexOf('"');
        var open = row.Count(c => c == '"') % 2 == 1 && (quote == 0 || row[quote - 1] == ',');
        return parser.RawRow - (open ? row : row.TrimEnd('\r', '\n')).Count(c => c == '\n');
    }

    private static string? Plain(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : text[0] == '\'' && text.Length > 1 && Formula.Contains(text[1], StringComparison.Ordinal) ? text[1..]
        : text;

    private static Failure Unusable(CsvFormat format, string message, IReadOnlyList<int> lines) => new(
        format.ErrorCode,
        400,
        message + " Line " + string.Join(", ", lines.Take(MaxFaults)) + ".",
        new Dictionary<string, object?> { ["lines"] = lines.Take(MaxFaults).ToArray() });
}
