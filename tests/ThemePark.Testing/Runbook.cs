using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using ThemePark.BuildingBlocks;
using Xunit.Sdk;

namespace ThemePark.Testing;

/// <summary>The errors of <c>docs/runbook.md</c>, as it writes them down: a heading for the code, then lines for messages, cause and cure.</summary>
public static partial class Runbook
{
    /// <summary>By code.</summary>
    public static IReadOnlyDictionary<string, RunbookError> Errors { get; } = Read(Text);

    /// <summary>The whole page.</summary>
    public static string Text => Page("runbook.md");

    /// <summary>Another page of <c>docs</c>, by its name.</summary>
    public static string Page(string name) => File.ReadAllText(Path.Combine(Path.GetDirectoryName(Find())!, name));

    /// <summary>Fails unless the page has this message under this code, for this place, and what was emitted is such a message.</summary>
    /// <param name="code">The heading.</param>
    /// <param name="message">The message as the page has it: <c>…</c> stands for anything. A test says with it which message it provokes.</param>
    /// <param name="where">An HTTP status, or the word the page has for where else it is told.</param>
    /// <param name="emitted">What the product said.</param>
    public static void ShouldExplain(string code, string message, string where, string? emitted)
    {
        if (!Errors.TryGetValue(code, out var error))
        {
            throw new XunitException($"docs/runbook.md has no heading {code}.");
        }

        if (!error.Messages.Contains(new RunbookMessage(where, message)))
        {
            throw new XunitException($"docs/runbook.md does not have this message of {code} for {where}: {message}");
        }

        if (emitted is null || !Pattern(message).IsMatch(emitted))
        {
            throw new XunitException($"docs/runbook.md says of {code}\n  {message}\nand the product says\n  {emitted}");
        }
    }

    /// <summary>As the other, of an answer of the API that is an error.</summary>
    public static void ShouldExplain(this JsonElement answer, string code, string message, int status)
    {
        var error = answer.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code, answer.ToString());
        ShouldExplain(code, message, status.ToString(CultureInfo.InvariantCulture), error.GetProperty("message").GetString());
    }

    /// <summary>As the other, of what a verb ends with.</summary>
    public static void ShouldExplain(this Failure? failure, string code, string message, string where)
    {
        failure.ShouldNotBeNull().Code.ShouldBe(code, failure.Message);
        ShouldExplain(code, message, where, failure.Message);
    }

    private static Regex Pattern(string message) =>
        new($"^{string.Join(".*", message.Split('…').Select(Regex.Escape))}$", RegexOptions.Singleline | RegexOptions.CultureInvariant);

    private static Dictionary<string, RunbookError> Read(string page)
    {
        var errors = new Dictionary<string, RunbookError>(StringComparer.Ordinal);
        foreach (var section in Heading().Split(page).Skip(1).Chunk(2))
        {
            // Up to whatever heading comes next.
            var text = section[1].Split("\n#", 2)[0];
            var messages = Message().Matches(text).Select(m => new RunbookMessage(m.Groups["where"].Value, m.Groups["message"].Value.Trim())).ToList();
            if (!errors.TryAdd(section[0], new RunbookError(messages, Word("Cause", text), Word("Cure", text))))
            {
                throw new XunitException($"docs/runbook.md has the heading {section[0]} twice.");
            }
        }

        return errors;
    }

    private static string? Word(string word, string text) => Regex.Match(text, $@"^- \*\*{word}\*\* (?<text>\S.+)$", RegexOptions.Multiline) is { Success: true } match ? match.Groups["text"].Value : null;

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var page = Path.Combine(directory.FullName, "docs", "runbook.md");
            if (File.Exists(page))
            {
                return page;
            }
        }

        throw new XunitException($"No docs/runbook.md above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^### `(?<code>[A-Z_]+)`$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    // Backticks within a message are kept by two around it.
    [GeneratedRegex(@"^- \*\*(?<where>[^*]+)\*\* (?<ticks>``?)(?<message>.+)\k<ticks>$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Message();
}

/// <summary>What the runbook says of one code.</summary>
/// <param name="Cause">Null when it does not say.</param>
/// <param name="Cure">Null when it does not say.</param>
public sealed record RunbookError(IReadOnlyList<RunbookMessage> Messages, string? Cause, string? Cure);

/// <param name="Where">An HTTP status, or where else it is told.</param>
/// <param name="Text">With <c>…</c> for what differs.</param>
public sealed record RunbookMessage(string Where, string Text);
