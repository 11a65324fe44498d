namespace ThemePark.Host.Console.Unmatched;

internal static class UnmatchedWords
{
    public static readonly string[] BulkActions = ["map", "create", "ignore"];

    /// <summary>What proposed a candidate.</summary>
    public static string By(string method) => method switch
    {
        "PHONETIC" => "sounds alike",
        "FUZZY" => "spelled alike",
        "EXACT_NAME" => "same name",
        "NAME_ALIAS" => "another name of it",
        _ => method,
    };

    /// <summary>What is about to be done, as a question.</summary>
    public static string Question(string action, string entity, string? ride) => action switch
    {
        "MAP" => $"Map {entity} to {ride}?",
        "ALIAS" => $"Make {entity} another name of {ride}?",
        "CREATE" => $"Create a ride for {entity}?",
        _ => $"Ignore {entity}?",
    };

    /// <summary>What that means.</summary>
    public static string Consequence(string action) => action switch
    {
        "MAP" => "Everything upstream says under this id becomes the ride's, now and in future imports.",
        "ALIAS" => "The ride gets this name as another of its own, and this id becomes the ride's: other ids with the name are recognised as well.",
        "CREATE" => "The catalogue gets a new ride with this id and name.",
        _ => "It leaves the list and gets no rows. It comes back by itself when it is seen much more often, and can be reopened or resolved another way.",
    };
}
