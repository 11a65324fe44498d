using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Resolving;

namespace ThemePark.Modules.Metadata.Matching;

/// <summary>A ride of the park as the matcher sees it.</summary>
internal sealed record KnownRide(int RideId, bool Taken, string? Name, string Normalized, IReadOnlyList<KnownName> OtherNames);

/// <summary>Another or former name and its time; <paramref name="Given"/> by an operator, whose word also holds for a ride with an id of its own.</summary>
internal sealed record KnownName(string Normalized, DateTime From, DateTime? To, bool Given);

/// <summary>
/// What the matcher decided. <paramref name="RideId"/> is the one ride to bind; without it, <paramref name="Torn"/> says that several could be
/// bound and a person must choose, otherwise nothing may be bound and the candidates, best first, are suggestions.
/// </summary>
internal sealed record MatchDecision(int? RideId, MatchMethod Method, int Score, bool Torn, KnownName? Alias, IReadOnlyList<MatchCandidate> Candidates)
{
    private const int Margin = 5;

    /// <summary>No candidate stands out.</summary>
    public bool Ambiguous => Torn || (Candidates.Count > 1 && Candidates[0].Score - Candidates[1].Score < Margin);
}

/// <summary>
/// Which ride of a park a new upstream id is, by its names. Decides only, never touches the catalogue. Only an equal name or a valid alias binds;
/// what sounds or looks alike is a suggestion, because siblings ("Racer 75 North", "Racer 75 South") look more alike than renames do.
/// </summary>
internal static class RideMatcher
{
    public const string Version = "1";

    private const int ExactScore = 100;
    private const int AliasScore = 95;

    // Suggestions score from 80 (a likeness of 0.8) to 94 (all but equal), what sounds alike at least 85.
    private const int SuggestionScore = 80;
    private const int SuggestionRange = 14;
    private const double LeastLikeness = 0.8;
    private const double SoundLikeness = 0.872;
    private const double LeastWinkler = 0.92;
    private const int MostEdits = 2;
    private const int MaxSuggestions = 5;

    public static MatchDecision Match(IReadOnlyList<DatedValue> names, IReadOnlyList<KnownRide> rides)
    {
        var spoken = names.Select(name => (Normalized: NameNormalizer.Normalize(name.Value), name.From))
            .Where(name => name.Normalized.Length > 0)
            .ToList();
        if (spoken.Count == 0)
        {
            return new MatchDecision(null, MatchMethod.None, 0, false, null, []);
        }

        var keys = spoken.Select(name => NameNormalizer.Key(name.Normalized)).ToHashSet(StringComparer.Ordinal);
        var exact = rides.Where(ride => ride.Normalized.Length > 0 && keys.Contains(NameNormalizer.Key(ride.Normalized))).ToList();
        var suggestions = exact.Select(ride => Candidate(ride, MatchMethod.ExactName, ExactScore)).ToList();
        if (Bindable(exact.Where(ride => !ride.Taken), MatchMethod.ExactName, ExactScore, suggestions) is { } byName)
        {
            return byName;
        }

        var aliased = rides.Except(exact).Select(ride => (Ride: ride, Alias: Alias(ride, spoken))).Where(pair => pair.Alias is not null).ToList();
        suggestions.AddRange(aliased.Select(pair => Candidate(pair.Ride, MatchMethod.NameAlias, AliasScore)));
        var open = aliased.Where(pair => pair.Alias!.Given || !pair.Ride.Taken).ToList();
        if (Bindable(open.Select(pair => pair.Ride), MatchMethod.NameAlias, AliasScore, suggestions) is { } byAlias)
        {
            return byAlias with { Alias = byAlias.Torn ? null : open[0].Alias };
        }

        return Suggest(spoken[^1].Normalized, rides, suggestions);
    }

    private static MatchDecision? Bindable(IEnumerable<KnownRide> rides, MatchMethod method, int score, List<MatchCandidate> candidates)
    {
        var found = rides.ToList();
        return found.Count switch
        {
            0 => null,
            1 => new MatchDecision(found[0].RideId, method, score, false, null, candidates),
            _ => new MatchDecision(null, MatchMethod.None, 0, true, null, candidates),
        };
    }

    private static KnownName? Alias(KnownRide ride, List<(string Normalized, DateTime From)> spoken) =>
        ride.OtherNames
            .Where(known => known.Normalized.Length > 0 && spoken.Any(name =>
                known.From <= name.From && (known.To is not { } to || name.From < to)
                && NameNormalizer.Key(known.Normalized) == NameNormalizer.Key(name.Normalized)))
            .OrderByDescending(known => known.Given)
            .ThenBy(known => known.From)
            .FirstOrDefault();

    private static MatchDecision Suggest(string normalized, IReadOnlyList<KnownRide> rides, List<MatchCandidate> suggestions)
    {
        var name = NameTokens.Of(normalized);
        var seen = suggestions.Select(candidate => candidate.RideId).ToHashSet();
        suggestions.AddRange(rides
            .Where(ride => ride.Normalized.Length > 0 && !seen.Contains(ride.RideId))
            .Select(ride => (Ride: ride, Like: Likeness(name, NameTokens.Of(ride.Normalized))))
            .Where(pair => pair.Like.Method != MatchMethod.None)
            .OrderByDescending(pair => pair.Like.Value)
            .ThenBy(pair => pair.Ride.RideId)
            .Take(MaxSuggestions)
            .Select(pair => Candidate(pair.Ride, pair.Like.Method, Score(pair.Like.Value))));

        return new MatchDecision(null, MatchMethod.None, 0, false, null, suggestions);
    }

    private static (MatchMethod Method, double Value) Likeness(NameTokens name, NameTokens other)
    {
        if (name.TellingWords != other.TellingWords)
        {
            return (MatchMethod.None, 0);
        }

        var spelled = Spelling(name, other);
        return name.Words.Count > 0 && SoundAlike(name, other) ? (MatchMethod.Phonetic, Math.Max(SoundLikeness, spelled))
            : spelled >= LeastLikeness ? (MatchMethod.Fuzzy, spelled)
            : (MatchMethod.None, 0);
    }

    private static int Score(double likeness) => SuggestionScore + (int)Math.Round((likeness - LeastLikeness) / (1 - LeastLikeness) * SuggestionRange);

    private static bool SoundAlike(NameTokens a, NameTokens b) =>
        a.Words.Count == b.Words.Count && (a.Sound == b.Sound || a.Sound == b.OtherSound || a.OtherSound == b.Sound);

    private static double Spelling(NameTokens a, NameTokens b)
    {
        // Word by word, so that one short word that is another word ("Drop", "Shot") is not outweighed by a long common rest.
        if (a.Words.Count == b.Words.Count && a.Words.Zip(b.Words).Any(pair => !SameWord(pair.First, pair.Second)))
        {
            return 0;
        }

        var distance = StringDistance.DamerauLevenshtein(a.Normalized, b.Normalized);
        var edits = distance <= MostEdits ? 1 - ((double)distance / Math.Max(a.Normalized.Length, b.Normalized.Length)) : 0;
        var winkler = StringDistance.JaroWinkler(a.Normalized, b.Normalized);
        return Math.Max(edits, winkler >= LeastWinkler ? winkler : 0);
    }

    private static bool SameWord(string a, string b) =>
        StringDistance.DamerauLevenshtein(a, b) <= (Math.Max(a.Length, b.Length) <= 5 ? 1 : 2);

    private static MatchCandidate Candidate(KnownRide ride, MatchMethod method, int score) => new(ride.RideId, ride.Name, method, score, ride.Taken);
}
