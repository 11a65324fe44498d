using System.Text.Json;
using System.Text.RegularExpressions;

namespace ThemePark.BuildingBlocks;

internal static partial class Names
{
    /// <summary><c>Items[0].StartDate</c> becomes <c>items[0].start_date</c>.</summary>
    public static string SnakeCasePath(string path) =>
        Identifier().Replace(path, m => JsonNamingPolicy.SnakeCaseLower.ConvertName(m.Value));

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Identifier();
}
