using System.Text.RegularExpressions;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>
/// Where the legacy table is and what it has. SQL for the existing warehouse names its tables behind <c>legacy.</c>, which stands for that database,
/// whatever its name is; no table of ours is meant there.
/// </summary>
/// <param name="Source">host:port/database.</param>
/// <param name="Database">The existing warehouse's database.</param>
/// <param name="IsFrozen">The table has been renamed by a swap.</param>
/// <param name="HasView">A view stands in the table's place.</param>
/// <param name="Columns">Of the table, in lower case.</param>
/// <param name="HasTimeIndex">An index begins with recorded_at.</param>
internal sealed partial record LegacyTable(
    string Source, string Database, bool IsFrozen, bool HasView, IReadOnlySet<string> Columns, bool HasTimeIndex, bool HasQueues, bool IsPartitioned)
{
    /// <summary>The text with the table as it is named now.</summary>
    public string Sql(string text) => Of(Database, IsFrozen ? text.Replace(Live, Live + "_legacy", StringComparison.Ordinal) : text);

    /// <summary>The table's own name, as it is now.</summary>
    public string Name => Live["legacy.".Length..] + (IsFrozen ? "_legacy" : "");

    /// <summary>The text with the names as they are written.</summary>
    public static string Of(string database, string text) => Prefix().Replace(text, Identifier.Quote(database) + ".");

    /// <summary>The column, or what stands for it in a table that lacks it.</summary>
    public string Column(string name, string otherwise) => Columns.Contains(name) ? "s." + name : otherwise;

    private const string Live = "legacy.ride_status_snapshots";

    [GeneratedRegex(@"\blegacy\.(?=\w)")]
    private static partial Regex Prefix();
}

/// <summary>The existing warehouse is not as it has to be; the message names what is missing.</summary>
internal sealed class LegacyLayoutException(string message) : Exception(message);
