using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Host;

/// <summary>Puts the host together. Every door starts here: <c>serve</c>, the other CLI verbs and the tests.</summary>
public static class ThemeParkHost
{
    public const string DefaultUrl = "http://localhost:5001";

    /// <summary>
    /// The API, ready to run. <paramref name="configure"/> may add to the configuration, the services and the log.
    /// </summary>
    public static WebApplication BuildServe(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // Settings lie beside the program; data lies where the host was started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddThemeParkConsole(builder.Environment);
        configure?.Invoke(builder);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.AddThemePark(builder.Configuration);
        builder.Services.AddCoreHttp(builder.Configuration);

        var app = builder.Build();
        app.UseCoreHttp();
        app.UseDocs();
        return app;
    }

    /// <summary>Everything that is not HTTP: what a CLI verb needs.</summary>
    public static IServiceCollection AddThemePark(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => new MySqlDatabase(configuration.GetConnectionString("ThemePark")!));
        return services.AddCore();
    }

    // Served from the package's own resources: the page works without the internet.
    private static void UseDocs(this WebApplication app) => app.UseSwaggerUI(ui =>
    {
        ui.RoutePrefix = "docs";
        ui.DocumentTitle = "ThemePark API";
        ui.SwaggerEndpoint(ApiDocument.Path, "ThemePark");
        ui.EnableValidator(null);
    });
}
