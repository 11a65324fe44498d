using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>Fields of the small documents (schedules, destinations): absent, null, or of another kind than expected all answer null.</summary>
internal static class JsonFields
{
    private const int MaxTextLength = 1_000;

    /// <summary>Stated, and not as null.</summary>
    public static bool Has(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public static JsonElement? Array(this JsonElement element, string name) =>
        element.Has(name) && element.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? array : null;

    /// <summary>A text that is not blank and is Unicode.</summary>
    public static string? Text(this JsonElement element, string name)
    {
        if (!element.Has(name) || element.GetProperty(name) is not { ValueKind: JsonValueKind.String } text)
        {
            return null;
        }

        try
        {
            return text.GetString() is { } value && !string.IsNullOrWhiteSpace(value) ? JsonValues.Cut(value, MaxTextLength) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A UUID in its usual form; the empty one is nobody's.</summary>
    public static Guid? Uuid(this JsonElement element, string name) =>
        Guid.TryParseExact(element.Text(name), "D", out var uuid) && uuid != Guid.Empty ? uuid : null;

    public static DateOnly? Date(this JsonElement element, string name) =>
        DateOnly.TryParseExact(element.Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>False when something is stated that is no instant with an offset.</summary>
    public static bool TryInstant(this JsonElement element, string name, out StatedInstant? instant)
    {
        instant = null;
        if (!element.Has(name))
        {
            return true;
        }

        if (element.Text(name) is not { } text || !IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var at, out var offset) || !IsStorable(at))
        {
            return false;
        }

        instant = new StatedInstant(at, offset);
        return true;
    }

    /// <summary>From 1970 to 2200: no column and no calendar has trouble with it.</summary>
    public static bool IsStorable(long instant) => instant is >= 0 and < 7_258_118_400_000;

    /// <summary>Whether every text in it can be read: names and values, with their escapes.</summary>
    public static bool IsUnicode(this JsonElement element)
    {
        if (!Utf8.IsValid(JsonMarshal.GetRawUtf8Value(element)))
        {
            return false;
        }

        try
        {
            Walk(element);
            return true;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, written as an escape.
            return false;
        }
    }

    private static void Walk(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in element.EnumerateObject())
                {
                    _ = field.Name;
                    Walk(field.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            default:
                break;
        }
    }
}
