using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Pages of any origin may read the public API, which knows no cookies and no callers. They may not even ask the admin API: a key in a page of
/// another origin would be anybody's.
/// </summary>
internal static class PublicCors
{
    private const string Policy = "public";

    public static IServiceCollection AddPublicCors(this IServiceCollection services) => services.AddCors(cors => cors.AddPolicy(Policy, policy => policy
        .AllowAnyOrigin()
        .WithMethods(HttpMethods.Get, HttpMethods.Options)
        .AllowAnyHeader()
        .WithExposedHeaders(HeaderNames.ETag)
        .SetPreflightMaxAge(TimeSpan.FromDays(1))));

    public static void UsePublicCors(this IApplicationBuilder app) => app.UseWhen(
        http => http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments(AdminEndpoints.Prefix),
        branch => branch.UseCors(Policy));
}
