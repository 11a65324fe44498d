using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Raw;

namespace ThemePark.Modules.Import.Sources;

internal static class ArchiveSourcesRegistration
{
    /// <summary>All singletons: the limit on downloads, the breaker and the connections are per process. Settings are read at first use, and by whoever serves at the start.</summary>
    public static IServiceCollection AddArchiveSources(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ArchiveOptions>().Configure(o => o.Read(configuration)).ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<IOptions<ArchiveOptions>>().Value);
        services.AddSettings(ArchiveOptions.Section, provider => provider.GetRequiredService<ArchiveOptions>());
        services.AddSingleton<SourceGuard>();
        services.AddSingleton(s => new RawStore(s.GetRequiredService<ArchiveOptions>().RawPath!, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(Choose);
        services.AddSingleton<ArchiveFetcher>();
        return services;
    }

    private static IArchiveSource Choose(IServiceProvider services)
    {
        var options = services.GetRequiredService<ArchiveOptions>();
        var log = services.GetRequiredService<ILogger<DirectoryArchiveSource>>();
        return options switch
        {
            { Directory: { } directory } => new DirectoryArchiveSource("directory", directory, log),
            { Bucket: not null } => ActivatorUtilities.CreateInstance<S3ArchiveSource>(services),
            _ => new DirectoryArchiveSource("sample", options.SamplePath!, log),
        };
    }
}
