using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Matching;

namespace ThemePark.Modules.Metadata.Searching;

/// <summary>Names taken apart once, to be searched often. Immutable.</summary>
internal sealed class SearchNames
{
    private const double Whole = 100;
    private const double BeginsFrom = 80;
    private const double WordsFrom = 50;
    private const double AlikeFrom = 20;
    private const double Range = 19.9;

    // Of less, nearly every name has a part.
    private const int ShortestPart = 3;

    private readonly IReadOnlyList<Known> _known;

    // The words of all names are few; each is compared with a typed one once.
    private readonly IReadOnlyList<string> _words;

    public SearchNames(IEnumerable<SearchEntry> entries)
    {
        _known = [.. entries.Select(e => new Known(e)).Where(k => k.Key.Length > 0)];
        _words = [.. _known.SelectMany(k => k.Words.Concat(k.Around)).Distinct(StringComparer.Ordinal)];
    }

    public IReadOnlyList<SearchHit> Find(string text, int limit)
    {
        var typed = NameNormalizer.Normalize(text);
        var key = NameNormalizer.Key(typed);
        if (key.Length == 0)
        {
            return [];
        }

        var words = typed.Split(' ').Distinct(StringComparer.Ordinal).Select(w => new Typed(w, _words)).ToList();
        return
        [
            .. _known.Select(k => new SearchHit(k.Entry, Math.Round(Score(k, key, words), 1)))
                .Where(h => h.Score > 0)
                .OrderByDescending(h => h.Score)
                .ThenByDescending(h => h.Entry.IsPark)
                .ThenBy(h => h.Entry.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(h => h.Entry.Id)
                .Take(limit),
        ];
    }

    private static double Score(Known known, string key, List<Typed> words) =>
        known.Key == key ? Whole
        : known.Key.StartsWith(key, StringComparison.Ordinal) ? BeginsFrom + (Range * key.Length / known.Key.Length)
        : OfWords(known, words) is var found and > 0 ? found
        : key.Length >= ShortestPart && known.Key.Contains(key, StringComparison.Ordinal) ? WordsFrom
        : 0;

    // Every typed word must be found: in the name, or around it (a ride's park, a park's place), but not all of a ride's around it.
    private static double OfWords(Known known, List<Typed> words)
    {
        var (sum, own, alike) = (0.0, 0.0, false);
        foreach (var word in words)
        {
            var (likeness, inName) = word.In(known);
            if (likeness == 0)
            {
                return 0;
            }

            sum += inName ? likeness : likeness / 2;
            own += inName ? word.Length : 0;
            alike |= likeness < Typed.Beginning;
        }

        // Half for how well the words fit, half for how much of the name they are.
        var fit = ((sum / words.Count) + Math.Min(1, own / known.Key.Length)) / 2;
        return own == 0 && !known.Entry.IsPark ? 0 : (alike ? AlikeFrom : WordsFrom) + (fit * Range);
    }

    private sealed class Known
    {
        public Known(SearchEntry entry)
        {
            var normalized = NameNormalizer.Normalize(entry.Name);
            Entry = entry;
            Key = NameNormalizer.Key(normalized);
            Words = Split(normalized);
            Around = Split(NameNormalizer.Normalize(entry.IsPark ? entry.Location ?? "" : entry.ParkName ?? ""));
        }

        public SearchEntry Entry { get; }

        public string Key { get; }

        public string[] Words { get; }

        public string[] Around { get; }

        private static string[] Split(string normalized) => normalized.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A typed word and every known word that it may mean.</summary>
    private sealed class Typed
    {
        public const double Beginning = 0.8;
        private const double Equal = 1;
        private const double OneEdit = 0.5;
        private const double TwoEdits = 0.3;

        private readonly Dictionary<string, double> _likeness = new(StringComparer.Ordinal);

        public Typed(string word, IReadOnlyList<string> known)
        {
            Length = word.Length;
            foreach (var other in known)
            {
                if (Likeness(word, other) is var likeness and > 0)
                {
                    _likeness.Add(other, likeness);
                }
            }
        }

        public int Length { get; }

        public (double Likeness, bool InName) In(Known known)
        {
            var name = Best(known.Words);
            return name > 0 ? (name, true) : (Best(known.Around), false);
        }

        private double Best(string[] words)
        {
            var best = 0.0;
            foreach (var word in words)
            {
                best = Math.Max(best, _likeness.GetValueOrDefault(word));
            }

            return best;
        }

        // A word of three letters or a number with one edit is another word.
        private static double Likeness(string typed, string known)
        {
            if (typed == known)
            {
                return Equal;
            }

            if (known.StartsWith(typed, StringComparison.Ordinal))
            {
                return Beginning;
            }

            var edits = typed.Length < 4 || typed.All(char.IsDigit) ? 0 : typed.Length < 8 ? 1 : 2;
            if (edits == 0 || Math.Abs(typed.Length - known.Length) > edits)
            {
                return 0;
            }

            var distance = StringDistance.DamerauLevenshtein(typed, known);
            return distance > edits ? 0 : distance == 1 ? OneEdit : TwoEdits;
        }
    }
}
