using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Curation;
using ThemePark.Modules.Metadata.Features;
using ThemePark.Modules.Metadata.Mapping;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.Modules.Metadata.Searching;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.MySql;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata;

/// <summary>The catalogue: who is who among destinations, parks and rides, and their facts. Needs a <see cref="MySqlDatabase"/> in the container.</summary>
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
        services.AddSingleton<RideWords>();
        services.AddUpstream(configuration);
        services.AddSingleton<SyncStates>();
        services.AddSingleton<IMetadataSync>(provider => provider.GetRequiredService<SyncStates>());
        services.AddScoped<SyncQueue>();
        // One per job run: the client belongs to its scope.
        services.AddScoped<EntityDetails>();
        services.AddScoped<ScopeSync>();
        services.AddScoped<MetadataSync>();
        services.AddRecurring("metadata", new SyncMetadata.Command(), "0 3 * * *", "Takes over what upstream says of parks and entities.");
        return services.AddMediator(typeof(MetadataModule).Assembly).AddCarter(typeof(MetadataModule).Assembly);
    }
}
