using System.Text.Json;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Matching;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata.Classifying;

/// <summary>
/// Upstream does not say whether a ride is indoors; this reads what hints there are. An operator's word wins over everything; then the first of these that
/// says something: a tag or attribute that names it, the type, words of the name. The rules and their numbers are explained in docs/metadata.md.
/// </summary>
internal static class IndoorOutdoorRules
{
    public const double ByOperator = 1.0;
    public const double ByTag = 0.95;
    public const double ByPlainName = 0.8;
    public const double ByType = 0.7;
    public const double ByNameWord = 0.5;

    private static readonly Classification Nothing = new(IndoorOutdoor.Unknown, 0, null);

    private static readonly string[] Settings = ["indoorOutdoor", "indoor_outdoor", "setting", "environment"];

    // Normalised as names are: lower case, no accents, no punctuation ("4-D" is "4 d").
    private static readonly string[] IndoorWords =
    [
        "theater", "theatre", "cinema", "kino", "museum", "aquarium", "planetarium", "simulator", "playhouse", "dark ride", "haunted", "geisterbahn",
        "spukschloss", "3 d", "4 d", "3d", "4d", "5d", "imax", "ice rink",
    ];

    private static readonly string[] OutdoorWords =
    [
        "coaster", "rollercoaster", "achterbahn", "rapids", "raft", "rafting", "flume", "wildwasser", "wildwasserbahn", "railroad", "railway", "ferris",
        "skyride", "sky ride", "chairlift", "cable car", "swings", "drop tower", "wave pool", "lazy river", "trail", "canoes", "riverboat", "zip line", "zipline",
    ];

    public static Classification Classify(EntityFacts facts, IndoorOutdoor? said) =>
        said is { } word ? new Classification(word, ByOperator, "operator")
        : OfTags(facts) ?? OfType(facts) ?? OfName(facts.Name) ?? Nothing;

    private static Classification? OfTags(EntityFacts facts)
    {
        foreach (var setting in Settings)
        {
            if (facts.Attributes?.Text(setting) is { } text && EnumText.TryParse<IndoorOutdoor>(text.ToUpperInvariant(), out var stated) && stated != IndoorOutdoor.Unknown)
            {
                return new Classification(stated, ByTag, $"attribute {setting} = {text}");
            }
        }

        var (indoor, outdoor) = (Says(facts, "indoor"), Says(facts, "outdoor"));
        return (indoor.Holds, outdoor.Holds) switch
        {
            (true, true) => new Classification(IndoorOutdoor.Hybrid, ByTag, $"{indoor.What} and {outdoor.What}"),
            (true, _) => new Classification(IndoorOutdoor.Indoor, ByTag, indoor.What),
            (_, true) => new Classification(IndoorOutdoor.Outdoor, ByTag, outdoor.What),
            // "Not indoor" leaves nothing but outdoor, and the other way round; "neither" is a contradiction.
            (false, null) => new Classification(IndoorOutdoor.Outdoor, ByTag, indoor.What),
            (null, false) => new Classification(IndoorOutdoor.Indoor, ByTag, outdoor.What),
            _ => null,
        };
    }

    /// <summary>An attribute <c>indoor</c> or <c>isIndoor</c>, or a tag INDOOR: true, false, or not stated. A tag without a value is there because it holds.</summary>
    private static (bool? Holds, string What) Says(EntityFacts facts, string word)
    {
        foreach (var name in new[] { word, "is" + char.ToUpperInvariant(word[0]) + word[1..] })
        {
            if (facts.Attributes is { } attributes && attributes.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return (value.GetBoolean(), $"attribute {name} = {(value.GetBoolean() ? "true" : "false")}");
            }
        }

        if (EntityTags.Find(facts.Tags, word) is not { } tag)
        {
            return (null, "");
        }

        return !tag.Has("value") || tag.GetProperty("value").ValueKind == JsonValueKind.True ? (true, $"tag {word.ToUpperInvariant()}")
            : tag.GetProperty("value").ValueKind == JsonValueKind.False ? (false, $"tag {word.ToUpperInvariant()} = false")
            : (null, "");
    }

    // RIDE is what collectors say when they know nothing: no evidence. Shows are held in halls and on squares alike.
    private static Classification? OfType(EntityFacts facts) => facts switch
    {
        { AttractionType: "PARADE" } => new Classification(IndoorOutdoor.Outdoor, ByType, "type PARADE"),
        { AttractionType: "TRANSPORT" } => new Classification(IndoorOutdoor.Outdoor, ByType, "type TRANSPORT"),
        { EntityType: "HOTEL" } => new Classification(IndoorOutdoor.Indoor, ByType, "type HOTEL"),
        _ => null,
    };

    private static Classification? OfName(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var words = $" {NameNormalizer.Normalize(name)} ";
        var plain = (Indoor: Word(words, "indoor"), Outdoor: Word(words, "outdoor"));
        if (plain.Indoor || plain.Outdoor)
        {
            return plain switch
            {
                (true, true) => new Classification(IndoorOutdoor.Hybrid, ByPlainName, "name says indoor and outdoor"),
                (true, _) => new Classification(IndoorOutdoor.Indoor, ByPlainName, "name says indoor"),
                _ => new Classification(IndoorOutdoor.Outdoor, ByPlainName, "name says outdoor"),
            };
        }

        var indoor = Array.Find(IndoorWords, word => Word(words, word));
        var outdoor = Array.Find(OutdoorWords, word => Word(words, word));
        return (indoor, outdoor) switch
        {
            (not null, not null) => new Classification(IndoorOutdoor.Unknown, 0, $"name words '{indoor}' and '{outdoor}' disagree"),
            (not null, _) => new Classification(IndoorOutdoor.Indoor, ByNameWord, $"name word '{indoor}'"),
            (_, not null) => new Classification(IndoorOutdoor.Outdoor, ByNameWord, $"name word '{outdoor}'"),
            _ => null,
        };
    }

    private static bool Word(string words, string word) => words.Contains($" {word} ", StringComparison.Ordinal);
}
