using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// How every body and every stored JSON of ours is written: snake_case members, UPPER_SNAKE enums, dates <c>yyyy-MM-dd</c>, instants UTC
/// with milliseconds and <c>Z</c>, real numbers always with a decimal point. Reading is strict: an unknown, repeated or wrongly cased
/// member, a number in quotes and a null where none is allowed are errors; only an enum's casing is forgiven.
/// </summary>
public static class ApiJson
{
    /// <summary>Frozen; for JSON outside of a request (audit details, CLI output, events).</summary>
    public static JsonSerializerOptions Options { get; } = Frozen();

    /// <summary>As <see cref="Options"/>, indented: for files that people read too.</summary>
    public static JsonSerializerOptions Readable { get; } = new(Options) { WriteIndented = true };

    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false));
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new OffsetInstantConverter());
        options.Converters.Add(new DoubleConverter());
        options.Converters.Add(new SingleConverter());
        options.Converters.Add(new DecimalConverter());
    }

    private static JsonSerializerOptions Frozen()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>UTC, ISO 8601, milliseconds.</summary>
    public static string Instant(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // An instant without an offset is refused: guessing its zone is how hours get lost.
    private static DateTime ReadInstant(ref Utf8JsonReader reader)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : string.Empty;
        var stated = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > "yyyy-MM-dd".Length;
        return stated && reader.TryGetDateTimeOffset(out var instant)
            ? instant.UtcDateTime
            : throw new JsonException("Not an instant.");
    }

    private static void WriteReal(Utf8JsonWriter writer, ReadOnlySpan<char> digits)
    {
        if (digits.IndexOfAny('.', 'E', 'e') >= 0)
        {
            writer.WriteRawValue(digits, skipInputValidation: true);
        }
        else
        {
            writer.WriteRawValue(string.Concat(digits, ".0"), skipInputValidation: true);
        }
    }

    private sealed class InstantConverter : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ReadInstant(ref reader);

        // The session time zone is UTC, so a value without a kind is UTC.
        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instant(value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value));
    }

    private sealed class OffsetInstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ReadInstant(ref reader);

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instant(value.UtcDateTime));
    }

    private sealed class DoubleConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value)
                ? value
                : throw new JsonException("Not a number.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (!double.IsFinite(value))
            {
                throw new JsonException($"{value} has no JSON form; an unknown number is null.");
            }

            Span<char> digits = stackalloc char[32];
            value.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture);
            WriteReal(writer, digits[..length]);
        }
    }

    private sealed class SingleConverter : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out var value) && float.IsFinite(value)
                ? value
                : throw new JsonException("Not a number.");

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (!float.IsFinite(value))
            {
                throw new JsonException($"{value} has no JSON form; an unknown number is null.");
            }

            Span<char> digits = stackalloc char[32];
            value.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture);
            WriteReal(writer, digits[..length]);
        }
    }

    private sealed class DecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var value)
                ? value
                : throw new JsonException("Not a number.");

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options)
        {
            Span<char> digits = stackalloc char[32];
            value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            WriteReal(writer, digits[..length]);
        }
    }
}
