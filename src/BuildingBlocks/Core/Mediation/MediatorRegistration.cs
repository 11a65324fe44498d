using System.Reflection;
using FluentValidation;
using FluentValidation.Internal;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ThemePark.BuildingBlocks;

public static class MediatorRegistration
{
    /// <summary>
    /// Registers the mediator, and from the given assemblies every request handler, notification handler and validator, internal and
    /// nested ones too. May be called once per module.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two handlers claim one request.</exception>
    public static IServiceCollection AddMediator(this IServiceCollection services, params Assembly[] assemblies)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(assemblies);

        SpeakTheCallersNames();
        services.TryAddTransient<IMediator>(provider => new Mediator(provider.GetRequiredService));
        services.TryAddEnumerable(ServiceDescriptor.Transient(typeof(IPipelineBehavior<,>), typeof(LoggingBehavior<,>)));
        services.TryAddEnumerable(ServiceDescriptor.Transient(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>)));
        services.TryAddEnumerable(ServiceDescriptor.Transient(typeof(IValidator<>), typeof(PagingRules<>)));

        foreach (var type in assemblies.Distinct().SelectMany(a => a.GetTypes()).Where(t => t is { IsAbstract: false, ContainsGenericParameters: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(i => i.IsGenericType))
            {
                var definition = contract.GetGenericTypeDefinition();
                if (definition == typeof(IRequestHandler<,>))
                {
                    AddRequestHandler(services, contract, type);
                }
                else if (definition == typeof(INotificationHandler<>) || definition == typeof(IValidator<>))
                {
                    services.TryAddEnumerable(ServiceDescriptor.Transient(contract, type));
                }
            }
        }

        return services;
    }

    private static void AddRequestHandler(IServiceCollection services, Type contract, Type handler)
    {
        var existing = services.FirstOrDefault(s => s.ServiceType == contract);
        if (existing is null)
        {
            services.AddTransient(contract, handler);
        }
        else if (existing.ImplementationType != handler)
        {
            throw new InvalidOperationException(
                $"{contract.GenericTypeArguments[0].FullName} has two handlers: {existing.ImplementationType?.FullName} and {handler.FullName}.");
        }
    }

    // FluentValidation keeps these per process. Messages name a parameter as the JSON does, and do not follow the server's language.
    private static void SpeakTheCallersNames()
    {
        ValidatorOptions.Global.LanguageManager.Enabled = false;
        ValidatorOptions.Global.PropertyNameResolver = (_, member, expression) =>
            expression is not null && PropertyChain.FromExpression(expression) is { Count: > 0 } chain
                ? Names.SnakeCasePath(chain.ToString())
                : member is null ? null : Names.SnakeCasePath(member.Name);
        ValidatorOptions.Global.DisplayNameResolver = ValidatorOptions.Global.PropertyNameResolver;
    }
}
