using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;

namespace ThemePark.Modules.Analytics;

/// <summary>Rollups by park-local day, and what is read from them: rankings, trends, charts, year over year.</summary>
public static class AnalyticsModule
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<ParkDirectory>();
        services.AddSingleton<ParkDays>();
        services.AddSingleton<Scope.Reader>();
        services.AddSingleton<RideRanking>();
        services.AddSingleton<RideHistory>();
        services.AddSingleton<ParkRanking>();
        services.AddSingleton<GridReader>();
        services.AddSingleton<LiveBoard>();
        services.AddSingleton<ParkSums>();
        services.AddSingleton<RideSums>();
        services.AddSingleton<ParkCharts>();
        return services.AddMediator(typeof(AnalyticsModule).Assembly).AddCarter(typeof(AnalyticsModule).Assembly);
    }
}
