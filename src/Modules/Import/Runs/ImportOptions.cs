using Microsoft.Extensions.Configuration;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Bound from <c>Import:*</c>. <c>IMPORT_CHECKPOINT_INTERVAL</c> stands in for CheckpointInterval.</summary>
internal sealed class ImportOptions
{
    public const string Section = "Import";

    /// <summary>Replace or Fill: what the archive does with live rows of its days.</summary>
    public OverlapPolicy OnOverlap { get; set; } = OverlapPolicy.Replace;

    /// <summary>
    /// Files after which the run row takes its figures at once, besides once a second. What is imported needs no such checkpoint: every
    /// day commits with the record of its file.
    /// </summary>
    [Setting(Alias = "IMPORT_CHECKPOINT_INTERVAL")]
    public int CheckpointInterval { get; set; } = 10;

    /// <exception cref="SettingException">The interval is no number from 1 to 100000.</exception>
    public static ImportOptions From(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<ImportOptions>() ?? new ImportOptions();
        if (configuration["Import:CheckpointInterval"] is null)
        {
            options.CheckpointInterval = configuration.GetValue("IMPORT_CHECKPOINT_INTERVAL", options.CheckpointInterval);
        }

        return options.CheckpointInterval is >= 1 and <= 100_000
            ? options
            : throw new SettingException($"Setting Import:CheckpointInterval must be 1 to 100000; it is {options.CheckpointInterval}.");
    }
}
