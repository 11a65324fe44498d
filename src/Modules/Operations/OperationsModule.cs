using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Modules.Operations;

/// <summary>Running the warehouse in production: maintenance, backups, deployments, and the watch over a new release.</summary>
public static class OperationsModule
{
    public static IServiceCollection AddOperations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Switches>();
        services.AddSingleton<SwitchBoard>();
        services.AddSingleton<MaintenanceReader>();
        return services.AddMediator(typeof(OperationsModule).Assembly).AddCarter(typeof(OperationsModule).Assembly);
    }

    /// <summary>Refuses what must not be served in a maintenance. Outside of routing, inside of what makes errors and correlation ids.</summary>
    public static IApplicationBuilder UseOperations(this IApplicationBuilder app) => app.UseMiddleware<MaintenanceGate>();
}
