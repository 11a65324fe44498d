using System.Text.Json;
using FluentValidation;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Enums as the API spells them. A query parameter that takes one is a string with <see cref="MustBeNameOf{T,TEnum}"/>: the framework's own
/// binding takes numbers and any casing, and does not know our spelling.
/// </summary>
public static class EnumText
{
    public static string ToUpperSnake<TEnum>(this TEnum value)
        where TEnum : struct, Enum => Texts<TEnum>.ByValue[value];

    public static TEnum Parse<TEnum>(string text)
        where TEnum : struct, Enum => Texts<TEnum>.ByText[text];

    public static bool TryParse<TEnum>(string? text, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return text is not null && Texts<TEnum>.ByText.TryGetValue(text, out value);
    }

    /// <summary>Null or one of the enum's names in UPPER_SNAKE.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeNameOf<T, TEnum>(this IRuleBuilder<T, string?> rule)
        where TEnum : struct, Enum =>
        rule.Must(text => text is null || TryParse<TEnum>(text, out _))
            .WithMessage($"{{PropertyName}} must be one of {string.Join(", ", Texts<TEnum>.ByText.Keys)}; got '{{PropertyValue}}'.");

    internal static IEnumerable<string> Of(Type enumType) =>
        Enum.GetNames(enumType).Select(JsonNamingPolicy.SnakeCaseUpper.ConvertName);

    private static class Texts<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> ByValue =
            Enum.GetValues<TEnum>().ToDictionary(v => v, v => JsonNamingPolicy.SnakeCaseUpper.ConvertName(v.ToString()));

        public static readonly Dictionary<string, TEnum> ByText = ByValue.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
    }
}
