using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ThemePark.BuildingBlocks;

/// <summary>The endpoints of one slice. Stateless: one instance, made without arguments; handlers take their services as parameters.</summary>
public interface ICarterModule
{
    void AddRoutes(IEndpointRouteBuilder app);
}

public static class CarterModules
{
    /// <summary>Finds every <see cref="ICarterModule"/> of the assemblies, internal and nested ones too. May be called once per module.</summary>
    public static IServiceCollection AddCarter(this IServiceCollection services, params Assembly[] assemblies)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(assemblies);
        foreach (var type in assemblies.Distinct().SelectMany(a => a.GetTypes())
                     .Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(ICarterModule))))
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(ICarterModule), type));
        }

        return services;
    }

    /// <summary>Maps the endpoints of every module found by <see cref="AddCarter"/>.</summary>
    public static IEndpointRouteBuilder MapCarter(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        foreach (var module in app.ServiceProvider.GetServices<ICarterModule>())
        {
            module.AddRoutes(app);
        }

        return app;
    }
}
