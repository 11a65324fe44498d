using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace ThemePark.BuildingBlocks;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>.</summary>
public static class ApiDocument
{
    public const string Path = "/openapi/v1.json";

    private const string Bearer = "AdminKey";

    internal static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.CreateSchemaReferenceId = SchemaName;
        options.AddSchemaTransformer((schema, context, _) =>
        {
            DescribeConverted(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            {
                // Inputs of a record carry its casing; query keys compare without it, the document shows the spelling of the rest.
                parameter.Name = parameter.Name?.ToLowerInvariant();
            }

            var path = "/" + context.Description.RelativePath;
            if (path.StartsWith(AdminEndpoints.Prefix, StringComparison.Ordinal) || path == GetMetrics.Path)
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "ThemePark";
            document.Info.Version = "1.0.0";
            document.Info.Description = "Wait times, their history and their import. Instants are UTC. Powered by ThemeParks.wiki.";
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An admin key, from the configuration or from `themepark keys create`.",
            };
            return Task.CompletedTask;
        });
    });

    internal static IEndpointConventionBuilder MapApiDocument(this IEndpointRouteBuilder app) => app.MapOpenApi("/openapi/{documentName}.json");

    /// <summary>
    /// A slice nests its Result and Command in a class named after the use case; the framework's name, the bare one, would let two slices
    /// share a schema without a word.
    /// </summary>
    internal static string? SchemaName(JsonTypeInfo json) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(json) is null ? null : Name(json.Type);

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return "ArrayOf" + Name(type.GetElementType()!);
        }

        var own = type.IsGenericType ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;
        var arguments = type.IsGenericType ? "Of" + string.Join("And", type.GenericTypeArguments.Select(Name)) : "";
        return (type.DeclaringType is { } outer ? Name(outer) : "") + own + arguments;
    }

    // Types written by a converter of ours would appear as "anything".
    private static void DescribeConverted(OpenApiSchema schema, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var nullable = plain == type ? default : JsonSchemaType.Null;
        if (plain == typeof(double) || plain == typeof(float) || plain == typeof(decimal))
        {
            schema.Type = JsonSchemaType.Number | nullable;
            schema.Format = plain == typeof(float) ? "float" : "double";
        }
        else if (plain == typeof(DateTime) || plain == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Format = "date-time";
        }
    }
}
