using System.Text.RegularExpressions;

namespace ThemePark.BuildingBlocks;

/// <summary>One statement of a script, without its semicolon.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Line">Line of its first word, from 1.</param>
/// <param name="Text">As written, inner comments included.</param>
public sealed record SqlStatement(int Number, int Line, string Text);

/// <summary>Splits MySQL scripts at the semicolons that end statements: not at those in strings, quoted names and comments.</summary>
public static partial class SqlScript
{
    /// <exception cref="FormatException">DELIMITER, or a string, name or comment without end; the message names the line.</exception>
    public static IReadOnlyList<SqlStatement> Split(string script)
    {
        var statements = new List<SqlStatement>();
        var start = -1; // of the current statement's first word
        var executableComments = 0;
        for (var i = 0; i < script.Length; i++)
        {
            var c = script[i];
            if (c is '/' && At(script, i + 1) is '*' && !IsExecutableComment(script, i))
            {
                i = End(script, i, "*/", "comment") + 1;
            }
            else if (IsLineComment(script, i))
            {
                var end = script.IndexOf('\n', i);
                i = end < 0 ? script.Length : end;
            }
            else if (c is ';' && executableComments is 0)
            {
                if (start >= 0)
                {
                    Add(start, i);
                    start = -1;
                }
            }
            else if (!char.IsWhiteSpace(c))
            {
                if (start < 0)
                {
                    start = i;
                    RefuseDelimiter(script, i);
                }

                switch (c)
                {
                    case '\'' or '"' or '`':
                        i = EndOfQuoted(script, i);
                        break;
                    case '/' when IsExecutableComment(script, i):
                        executableComments++;
                        break;
                    case '*' when executableComments > 0 && At(script, i + 1) is '/':
                        executableComments--;
                        break;
                }
            }
        }

        if (executableComments > 0)
        {
            throw new FormatException($"line {LineOf(script, start)}: the statement has a comment without end");
        }

        if (start >= 0)
        {
            Add(start, script.Length);
        }

        return statements;

        void Add(int from, int to) => statements.Add(new SqlStatement(statements.Count + 1, LineOf(script, from), script[from..to].TrimEnd()));
    }

    private static char At(string script, int index) => index < script.Length ? script[index] : '\0';

    // `/*! …` and MariaDB's `/*M! …` are code for some servers.
    private static bool IsExecutableComment(string script, int i) =>
        string.CompareOrdinal(script, i, "/*!", 0, 3) is 0 || string.CompareOrdinal(script, i, "/*M!", 0, 4) is 0;

    // MySQL wants white space after `--`: `5--1` is arithmetic.
    private static bool IsLineComment(string script, int i) =>
        script[i] is '#' || (script[i] is '-' && At(script, i + 1) is '-' && (i + 2 >= script.Length || char.IsWhiteSpace(script[i + 2])));

    private static int EndOfQuoted(string script, int open)
    {
        var quote = script[open];
        for (var i = open + 1; i < script.Length; i++)
        {
            if (script[i] is '\\' && quote is not '`')
            {
                i++;
            }
            else if (script[i] == quote)
            {
                if (At(script, i + 1) != quote)
                {
                    return i;
                }

                i++;
            }
        }

        throw new FormatException($"line {LineOf(script, open)}: {quote} without its end");
    }

    private static int End(string script, int from, string mark, string what)
    {
        var end = script.IndexOf(mark, from + 2, StringComparison.Ordinal);
        return end >= 0 ? end : throw new FormatException($"line {LineOf(script, from)}: {what} without end");
    }

    private static void RefuseDelimiter(string script, int i)
    {
        if (Delimiter().IsMatch(script, i))
        {
            throw new FormatException($"line {LineOf(script, i)}: DELIMITER is a command of the mysql client, not SQL; migrations have no stored programs");
        }
    }

    private static int LineOf(string script, int index) => script.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"\GDELIMITER\s", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Delimiter();
}
