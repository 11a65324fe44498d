using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Features;

namespace ThemePark.Modules.Operations.Watching;

internal static class WatchServices
{
    /// <summary>The watch, and the recorder of what this node sees of itself.</summary>
    public static IServiceCollection AddWatching(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WatchOptions>().Bind(configuration.GetSection(WatchOptions.Section)).ValidateDataAnnotations()
            .Validate(o => o.IsInOrder, "In Watch, what fails must be no better than what warns.")
            .ValidateOnStart();
        services.AddSettings<WatchOptions>(WatchOptions.Section);
        services.AddSingleton<Traffic>();
        services.AddSingleton<IStartupFilter, TrafficCount>();
        services.AddSingleton<ErrorLines>();
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<ErrorLines>());
        services.AddSingleton<NodeMinutes>();
        services.AddSingleton<NodeRecorder>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<NodeRecorder>());
        services.AddSingleton<WatchStore>();
        services.AddSingleton<WatchReports>();
        services.AddScoped<WatchControl>();
        services.AddScoped<Sampler>();
        return services.AddRecurring(
            "watch", new SampleWatch.Command(), "*/30 * * * *", "Looks at the release under watch, and forgets what nodes wrote about themselves more than 30 days ago.");
    }
}
