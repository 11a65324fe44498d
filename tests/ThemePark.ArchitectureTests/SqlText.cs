using System.Text.RegularExpressions;

namespace ThemePark.ArchitectureTests;

/// <summary>Finds table names in SQL text. It relies on the house style: keywords in upper case, names in lower case.</summary>
internal static partial class SqlText
{
    /// <summary>
    /// The tables of <paramref name="known"/> a text uses as tables: behind a keyword that takes one, in the comma list of a FROM, or, for
    /// the names no column or message would carry (two words and more), alone or anywhere in a statement.
    /// </summary>
    /// <remarks>A name behind <c>legacy.</c> is a table of an existing warehouse, in a database that is not ours.</remarks>
    public static IReadOnlySet<string> Tables(string text, IEnumerable<string> known)
    {
        text = Foreign().Replace(text, "legacy");
        var names = known.ToHashSet(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match match in AfterKeyword().Matches(text))
        {
            used.UnionWith(match.Groups["table"].Captures.Select(c => c.Value));
        }

        if (IsStatement(text) || !text.Contains(' ', StringComparison.Ordinal))
        {
            used.UnionWith(Word().Matches(text).Select(w => w.Value).Where(w => w.Contains('_', StringComparison.Ordinal)));
        }

        used.IntersectWith(names);
        return used;
    }

    /// <summary>Names behind CREATE TABLE.</summary>
    public static IEnumerable<string> Created(string text) => Create().Matches(text).Select(m => m.Groups["table"].Value);

    public static bool IsStatement(string text) => Statement().IsMatch(text);

    /// <summary>A statement whose keywords are in lower case would pass every rule unseen.</summary>
    public static bool IsLowerCaseStatement(string text) => LowerCaseStatement().IsMatch(text);

    public static string WithoutComments(string sql) => Comment().Replace(sql, "");

    [GeneratedRegex(@"\b(FROM|JOIN|INTO|(?<!KEY )UPDATE|TABLE|REFERENCES|TRUNCATE(?!\s+TABLE))\s+(IF\s+(NOT\s+)?EXISTS\s+)?`?(?<table>\w+)`?(\s+(AS\s+)?[a-z]\w*)?(\s*,\s*`?(?<table>\w+)`?(\s+(AS\s+)?[a-z]\w*)?)*")]
    private static partial Regex AfterKeyword();

    [GeneratedRegex(@"\bCREATE\s+TABLE\s+(IF\s+NOT\s+EXISTS\s+)?`?(?<table>\w+)`?")]
    private static partial Regex Create();

    [GeneratedRegex(@"\b(SELECT|INSERT|UPDATE|DELETE|REPLACE|ALTER|CREATE|DROP|TRUNCATE|LOAD|RENAME)\s")]
    private static partial Regex Statement();

    [GeneratedRegex(@"^\s*(select\s[\s\S]+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|truncate\s+table|alter\s+table|create\s+table)\s")]
    private static partial Regex LowerCaseStatement();

    [GeneratedRegex(@"\blegacy\.\w+")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"--[^\n]*|COMMENT\s+'[^']*'")]
    private static partial Regex Comment();
}
