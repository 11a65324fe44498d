using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ThemePark.BuildingBlocks;

public static class QueryRules
{
    /// <summary>
    /// Makes the query string strict: a parameter the endpoint does not know, or one given twice, is a 400 that lists the known ones; dates
    /// are <c>yyyy-MM-dd</c> only (the framework's parser also takes 01/02/2026).
    /// </summary>
    /// <exception cref="InvalidOperationException">At start-up: an input is not named in snake_case, or is an enum (see <see cref="EnumText"/>).</exception>
    public static TBuilder WithStrictQuery<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Finally(endpoint =>
        {
            if (endpoint is not Microsoft.AspNetCore.Routing.RouteEndpointBuilder { RequestDelegate: { } inner } route)
            {
                return;
            }

            var built = new Microsoft.AspNetCore.Routing.RouteEndpoint(
                inner, route.RoutePattern, route.Order, new EndpointMetadataCollection(route.Metadata), route.DisplayName);
            var inputs = Inputs.Of(built);
            foreach (var input in inputs)
            {
                Reject(route.DisplayName, input);
            }

            var query = inputs.Where(i => i.IsQuery).ToDictionary(i => i.Name, StringComparer.OrdinalIgnoreCase);
            route.RequestDelegate = http => Check(http.Request.Query, query) is { } failure ? ErrorAnswers.WriteAsync(http, failure) : inner(http);
        });
        return builder;
    }

    private static void Reject(string? endpoint, Inputs.Input input)
    {
        if (!Inputs.IsSnakeCase(input.Name))
        {
            throw new InvalidOperationException(
                $"{endpoint}: '{input.Name}' is not snake_case; say [FromQuery(Name = \"…\")] or [FromRoute(Name = \"…\")].");
        }

        if ((Nullable.GetUnderlyingType(input.Type) ?? input.Type).IsEnum)
        {
            throw new InvalidOperationException($"{endpoint}: '{input.Name}' is an enum; take a string and validate it with EnumText.");
        }
    }

    private static Failure? Check(IQueryCollection given, Dictionary<string, Inputs.Input> known)
    {
        var wrong = new Dictionary<string, string[]>();
        foreach (var (name, values) in given)
        {
            if (!known.TryGetValue(name, out var input))
            {
                var names = known.Count == 0 ? "none" : string.Join(", ", known.Values.Select(i => i.Name));
                wrong[name] = [$"{name} is not a parameter of this call; it takes {names}."];
            }
            else if (values.Count > 1 && !input.Type.IsArray)
            {
                wrong[input.Name] = [$"{input.Name} is given {values.Count} times; once is allowed."];
            }
            else if ((Nullable.GetUnderlyingType(input.Type) ?? input.Type) == typeof(DateOnly)
                && !DateOnly.TryParseExact(values[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                wrong[input.Name] = [$"{input.Name} must be {Inputs.Allowed(input.Type)}; got '{values[0]}'."];
            }
        }

        return wrong.Count == 0 ? null : Failure.Validation(wrong);
    }
}
