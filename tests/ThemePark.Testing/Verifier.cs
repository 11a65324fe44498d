using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace ThemePark.Testing;

/// <summary>
/// Approved output, with the files and habits of Verify: <c>Class.method.verified.txt</c> beside the test is the truth; on a difference
/// <c>Class.method.received.txt</c> is written and the test fails. Accept by renaming it.
/// </summary>
public static partial class Verifier
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Compares text, or the indented JSON of any other value. Guids and instants become <c>Guid_1</c>, <c>Instant_1</c> in order of appearance.</summary>
    /// <remarks>Give a name to tell several calls in one test apart; turn scrubbing off when guids and instants are the point.</remarks>
    public static async Task Verify(
        object value, string? name = null, bool scrub = true, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        var text = (value as string ?? JsonSerializer.Serialize(value, Options)).ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (scrub)
        {
            text = Number(text, "Instant", Instant());
            text = Number(text, "Guid", Guid());
        }

        file = OnDisk(file);
        var stem = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{member}{(name is null ? "" : $".{name}")}");
        var verified = $"{stem}.verified.txt";
        var received = $"{stem}.received.txt";
        var expected = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).ReplaceLineEndings("\n") : null;
        if (text == expected)
        {
            File.Delete(received);
            return;
        }

        await File.WriteAllTextAsync(received, text);
        throw new XunitException(expected is null
            ? $"{verified} does not exist. Received:\n{text}\nIf this is right: mv {received} {verified}"
            : $"{FirstDifference(expected, text)}\nIf the new text is right: mv {received} {verified}");
    }

    /// <summary>A build for continuous integration writes <c>/_/</c> in place of the repository's path.</summary>
    private static string OnDisk(string file)
    {
        const string Mapped = "/_/";
        return file.StartsWith(Mapped, StringComparison.Ordinal) ? Checkout.PathTo(file[Mapped.Length..]) : file;
    }

    private static string Number(string text, string word, Regex pattern)
    {
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        return pattern.Replace(text, match =>
        {
            seen.TryAdd(match.Value, seen.Count + 1);
            return string.Create(CultureInfo.InvariantCulture, $"{word}_{seen[match.Value]}");
        });
    }

    private static string FirstDifference(string expected, string received)
    {
        var (left, right) = (expected.Split('\n'), received.Split('\n'));
        var line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line])
        {
            line++;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"line {line + 1} differs\nverified: {left.ElementAtOrDefault(line) ?? "(end)"}\nreceived: {right.ElementAtOrDefault(line) ?? "(end)"}");
    }

    [GeneratedRegex(@"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Guid();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", RegexOptions.CultureInvariant)]
    private static partial Regex Instant();
}
