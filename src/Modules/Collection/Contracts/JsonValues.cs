using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>Single values as upstream writes them, of the token a reader stands on.</summary>
public static class JsonValues
{
    /// <summary>A UUID in its usual form. The empty one is nobody's.</summary>
    public static Presence ReadGuid(ref Utf8JsonReader reader, out Guid value)
    {
        value = Guid.Empty;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return Presence.Null;
        }

        return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length == 36
               && Utf8Parser.TryParse(reader.ValueSpan, out value, out var read, 'D') && read == 36 && value != Guid.Empty
            ? Presence.Value
            : Presence.Invalid;
    }

    /// <summary>An ISO 8601 instant with offset, in milliseconds since 1970-01-01 UTC; <paramref name="offset"/> in minutes.</summary>
    public static Presence ReadInstant(ref Utf8JsonReader reader, out long instant, out int offset)
    {
        instant = 0;
        offset = 0;
        return reader.TokenType == JsonTokenType.Null ? Presence.Null
            : reader.TokenType == JsonTokenType.String && IsoInstant.TryRead(ref reader, out instant, out offset) ? Presence.Value
            : Presence.Invalid;
    }

    /// <summary>A status; a word we do not know is <see cref="Presence.Invalid"/>.</summary>
    public static Presence ReadStatus(ref Utf8JsonReader reader, out RideStatus status)
    {
        status = RideStatus.None;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return Presence.Null;
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            status = reader.ValueTextEquals("OPERATING"u8) ? RideStatus.Operating
                : reader.ValueTextEquals("CLOSED"u8) ? RideStatus.Closed
                : reader.ValueTextEquals("DOWN"u8) ? RideStatus.Down
                : reader.ValueTextEquals("REFURBISHMENT"u8) ? RideStatus.Refurbishment
                : RideStatus.None;
        }

        return status == RideStatus.None ? Presence.Invalid : Presence.Value;
    }

    /// <summary>The text, cut to a number of characters without cutting one in two.</summary>
    public static string Cut(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    /// <summary>The first bytes as text, for people to look at: what is not UTF-8 is replaced.</summary>
    public static string Text(ReadOnlySpan<byte> utf8, int length) => Encoding.UTF8.GetString(utf8.Length > length ? utf8[..length] : utf8);
}
