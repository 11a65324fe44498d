using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Calendar;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Detectors;
using ThemePark.Modules.Quality.Features;
using ThemePark.Modules.Quality.Issues;

namespace ThemePark.Modules.Quality;

/// <summary>Data quality: detectors, issues and their workflow, coverage, and how healthy the warehouse is.</summary>
public static class QualityModule
{
    public static IServiceCollection AddQuality(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QualityOptions>().Bind(configuration.GetSection(QualityOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<QualityOptions>(QualityOptions.Section);
        services.AddSingleton<IDetector, LiveGaps>();
        services.AddSingleton<IDetector, StaleParks>();
        services.AddSingleton<IDetector, Quarantine>();
        services.AddSingleton<IDetector, WrongParks>();
        services.AddSingleton<IDetector, Unmatched>();
        services.AddSingleton<IDetector, MetadataSyncs>();
        services.AddSingleton<IDetector, ArchiveGaps>();
        services.AddSingleton<IDetector, CorruptFiles>();
        services.AddSingleton<IDetector, ArchiveFindings>();
        services.AddSingleton<IDetector, RideGaps>();
        services.AddSingleton<IDetector, FrozenValues>();
        services.AddSingleton<IDetector, OutsideHours>();
        services.AddSingleton<IDetector, OddValues>();
        services.AddSingleton<IDetector, ThinDays>();
        services.AddSingleton<IDetector, CatalogueFields>();
        services.AddSingleton<IDetector, Detectors.LedgerCounts>();
        services.AddSingleton<Checker>();
        services.AddSingleton<IssueStore>();
        services.AddSingleton<IssueViews>();
        services.AddSingleton<CalendarReader>();
        services.AddSingleton<HealthReader>();
        services.AddSingleton<IHealthProbe, QualityProbe>();
        services.AddSingleton<IMetricSource, QualityMetrics>();
        services.AddSingleton<CheckQueue>();
        services.AddSingleton<ILedgerFollower>(provider => provider.GetRequiredService<CheckQueue>());
        services.AddRecurring("quality", new CheckQuality.Command(), "25 * * * *", "Looks for gaps, stale parks and what cannot be stored.");
        services.AddRecurring("quality-daily", new CheckQuality.Command { Depth = Depth.Daily }, "40 5 * * *", "Lets every detector look at the last days.");
        services.AddRecurring("quality-weekly", new CheckQuality.Command { Depth = Depth.Whole }, "30 6 * * 0", "As the daily check, and counts all raw rows against the ledger.");
        return services.AddMediator(typeof(QualityModule).Assembly).AddCarter(typeof(QualityModule).Assembly);
    }
}
