using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Analytics.Features;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Analytics.Rollups;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Analytics;

/// <summary>Rollups by park-local day, and what is read from them: rankings, trends, charts, year over year.</summary>
public static class AnalyticsModule
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ParkDirectory>();
        services.AddSingleton<ParkDays>();
        services.AddOptions<AnalyticsOptions>().Bind(configuration.GetSection(AnalyticsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<AnalyticsOptions>(AnalyticsOptions.Section);
        services.AddSingleton<DataVersion>();
        services.AddSingleton<RevisionCache>();
        services.AddSingleton<Scope.Reader>();
        services.AddSingleton<RideRanking>();
        services.AddSingleton<RideHistory>();
        services.AddSingleton<ParkRanking>();
        services.AddSingleton<GridReader>();
        services.AddSingleton<LiveBoard>();
        services.AddSingleton<ParkSums>();
        services.AddSingleton<RideSums>();
        services.AddSingleton<ParkCharts>();
        services.AddSingleton<DirtyDays>();
        services.AddSingleton<RollupStore>();
        services.AddSingleton<RollupRunner>();
        services.AddSingleton<ILedgerFollower>(provider => provider.GetRequiredService<RollupRunner>());
        services.AddSingleton<IRollupProbe, RollupProbe>();
        services.AddSingleton<IMetricSource, RollupMetrics>();
        services.AddScoped<ICheckup, WatermarkCheckup>();
        services.AddScoped<ICheckup, FiguresCheckup>();
        services.AddScoped<ICheckup, AnswersCheckup>();
        services.AddRecurring("rollup", new RollUp.Command(), "2-59/5 * * * *", "Computes the figures of the days that have changed.");
        return services.AddMediator(typeof(AnalyticsModule).Assembly).AddCarter(typeof(AnalyticsModule).Assembly);
    }
}
