using System.Buffers;

namespace ThemePark.Modules.Import.Sources;

/// <summary>Why a listed object is not imported.</summary>
internal static class SkipReasons
{
    public const string NotADayFile = "NOT_A_DAY_FILE";
    public const string BadDate = "BAD_DATE";
    public const string BadDestination = "BAD_DESTINATION";
    public const string FolderMarker = "FOLDER_MARKER";

    /// <summary><c>destinations.json</c> at the root: read as the catalogue, not as a day.</summary>
    public const string Catalogue = "CATALOGUE";

    /// <summary>The same day under another spelling of the destination; the lower-case spelling wins.</summary>
    public const string DuplicateDay = "DUPLICATE_DAY";

    /// <summary>A linked folder, or a link that leads out of the directory.</summary>
    public const string LinkRefused = "LINK_REFUSED";
}

/// <summary>Reads <c>&lt;uuid&gt;/&lt;yyyy&gt;/&lt;mm&gt;/&lt;dd&gt;.json.gz</c>, strictly: a lenient parser would put a day under a wrong date.</summary>
internal readonly record struct ArchiveKey(Guid? DestinationUuid, DateOnly? Day, string? SkipReason)
{
    public const string Catalogue = "destinations.json";
    private const string Suffix = ".json.gz";
    private static readonly SearchValues<char> UuidCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    public static ArchiveKey Parse(string key)
    {
        var slash = key.IndexOf('/');
        var destination = slash > 0 ? ParseDestination(key.AsSpan(0, slash)) : null;
        if (key.EndsWith('/'))
        {
            return new ArchiveKey(destination, null, SkipReasons.FolderMarker);
        }

        if (key == Catalogue)
        {
            return new ArchiveKey(null, null, SkipReasons.Catalogue);
        }

        Span<Range> parts = stackalloc Range[5];
        var path = key.AsSpan();
        if (path.Split(parts, '/') != 4
            || !path[parts[3]].EndsWith(Suffix, StringComparison.Ordinal)
            || !IsNumber(path[parts[1]])
            || !IsNumber(path[parts[2]])
            || !IsNumber(path[parts[3]][..^Suffix.Length]))
        {
            return new ArchiveKey(destination, null, SkipReasons.NotADayFile);
        }

        if (destination is null)
        {
            return new ArchiveKey(null, null, SkipReasons.BadDestination);
        }

        return ParseDay(path[parts[1]], path[parts[2]], path[parts[3]][..^Suffix.Length]) is { } day
            ? new ArchiveKey(destination, day, null)
            : new ArchiveKey(destination, null, SkipReasons.BadDate);
    }

    /// <summary>Upper and lower case are one destination. Guid's own parser is not used alone: it takes blanks and signs.</summary>
    public static Guid? ParseDestination(ReadOnlySpan<char> text)
    {
        if (text.Length != 36 || text.ContainsAnyExcept(UuidCharacters))
        {
            return null;
        }

        return Guid.TryParseExact(text, "D", out var uuid) && uuid != Guid.Empty ? uuid : null;
    }

    private static DateOnly? ParseDay(ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> day)
    {
        if (year.Length != 4 || month.Length != 2 || day.Length != 2)
        {
            return null;
        }

        var (y, m, d) = (Value(year), Value(month), Value(day));
        return y >= 1 && m is >= 1 and <= 12 && d >= 1 && d <= DateTime.DaysInMonth(y, m) ? new DateOnly(y, m, d) : null;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    private static int Value(ReadOnlySpan<char> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
