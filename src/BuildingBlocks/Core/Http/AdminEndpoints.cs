using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ThemePark.BuildingBlocks;

public static class AdminEndpoints
{
    public const string Prefix = "/api/admin";

    /// <summary>
    /// A group below <c>/api/admin</c>: bearer key required, admin rate limit, error types documented. <paramref name="prefix"/> is the
    /// part after <c>/api/admin</c>, such as <c>/import</c>.
    /// </summary>
    public static RouteGroupBuilder MapAdmin(this IEndpointRouteBuilder app, string prefix, string tag)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (prefix is null || prefix.StartsWith("/api", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{prefix}' is already below {Prefix}; give only the part after it.", nameof(prefix));
        }

        return app.MapGroup(Prefix + "/" + prefix.TrimStart('/'))
            .WithTags(tag)
            .WithStrictQuery()
            .ProducesErrors(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status401Unauthorized,
                StatusCodes.Status429TooManyRequests,
                StatusCodes.Status500InternalServerError,
                StatusCodes.Status503ServiceUnavailable);
    }
}
