using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace ThemePark.Upstream;

/// <summary>Fields of the small documents (schedules, destinations, entities): absent, null, or of another kind than expected all answer null.</summary>
public static class JsonFields
{
    private const int MaxTextLength = 1_000;

    /// <summary>Stated, and not as null.</summary>
    public static bool Has(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>An array, empty ones too.</summary>
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
            return text.GetString() is { } value && !string.IsNullOrWhiteSpace(value) ? Cut(value) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A UUID in its usual form; the empty one is nobody's.</summary>
    public static Guid? Uuid(this JsonElement element, string name) =>
        Guid.TryParseExact(element.Text(name), "D", out var uuid) && uuid != Guid.Empty ? uuid : null;

    /// <summary>A date as <c>yyyy-MM-dd</c>.</summary>
    public static DateOnly? Date(this JsonElement element, string name) =>
        DateOnly.TryParseExact(element.Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

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

    // Never between the two halves of one character.
    private static string Cut(string text) =>
        text.Length <= MaxTextLength ? text : text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)];

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
