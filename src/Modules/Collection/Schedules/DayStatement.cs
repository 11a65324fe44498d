using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ThemePark.Modules.Collection.Upstream;

namespace ThemePark.Modules.Collection.Schedules;

/// <summary>One entry as it is stored.</summary>
/// <param name="OpensAt">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="ClosesAt">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="Purchases">JSON as stated.</param>
/// <param name="Extra">JSON object of the fields nobody told us of.</param>
internal sealed record StatedEntry(
    string Type, string? Description, long? OpensAt, long? ClosesAt, ScheduleFlags Flags, string? Purchases, string? Extra);

/// <summary>All that one answer states of a park's local day. Equal statements have equal hashes, whatever order upstream lists entries in.</summary>
internal sealed class DayStatement
{
    // A day's unreadable entries are kept to be looked at; a broken feed may have thousands.
    private const int MostUnreadable = 20;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public DayStatement(DateOnly date, IEnumerable<StatedEntry> entries, IReadOnlyList<QuarantinedRow> unreadable, bool simulated)
    {
        Date = date;
        Simulated = simulated;
        var sorted = entries.Select(e => (Entry: e, Text: Canonical(e))).OrderBy(e => e.Entry.OpensAt ?? 0).ThenBy(e => e.Text, StringComparer.Ordinal).ToList();
        Entries = [.. sorted.Select(e => e.Entry)];
        Unreadable = unreadable.Count == 0 ? null : Write(json => WriteUnreadable(json, unreadable));
        var all = string.Join('\n', sorted.Select(e => e.Text).Append(Unreadable ?? "").Append(simulated ? "simulated" : ""));
        Hash = SHA256.HashData(Encoding.UTF8.GetBytes(all));
    }

    public DateOnly Date { get; }

    public IReadOnlyList<StatedEntry> Entries { get; }

    public string? Unreadable { get; }

    public bool Simulated { get; }

    public byte[] Hash { get; }

    /// <summary>A day that was listed and is no longer.</summary>
    public static DayStatement Gone(DateOnly date, bool simulated) => new(date, [], [], simulated);

    /// <summary>The JSON of slices of a body, as one object.</summary>
    public static string? Object(ReadOnlyMemory<byte> body, IReadOnlyList<BodySlice> slices) => slices.Count == 0 ? null : Write(json =>
    {
        json.WriteStartObject();
        foreach (var slice in slices)
        {
            json.WritePropertyName(slice.Name);
            json.WriteRawValue(body.Span.Slice(slice.Start, slice.Length));
        }

        json.WriteEndObject();
    });

    // Flags are our judgement, not the statement: a wiser judge must not make every day look changed.
    private static string Canonical(StatedEntry entry) => Write(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(entry.Type);
        json.WriteStringValue(entry.Description);
        json.WriteStringValue(entry.OpensAt?.ToString(CultureInfo.InvariantCulture));
        json.WriteStringValue(entry.ClosesAt?.ToString(CultureInfo.InvariantCulture));
        json.WriteStringValue(entry.Purchases);
        json.WriteStringValue(entry.Extra);
        json.WriteEndArray();
    });

    private static void WriteUnreadable(Utf8JsonWriter json, IReadOnlyList<QuarantinedRow> rows)
    {
        json.WriteStartArray();
        foreach (var row in rows.OrderBy(r => r.Raw, StringComparer.Ordinal).Take(MostUnreadable))
        {
            json.WriteStartObject();
            json.WriteString("reason"u8, row.Reason);
            json.WriteString("raw"u8, row.Raw);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
