using System.Globalization;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Host.Console.Imports;

internal static class ImportWords
{

    /// <summary>The days an import is about.</summary>
    public static string Days(ImportView import) => import is { StartDate: null, EndDate: null }
        ? "all"
        : string.Create(CultureInfo.InvariantCulture, $"{import.StartDate:yyyy-MM-dd} to {import.EndDate:yyyy-MM-dd}").Trim();
}
