using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Mapping;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.Modules.Metadata.Searching;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata;

/// <summary>The catalogue: who is who among destinations, parks and rides. Needs a <see cref="MySqlDatabase"/> in the container.</summary>
public static class MetadataModule
{
    /// <summary>Registers the contracts' implementations.</summary>
    public static IServiceCollection AddMetadata(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        DapperSetup.Register();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IEntityResolver, EntityResolver>();
        services.AddSingleton<ICatalogue, Catalogue>();
        services.AddSingleton<IRideMappings, RideMappings>();
        services.AddSingleton<ISearch, Search>();
        return services.AddMediator(typeof(MetadataModule).Assembly).AddCarter(typeof(MetadataModule).Assembly);
    }
}
