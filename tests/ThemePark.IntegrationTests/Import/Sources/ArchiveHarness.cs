using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Import.Sources;

namespace ThemePark.IntegrationTests.Import.Sources;

/// <summary>The module's own registration, with waits short enough for tests.</summary>
internal sealed class ArchiveHarness : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("themepark-raw-").FullName;
    private readonly ServiceProvider _services;

    public ArchiveHarness(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Archive:RawPath"] = _folder,
            ["Archive:RetryDelay"] = "00:00:00.010",
            ["Archive:ConnectTimeout"] = "00:00:02",
            ["Archive:ReadTimeout"] = "00:00:10",
        };
        foreach (var (name, value) in settings)
        {
            values[$"Archive:{name}"] = value;
        }

        _services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddArchiveSources(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .BuildServiceProvider();
    }

    public IArchiveSource Source => _services.GetRequiredService<IArchiveSource>();

    public ArchiveFetcher Fetcher => _services.GetRequiredService<ArchiveFetcher>();

    public SourceGuard Guard => _services.GetRequiredService<SourceGuard>();

    public RawStore Raw => _services.GetRequiredService<RawStore>();

    public async Task<List<ArchiveObject>> ListAsync(Guid? destination = null, DateOnly? from = null, DateOnly? to = null) =>
        await Source.ListAsync(destination, from, to, CancellationToken.None).ToListAsync();

    public Task<FetchedObject> FetchAsync(ArchiveObject o) => Fetcher.FetchAsync(o, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
