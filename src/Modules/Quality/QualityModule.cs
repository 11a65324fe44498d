using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Quality;

/// <summary>Data quality: detectors, issues and their workflow, coverage, and how healthy the warehouse is.</summary>
public static class QualityModule
{
    public static IServiceCollection AddQuality(this IServiceCollection services, IConfiguration configuration) =>
        services.AddMediator(typeof(QualityModule).Assembly).AddCarter(typeof(QualityModule).Assembly);
}
