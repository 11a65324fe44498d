namespace ThemePark.Host.Console.Calendar;

/// <summary>The states of a day for people: a letter for a cell, a word for everything else.</summary>
internal static class CalendarWords
{
    /// <summary>State, letter, class of the stylesheet, meaning; in the order of the legend.</summary>
    public static IReadOnlyList<(string State, string Letter, string Kind, string Meaning)> All { get; } =
    [
        ("FULL", "F", "full", "held"),
        ("PARTIAL", "P", "partial", "held in part"),
        ("NONE", "N", "none", "missing"),
        ("NOT_EXPECTED", "-", "not-expected", "nothing is expected"),
        ("UNKNOWN", "?", "not-known", "nobody knows"),
    ];

    public static string Legend { get; } = string.Join(", ", All.Select(w => $"{w.Letter} {w.Meaning}"));

    public static string Letter(string state) => Of(state).Letter;

    public static string Kind(string state) => Of(state).Kind;

    public static string Meaning(string state) => Of(state).Meaning;

    private static (string State, string Letter, string Kind, string Meaning) Of(string state) => All.First(w => w.State == state);
}
