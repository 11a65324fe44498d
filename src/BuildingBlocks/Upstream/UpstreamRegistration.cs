using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;

namespace ThemePark.Upstream;

/// <summary>Registers the client of upstream.</summary>
public static class UpstreamRegistration
{
    // Some 120 destinations of 0.1 to 0.5 MB each.
    private const int MostBodies = 512;
    private const long MostBodyBytes = 64L * 1024 * 1024;

    /// <summary>
    /// The client; what it shares is per process, whichever modules ask: to add it again changes nothing. Settings are checked when the host starts.
    /// </summary>
    public static IServiceCollection AddUpstream(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(s => s.ServiceType == typeof(UpstreamGuard)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<UpstreamOptions>().Configure(o => o.Read(configuration)).ValidateOnStart();
        services.AddSettings<UpstreamOptions>(UpstreamOptions.Section);
        services.AddSingleton(s => s.GetRequiredService<IOptions<UpstreamOptions>>().Value);
        services.AddSingleton<UpstreamGuard>();
        services.AddSingleton(_ => new RememberedBodies(MostBodies, MostBodyBytes));
        services.AddHttpClient(nameof(UpstreamClient), c => c.Timeout = Timeout.InfiniteTimeSpan)
            .AddTypedClient((http, s) => new UpstreamClient(
                http,
                s.GetRequiredService<UpstreamOptions>(),
                s.GetRequiredService<UpstreamGuard>(),
                s.GetRequiredService<RememberedBodies>(),
                s.GetRequiredService<TimeProvider>()))
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            // Connections have a lifetime of their own, so that changes of DNS are seen.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's loggers know the headers.
            .RemoveAllLoggers();
        return services;
    }

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        UseCookies = false,
    };
}
