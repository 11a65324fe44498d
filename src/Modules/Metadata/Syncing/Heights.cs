using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>The heights a ride asks for, in whole centimetres, and what was odd about them as stated.</summary>
internal sealed partial record Heights(int? MinCm, int? MaxCm, IReadOnlyList<string> Flags)
{
    /// <summary>Stated in inches, converted.</summary>
    public const string InchesConverted = "INCHES_CONVERTED";

    /// <summary>The stated minimum was above the maximum: each is taken for the other.</summary>
    public const string Swapped = "SWAPPED";

    /// <summary>No height a ride asks for: left out. Inches without their unit (36, 40, 48) are below what is possible in centimetres.</summary>
    public const string Implausible = "IMPLAUSIBLE";

    /// <summary>Neither a number nor a height with a unit we know: left out.</summary>
    public const string Unreadable = "UNREADABLE";

    public const int LeastCm = 60;
    public const int MostCm = 230;
    private const double CmPerInch = 2.54;

    /// <summary>A height as stated: a number, a text with its unit, or an object of both; without a unit it is in centimetres.</summary>
    /// <param name="Unit">Stated beside the value, if any.</param>
    public readonly record struct Stated(JsonElement Value, string? Unit);

    public static Heights Of(Stated? min, Stated? max)
    {
        var flags = new SortedSet<string>(StringComparer.Ordinal);
        var (least, most) = (Read(min, flags), Read(max, flags));
        if (least > most)
        {
            flags.Add(Swapped);
            (least, most) = (most, least);
        }

        return new Heights(least, most, [.. flags]);
    }

    private static int? Read(Stated? stated, SortedSet<string> flags)
    {
        if (stated is not { } height || height.Value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return null;
        }

        var (number, unit) = Parts(height.Value, height.Unit);
        if (number is not { } value || Factor(unit) is not { } factor)
        {
            flags.Add(Unreadable);
            return null;
        }

        // How some say that everybody may ride.
        if (value == 0)
        {
            return null;
        }

        var cm = Math.Round(value * factor, MidpointRounding.AwayFromZero);
        if (cm is < LeastCm or > MostCm || !double.IsFinite(cm))
        {
            flags.Add(Implausible);
            return null;
        }

        if (factor != 1)
        {
            flags.Add(InchesConverted);
        }

        return (int)cm;
    }

    private static (double? Number, string? Unit) Parts(JsonElement value, string? unit)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                return (value.GetDouble(), unit);
            case JsonValueKind.String when Text().Match(value.GetString()!) is { Success: true } match:
                var own = match.Groups["unit"].Value;
                return (double.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture), own.Length > 0 ? own : unit);
            case JsonValueKind.Object:
                var stated = value.TryGetProperty("unit", out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : unit;
                return (value.TryGetProperty("height", out var inner) || value.TryGetProperty("value", out inner)) && inner.ValueKind != JsonValueKind.Object
                    ? Parts(inner, stated)
                    : (null, null);
            default:
                return (null, null);
        }
    }

    private static double? Factor(string? unit) => unit?.Trim().ToLowerInvariant() switch
    {
        null or "" or "cm" or "centimeter" or "centimeters" or "centimetre" or "centimetres" => 1,
        "in" or "inch" or "inches" or "\"" or "″" => CmPerInch,
        _ => null,
    };

    [GeneratedRegex("""^\s*(?<number>[0-9]{1,4}(\.[0-9]{1,3})?)\s*(?<unit>[a-zA-Z"″]{0,12})\s*$""", RegexOptions.CultureInvariant)]
    private static partial Regex Text();
}
