using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace ThemePark.BuildingBlocks;

/// <summary>The named inputs of an endpoint as its method declares them, <c>[AsParameters]</c> records opened.</summary>
internal static class Inputs
{
    // Name is as the caller writes it, Declared as the code does, which is what the framework's messages say.
    internal sealed record Input(string Name, string Declared, Type Type, bool IsQuery);

    public static IReadOnlyList<Input> Of(Endpoint endpoint)
    {
        var method = endpoint.Metadata.GetMetadata<MethodInfo>();
        var route = (endpoint as RouteEndpoint)?.RoutePattern.Parameters.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];
        return method is null ? [] : Flatten(method.GetParameters()).Select(p => ToInput(p, route)).OfType<Input>().ToList();
    }

    public static Type? BodyType(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;

    public static string Allowed(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum ? "one of " + string.Join(", ", EnumText.Of(plain))
            : plain == typeof(DateOnly) ? "a date as yyyy-MM-dd"
            : plain == typeof(TimeOnly) ? "a time as HH:mm:ss"
            : plain == typeof(DateTime) || plain == typeof(DateTimeOffset) ? "an instant as yyyy-MM-ddTHH:mm:ssZ"
            : plain == typeof(Guid) ? "a UUID"
            : plain == typeof(bool) ? "true or false"
            : plain == typeof(string) ? "a string"
            : IsInteger(plain) ? "an integer" + Range(plain)
            : plain == typeof(double) || plain == typeof(float) || plain == typeof(decimal) ? "a number"
            : plain.IsArray || (plain != typeof(string) && plain.IsAssignableTo(typeof(System.Collections.IEnumerable))) ? "an array"
            : "an object";
    }

    private static bool IsInteger(Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte)
        || type == typeof(uint) || type == typeof(ulong) || type == typeof(ushort) || type == typeof(sbyte);

    private static string Range(Type integer) =>
        $" from {integer.GetField(nameof(int.MinValue))!.GetValue(null)} to {integer.GetField(nameof(int.MaxValue))!.GetValue(null)}";

    private static IEnumerable<(ICustomAttributeProvider Attributes, string Name, Type Type)> Flatten(IEnumerable<ParameterInfo> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (!parameter.IsDefined(typeof(AsParametersAttribute), inherit: false))
            {
                yield return (parameter, parameter.Name!, parameter.ParameterType);
                continue;
            }

            // As the framework does: a record's constructor names its inputs, a class with a bare constructor its settable properties.
            var constructors = parameter.ParameterType.GetConstructors();
            if (constructors is [var only] && only.GetParameters().Length > 0)
            {
                foreach (var inner in only.GetParameters())
                {
                    yield return (inner, inner.Name!, inner.ParameterType);
                }
            }
            else
            {
                foreach (var inner in parameter.ParameterType.GetProperties().Where(p => p.CanWrite))
                {
                    yield return (inner, inner.Name, inner.PropertyType);
                }
            }
        }
    }

    private static Input? ToInput((ICustomAttributeProvider Attributes, string Name, Type Type) parameter, HashSet<string> route)
    {
        var attributes = parameter.Attributes.GetCustomAttributes(inherit: false);
        if (attributes.Any(a => a is IFromBodyMetadata or IFromServiceMetadata or IFromHeaderMetadata or IFromFormMetadata))
        {
            return null;
        }

        var fromQuery = attributes.OfType<IFromQueryMetadata>().FirstOrDefault();
        var fromRoute = attributes.OfType<IFromRouteMetadata>().FirstOrDefault();
        var name = fromQuery?.Name ?? fromRoute?.Name ?? Unwritten(parameter.Name);
        var isRoute = fromRoute is not null || (fromQuery is null && route.Contains(name));
        return isRoute || fromQuery is not null || IsText(parameter.Type)
            ? new Input(name, parameter.Name, parameter.Type, !isRoute)
            : null;
    }

    // Query keys compare without case, so one-word names need no attribute.
    private static string Unwritten(string declared) => char.ToLowerInvariant(declared[0]) + declared[1..];

    private static bool IsText(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) || plain.IsEnum
            || plain.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>))
            || (plain.IsArray && IsText(plain.GetElementType()!));
    }

    /// <summary>True when a caller reads the name as this API spells names.</summary>
    public static bool IsSnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name) == name;
}
