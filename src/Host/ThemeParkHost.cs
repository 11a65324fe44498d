using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Console;
using ThemePark.Jobs;
using ThemePark.Modules.Analytics;
using ThemePark.Modules.Collection;
using ThemePark.Modules.Import;
using ThemePark.Modules.Metadata;
using ThemePark.Modules.Operations;
using ThemePark.Modules.Quality;
using ThemePark.Modules.Storage;

namespace ThemePark.Host;

/// <summary>Puts the host together. Every door starts here: <c>serve</c>, the other CLI verbs and the tests.</summary>
public static class ThemeParkHost
{
    public const string DefaultUrl = "http://localhost:5001";

    /// <summary>
    /// The API, ready to run; migrates when it starts, before it listens. <paramref name="configure"/> may add to the configuration, the
    /// services and the log. Disposing the result closes the database, and stops an embedded one.
    /// </summary>
    public static async Task<WebApplication> BuildServeAsync(
        string[] args, Action<WebApplicationBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        // Settings lie beside the program; data lies where the host was started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddThemeParkConsole(builder.Environment);
        configure?.Invoke(builder);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        var database = await HostDatabase.OpenAsync(
            builder.Configuration, logging => logging.AddThemeParkConsole(builder.Environment), cancellationToken);
        try
        {
            await builder.Services.AddSimulatedUpstreamAsync(builder.Configuration, cancellationToken);
            builder.Services.AddThemePark(database, builder.Configuration);
            builder.Services.AddCoreHttp();
            builder.Services.AddConsole(database.Data);
            builder.Services.AddHostedService<Preparation>();

            var app = builder.Build();
            app.Services.GetRequiredService<HostDatabase>();
            app.UseTrustedProxies();
            // Pages are refused by pages: the console has its own.
            app.UseCoreHttp(gates => gates.UseWhen(http => !http.Request.Path.StartsWithSegments(ConsoleSetup.Root), api => api.UseOperations()));
            app.UseConsole();
            app.UseDocs();
            return app;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node that runs jobs and listens on no port; prepared and disposed like <see cref="BuildServeAsync"/>.</summary>
    public static async Task<IHost> BuildWorkerAsync(CancellationToken cancellationToken = default)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddThemeParkConsole(builder.Environment);
        var database = await HostDatabase.OpenAsync(
            builder.Configuration, logging => logging.AddThemeParkConsole(builder.Environment), cancellationToken);
        try
        {
            await builder.Services.AddSimulatedUpstreamAsync(builder.Configuration, cancellationToken);
            builder.Services.AddThemePark(database, builder.Configuration);
            builder.Services.AddHostedService<Preparation>();
            var host = builder.Build();
            host.Services.GetRequiredService<HostDatabase>();
            return host;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Everything that is not HTTP: what a CLI verb needs. The container owns <paramref name="database"/> once it is resolved.
    /// </summary>
    public static IServiceCollection AddThemePark(this IServiceCollection services, HostDatabase database, IConfiguration configuration)
    {
        services.AddSingleton(_ => database);
        services.AddSingleton(provider => provider.GetRequiredService<HostDatabase>().Database);
        services.AddSingleton(database.Data);
        services.AddCore();
        services.AddHostSettings(configuration);
        services.AddJobs(
            configuration,
            typeof(ImportModule).Assembly,
            typeof(CollectionModule).Assembly,
            typeof(AnalyticsModule).Assembly,
            typeof(MetadataModule).Assembly,
            typeof(QualityModule).Assembly,
            typeof(OperationsModule).Assembly,
            typeof(StorageModule).Assembly);
        services.AddMetadata(configuration);
        services.AddCollection(configuration);
        services.AddAnalytics(configuration);
        services.AddQuality(configuration);
        services.AddStorage(configuration);
        services.AddOperations(configuration);
        return services.AddImport(configuration);
    }

    /// <summary>Brings the schema up to date; an embedded host without any admin key gets one.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<MigrationRunner>().UpAsync(cancellationToken);
        if (services.GetRequiredService<HostDatabase>().IsEmbedded)
        {
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new EnsureAdminKey.Command(), cancellationToken);
        }
    }

    /// <summary>A simulator in the place of upstream, where the configuration wants one and upstream cannot be reached.</summary>
    internal static async Task AddSimulatedUpstreamAsync(this IServiceCollection services, ConfigurationManager configuration, CancellationToken cancellationToken)
    {
        if (await SimulatedUpstream.StartIfNeededAsync(configuration, cancellationToken) is { } simulator)
        {
            // Given as a factory's result, so that the container disposes it.
            services.AddHostedService(provider => new SimulatedUpstream.Label(simulator, provider.GetRequiredService<ILogger<SimulatedUpstream.Label>>()));
        }
    }

    // Served from the package's own resources: the page works without the internet.
    private static void UseDocs(this WebApplication app) => app.UseSwaggerUI(ui =>
    {
        ui.RoutePrefix = "docs";
        ui.DocumentTitle = "ThemePark API";
        ui.SwaggerEndpoint(ApiDocument.Path, "ThemePark");
        ui.EnableValidator(null);
    });

    // Starting comes before any Start: neither a request nor a job meets an old schema.
    private sealed class Preparation(IServiceProvider services) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => PrepareAsync(services, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
