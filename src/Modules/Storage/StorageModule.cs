using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Alerts;
using ThemePark.Modules.Storage.Contracts;
using ThemePark.Modules.Storage.Features;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage;

/// <summary>How big the warehouse is, how it grows, and when its disk is full.</summary>
public static class StorageModule
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSettings<StorageOptions>(StorageOptions.Section);
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptions.Rules>();
        services.AddSingleton(new ThisMachine(Environment.MachineName));
        services.AddSingleton<StorageMeter>();
        services.AddSingleton<MeasurementStore>();
        services.AddSingleton<Measurer>();
        services.AddSingleton<AlertStore>();
        services.AddSingleton<AlertCheck>();
        services.AddSingleton<IStorageOutlook, StorageOutlook>();
        services.AddSingleton<IHealthProbe, StorageProbe>();
        services.AddSingleton<IMetricSource, StorageMetrics>();
        services.AddHttpClient<AlertChannels>()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            // The factory's loggers write the address.
            .RemoveAllLoggers();
        services.AddRecurring("storage", new MeasureStorage.Command(), "0 2 * * *", "Measures what tables and partitions take on disk, and checks the alerts.");
        services.AddRecurring("storage-alerts", new CheckAlerts.Command(), "0 17 * * MON", "Compares the last measurement with the thresholds.");
        return services.AddMediator(typeof(StorageModule).Assembly).AddCarter(typeof(StorageModule).Assembly);
    }
}
