using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ThemePark.BuildingBlocks;

/// <summary>What answers here, for who opens the bare address.</summary>
internal static class Root
{
    /// <param name="Endpoints">Where each part of the API begins; some begin with no call of their own.</param>
    internal sealed record Result(string Name, string Version, string Status, IReadOnlyDictionary<string, string> Endpoints);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/", Answer)
            .WithTags("Health")
            .WithSummary("Name, version and the parts of the API.")
            .Produces<Result>();

        private static Result Answer(EndpointDataSource routes) => new("ThemePark", "1.0.0", "running", Parts(routes));
    }

    // Taken from the routes: a list kept by hand would leave out what comes next.
    private static SortedDictionary<string, string> Parts(EndpointDataSource routes)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["docs"] = "/docs", ["openapi"] = ApiDocument.Path };
        foreach (var route in routes.Endpoints.OfType<RouteEndpoint>())
        {
            if (route.RoutePattern.RawText?.Trim('/').Split('/') is ["api", var part, ..])
            {
                parts[JsonNamingPolicy.SnakeCaseLower.ConvertName(part)] = $"/api/{part}";
            }
        }

        return parts;
    }
}
