using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ThemePark.Modules.Collection.Upstream;

internal static class UpstreamRegistration
{
    // Some 120 destinations of 0.1 to 0.5 MB each.
    private const int MostBodies = 512;
    private const long MostBodyBytes = 64L * 1024 * 1024;

    /// <summary>The client; what it shares is per process. Settings are checked when the host starts.</summary>
    public static IServiceCollection AddUpstream(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<UpstreamOptions>().Configure(o => o.Read(configuration)).ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<IOptions<UpstreamOptions>>().Value);
        services.AddSingleton<UpstreamGuard>();
        services.AddSingleton(_ => new RememberedBodies(MostBodies, MostBodyBytes));
        services.AddHttpClient<UpstreamClient>(c => c.Timeout = Timeout.InfiniteTimeSpan)
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
