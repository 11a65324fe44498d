using System.Globalization;
using System.Text;

namespace ThemePark.Modules.Metadata.Matching;

/// <summary>Reduces a name to what two spellings of it have in common. Pure, culture-free, idempotent.</summary>
internal static class NameNormalizer
{
    /// <summary>Lower-case words and digits separated by single spaces; empty when the name holds neither.</summary>
    public static string Normalize(string name)
    {
        // One pass is enough for real names; compatibility characters exist whose folding yields something that folds again.
        var current = name;
        for (var pass = 0; pass < 8; pass++)
        {
            var next = Fold(current);
            if (next == current)
            {
                break;
            }

            current = next;
        }

        return current;
    }

    /// <summary>
    /// What exact matching compares: the normalised name without its spaces, so that "wind-up", "wind up" and "windup" are one.
    /// Two digits keep their space: "area 5 1" is not "area 51".
    /// </summary>
    public static string Key(string normalized)
    {
        var key = new StringBuilder(normalized.Length);
        for (var i = 0; i < normalized.Length; i++)
        {
            if (normalized[i] != ' ' || (char.IsDigit(normalized[i - 1]) && char.IsDigit(normalized[i + 1])))
            {
                key.Append(normalized[i]);
            }
        }

        return key.ToString();
    }

    private static string Fold(string name)
    {
        // Before decomposition, which would turn the trade mark sign into letters and refuses lone surrogates and noncharacters.
        var signless = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is not ('™' or '℠' or '®' or '©' or '℗' or (>= 0xFDD0 and <= 0xFDEF)) && (rune.Value & 0xFFFE) != 0xFFFE)
            {
                signless.Append(rune.Value == '&' ? " and " : rune.ToString());
            }
        }

        var text = new StringBuilder(signless.Length);
        foreach (var rune in signless.ToString().Normalize(NormalizationForm.FormKD).ToLowerInvariant().EnumerateRunes())
        {
            Append(text, rune);
        }

        // Back to composed form: Hangul and kana were taken apart with the accents but keep their marks.
        var words = text.ToString().Normalize(NormalizationForm.FormKC).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var first = 0;
        while (first < words.Length - 1 && words[first] == "the")
        {
            first++;
        }

        return string.Join(' ', words, first, words.Length - first);
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        if (IsAccent(rune.Value) || IsApostrophe(rune.Value))
        {
            return;
        }

        if (Letter(rune.Value) is { } plain)
        {
            text.Append(plain);
        }
        else if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)
        {
            text.Append(rune.ToString());
        }
        else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control) || Rune.IsWhiteSpace(rune))
        {
            text.Append(' ');
        }
    }

    // Only the accents of European scripts: dropping every mark would make Japanese "ba" and "ha" or two Thai words the same.
    private static bool IsAccent(int value) =>
        value is (>= 0x0300 and <= 0x036F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF)
            or (>= 0xFE20 and <= 0xFE2F);

    private static bool IsApostrophe(int value) => value is '\'' or '`' or '´' or 'ʹ' or 'ʻ' or 'ʼ' or 'ʽ' or '‘' or '’' or '‛' or '′' or '＇';

    // Letters that have no decomposition but a customary plain spelling.
    private static string? Letter(int value) => value switch
    {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' or 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => null,
    };
}
