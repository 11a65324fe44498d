using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Import.Legacy;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Modules.Import.Pipeline;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Sources;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Modules.Import;

/// <summary>History from the archive: list, fetch, read, decide, match, write, checkpoint.</summary>
public static class ImportModule
{
    public static IServiceCollection AddImport(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddArchiveSources(configuration);
        services.AddSingleton(new DayFileLimits());
        services.AddSingleton<DayFileReader>();
        services.AddSingleton<RawManifest>();
        services.AddSingleton<IRawHoldings, RawHoldings>();
        services.AddSingleton<RunStore>();
        services.AddSingleton<FileRecords>();
        services.AddSingleton<UnmatchedRecords>();
        services.AddSingleton<IArchiveState, ArchiveState>();
        services.AddSingleton<IImportWatch, ImportWatch>();
        services.AddMetrics();
        services.AddSingleton<ImportMeters>();
        services.AddSingleton<IMetricSource, ImportMetrics>();
        services.AddSingleton<CatalogueNames>();
        services.AddSingleton(ImportOptions.From(configuration));
        services.AddSettings(ImportOptions.Section, provider => provider.GetRequiredService<ImportOptions>());
        services.AddSingleton(LegacyOptions.From(configuration));
        services.AddSettings(LegacyOptions.Section, provider => provider.GetRequiredService<LegacyOptions>());
        services.AddSingleton<LegacySource>();
        services.AddSingleton<LegacyStore>();
        services.AddSingleton<LegacyDays>();
        services.AddSingleton<LegacyTables>();
        services.AddSingleton<LegacyWatermarks>();

        // These speak for the caller of their scope.
        services.AddScoped<ImportReads>();
        services.AddScoped<RunControl>();
        services.AddScoped<RunStops>();
        services.AddScoped<RunRestarts>();
        services.AddScoped<Replays>();
        services.AddScoped<UnmatchedReads>();
        services.AddScoped<UnmatchedResolver>();
        services.AddScoped<BulkDecisions>();
        services.AddScoped<ArchiveDestinations>();
        services.AddScoped<LegacyControl>();
        services.AddScoped<LegacyReads>();
        services.AddScoped<LegacyRideMatching>();
        services.AddScoped<DayReplay>();
        services.AddScoped<IDayReplay>(provider => provider.GetRequiredService<DayReplay>());
        services.AddScoped<ICheckup, RawCheckup>();
        services.AddScoped<ICheckup, HoldingsCheckup>();

        // One set per job run.
        services.AddScoped<RunMeter>();
        services.AddScoped<FileStage>();
        services.AddScoped<DayStage>();
        services.AddScoped<ListingStage>();
        services.AddScoped<ImportRunner>();
        services.AddScoped<LegacyCopier>();
        services.AddScoped<LegacyVerifier>();
        services.AddScoped<LegacyWriteBack>();
        services.AddScoped<LegacySwap>();
        return services.AddMediator(typeof(ImportModule).Assembly).AddCarter(typeof(ImportModule).Assembly);
    }
}
