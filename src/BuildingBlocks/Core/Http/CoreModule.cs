using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>What every door needs (<see cref="AddCore"/>) and what the HTTP door adds (<see cref="AddCoreHttp"/>, <see cref="UseCoreHttp"/>).</summary>
public static class CoreModule
{
    /// <summary>Callers, admin keys, audit and the mediator. Needs a <see cref="MySqlDatabase"/> and a <see cref="DataDirectory"/> from the host.</summary>
    public static IServiceCollection AddCore(this IServiceCollection services)
    {
        DapperSetup.Register();
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<CurrentCaller>();
        services.AddScoped<ICurrentCaller>(provider => provider.GetRequiredService<CurrentCaller>());
        services.AddScoped<IAuditLog, ActivityLog>();
        services.AddOptions<AdminKeyOptions>().BindConfiguration("Admin").ValidateOnStart();
        services.AddSettings<AdminKeyOptions>("Admin");
        services.AddSingleton<IValidateOptions<AdminKeyOptions>, AdminKeyOptions.Rules>();
        services.AddSingleton<AdminKeyRing>();
        services.AddOptions<QualityThresholds>().BindConfiguration(QualityThresholds.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<QualityThresholds>(QualityThresholds.Section);
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section).ValidateOnStart();
        services.AddSettings<MetricsOptions>(MetricsOptions.Section);
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<HttpOptions>(HttpOptions.Section);
        services.AddSingleton<MigrationRunner>();
        services.AddScoped<ICheckup, SchemaCheckup>();
        services.AddScoped<ISettingsReport, SettingsReport>();
        services.AddThemeParkRateLimits();
        return services.AddMediator(typeof(CoreModule).Assembly);
    }

    /// <summary>JSON, errors, limits, metrics, the OpenAPI document and Core's own endpoints.</summary>
    public static IServiceCollection AddCoreHttp(this IServiceCollection services)
    {
        services.Configure<JsonOptions>(o => ApiJson.Apply(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpOptions>>((kestrel, http) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = http.Value.MaxBodyBytes;
        });
        services.AddPublicCors();
        services.AddApiDocument();
        services.AddSingleton<Health>();
        services.AddMetrics();
        services.AddSingleton<MeterCollector>();
        services.AddSingleton<MetricScrape>();
        services.AddSingleton<IMetricSource, ProcessMetrics>();
        services.AddSingleton<IMetricSource, PoolMetrics>();
        return services.AddCarter(typeof(CoreModule).Assembly);
    }

    /// <summary>The pipeline, then every endpoint of <see cref="ICarterModule"/> and the OpenAPI document.</summary>
    /// <param name="app">The host's.</param>
    /// <param name="gates">What may refuse a request before it is routed, errors and correlation ids around it.</param>
    public static WebApplication UseCoreHttp(this WebApplication app, Action<IApplicationBuilder>? gates = null)
    {
        // It counts from its creation on, which must not be the first time somebody asks.
        app.Services.GetRequiredService<MeterCollector>();
        app.UseMiddleware<Correlation>();
        app.UseMiddleware<ErrorHandling>();
        app.UsePublicCors();
        gates?.Invoke(app);
        app.UseMiddleware<AdminKeyCheck>();
        app.UseRouting();
        app.UseRateLimiter();
        app.MapCarter();
        app.MapApiDocument();
        return app;
    }
}
