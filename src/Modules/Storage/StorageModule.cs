using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Storage;

/// <summary>How big the warehouse is, how it grows, and when its disk is full.</summary>
public static class StorageModule
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration) =>
        services.AddMediator(typeof(StorageModule).Assembly).AddCarter(typeof(StorageModule).Assembly);
}
