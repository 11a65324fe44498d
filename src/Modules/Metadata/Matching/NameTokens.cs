using System.Globalization;
using System.Text.RegularExpressions;

namespace ThemePark.Modules.Metadata.Matching;

/// <summary>
/// A normalised name taken apart into the words that tell siblings apart (numbers, colours, sides, directions, junior, "non") and the rest.
/// Two names whose telling words differ are two rides, however alike they sound or are spelled.
/// </summary>
internal sealed partial class NameTokens
{
    private static readonly Dictionary<string, string> Telling = BuildTelling();

    private NameTokens(string normalized, List<string> telling, List<string> words)
    {
        Normalized = normalized;
        telling.Sort(StringComparer.Ordinal);
        TellingWords = string.Join(' ', telling);
        Words = words;
        Sound = string.Join(' ', words.Select(word => DoubleMetaphone.Encode(word).Primary));
        OtherSound = string.Join(' ', words.Select(word => DoubleMetaphone.Encode(word).Secondary));
    }

    public string Normalized { get; }

    public string TellingWords { get; }

    public IReadOnlyList<string> Words { get; }

    public string Sound { get; }

    public string OtherSound { get; }

    public static NameTokens Of(string normalized)
    {
        var telling = new List<string>();
        var words = new List<string>();
        foreach (var token in normalized.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Sort(token, telling, words);
        }

        return new NameTokens(normalized, telling, words);
    }

    private static void Sort(string token, List<string> telling, List<string> words)
    {
        // "nonswinging" tells itself from "swinging" as "non swinging" would.
        if (token.Length > 5 && token.StartsWith("non", StringComparison.Ordinal))
        {
            telling.Add("non");
            token = token[3..];
        }

        if (Telling.TryGetValue(token, out var meaning))
        {
            telling.Add(meaning);
        }
        else if (token.Any(char.IsDigit))
        {
            // "3d" and "75": the digits tell, and so does what is glued to them.
            telling.Add(ulong.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number.ToString(CultureInfo.InvariantCulture)
                : token);
        }
        else if (RomanNumeral().IsMatch(token))
        {
            telling.Add(Roman(token).ToString(CultureInfo.InvariantCulture));
        }
        else if (!Filler.Contains(token))
        {
            words.Add(token);
        }
    }

    private static int Roman(string numeral)
    {
        var sum = 0;
        for (var i = 0; i < numeral.Length; i++)
        {
            var value = Value(numeral[i]);
            sum += i + 1 < numeral.Length && Value(numeral[i + 1]) > value ? -value : value;
        }

        return sum;

        static int Value(char letter) => letter switch { 'i' => 1, 'v' => 5, _ => 10 };
    }

    private static readonly HashSet<string> Filler = ["the", "a", "an", "and", "of", "at", "in", "on"];

    private static Dictionary<string, string> BuildTelling()
    {
        string[] themselves =
        [
            "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "up", "down", "left", "right", "upper", "lower",
            "front", "inner", "outer", "inside", "outside", "clockwise", "counterclockwise", "top", "bottom",
            "red", "green", "blue", "yellow", "white", "black", "orange", "purple", "pink", "silver", "gold", "brown",
            "non", "not", "no", "without", "single", "double", "triple", "mini", "giant", "day", "night",
        ];
        var telling = themselves.ToDictionary(word => word, StringComparer.Ordinal);
        (string Word, string Meaning)[] spellings =
        [
            ("jr", "junior"), ("junior", "junior"), ("juniors", "junior"), ("kid", "kids"), ("kids", "kids"), ("kiddie", "kids"), ("kiddy", "kids"),
            ("grey", "gray"), ("gray", "gray"), ("golden", "gold"), ("back", "rear"), ("rear", "rear"),
            ("forward", "forward"), ("forwards", "forward"), ("backward", "backward"), ("backwards", "backward"),
            ("northern", "north"), ("southern", "south"), ("eastern", "east"), ("western", "west"),
            ("zero", "0"), ("one", "1"), ("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("seven", "7"), ("eight", "8"),
            ("nine", "9"), ("ten", "10"), ("eleven", "11"), ("twelve", "12"),
            ("first", "1"), ("second", "2"), ("third", "3"), ("1st", "1"), ("2nd", "2"), ("3rd", "3"),
        ];
        foreach (var (word, meaning) in spellings)
        {
            telling[word] = meaning;
        }

        return telling;
    }

    // One to thirty-nine; longer ones are words ("mix", "civic") before they are numbers.
    [GeneratedRegex("^(?=.)x{0,3}(ix|iv|v?i{0,3})$", RegexOptions.CultureInvariant)]
    private static partial Regex RomanNumeral();
}
