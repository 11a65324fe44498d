using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ThemePark.BuildingBlocks;

public static class PublicEndpoints
{
    /// <summary>
    /// A group that anyone may call, <paramref name="prefix"/> in full (<c>/api/metadata</c>). Error types are documented in the shape the
    /// path answers with. The query is as lenient as the framework: the existing frontend sends parameters of its own.
    /// </summary>
    public static RouteGroupBuilder MapPublic(this IEndpointRouteBuilder app, string prefix, string tag)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return app.MapGroup(prefix).WithTags(tag).ProducesErrors(
            StatusCodes.Status400BadRequest,
            StatusCodes.Status500InternalServerError,
            StatusCodes.Status503ServiceUnavailable);
    }
}
