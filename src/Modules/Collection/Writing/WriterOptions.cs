using Microsoft.Extensions.Configuration;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Collection.Writing;

/// <summary>How the writer sends a day.</summary>
internal sealed record WriterOptions(int RowsPerLoad)
{
    private const int Default = 500_000;

    /// <summary><c>Import:BatchSize</c> or <c>IMPORT_BATCH_SIZE</c>: rows in one LOAD DATA; a day is one transaction whatever their number.</summary>
    /// <exception cref="SettingException">The setting is no number from 1 to a million.</exception>
    public static WriterOptions From(IConfiguration configuration)
    {
        var rows = configuration.GetValue<int?>("Import:BatchSize") ?? configuration.GetValue("IMPORT_BATCH_SIZE", Default);
        return rows is >= 1 and <= 1_000_000
            ? new WriterOptions(rows)
            : throw new SettingException($"Setting Import:BatchSize must be 1 to 1000000; it is {rows}.");
    }
}
