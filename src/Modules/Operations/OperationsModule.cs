using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Modules.Operations.Deploying;
using ThemePark.Modules.Operations.Features;
using ThemePark.Modules.Operations.Maintenance;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Modules.Operations;

/// <summary>Running the warehouse in production: maintenance, backups, deployments, and the watch over a new release.</summary>
public static class OperationsModule
{
    public static IServiceCollection AddOperations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Switches>();
        services.AddSingleton<SwitchBoard>();
        services.AddSingleton<MaintenanceReader>();
        services.AddOptions<BackupOptions>().Bind(configuration.GetSection(BackupOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<BackupOptions>(BackupOptions.Section);
        services.AddSingleton<BackupStore>();
        services.AddScoped<BinaryLog>();
        services.AddScoped<Reaches>();
        services.AddScoped<RollForward>();
        services.AddScoped<BackupMaker>();
        services.AddScoped<BackupVerifier>();
        services.AddScoped<BackupRestorer>();
        services.AddOptions<DeployOptions>().Bind(configuration.GetSection(DeployOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<DeployOptions>(DeployOptions.Section);
        services.AddSingleton<Releases>();
        services.AddScoped<PreflightSteps>();
        services.AddScoped<BackupSteps>();
        services.AddScoped<SchemaSteps>();
        services.AddScoped<SwitchSteps>();
        services.AddScoped<AfterSteps>();
        services.AddScoped<DeployPlan>();
        services.AddScoped<DeployRunner>();
        services.AddHttpClient<ServiceProbe>().ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        services.AddRecurring(
            "backup", new CreateBackup.Command("weekly"), "30 1 * * SUN", "Copies the database, restores the copy into a scratch server, and removes old backups.");
        services.AddWatching(configuration);
        return services.AddMediator(typeof(OperationsModule).Assembly).AddCarter(typeof(OperationsModule).Assembly);
    }

    /// <summary>Refuses what must not be served in a maintenance. Outside of routing, inside of what makes errors and correlation ids.</summary>
    public static IApplicationBuilder UseOperations(this IApplicationBuilder app) => app.UseMiddleware<MaintenanceGate>();
}
