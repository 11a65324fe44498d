using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Public endpoints whose answers carry an ETag and are kept while the data they are made of stay the same.</summary>
internal static class AnalyticsEndpoints
{
    private const int MaxQuery = 2_048;

    /// <summary><see cref="PublicEndpoints.MapPublic"/> for endpoints that say <see cref="Revalidated{TBuilder}"/>.</summary>
    public static RouteGroupBuilder MapAnalytics(this IEndpointRouteBuilder app, string prefix, string tag)
    {
        var group = app.MapPublic(prefix, tag);
        group.AddEndpointFilter((context, next) =>
            context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<Revalidation>() is { } told && HttpMethods.IsGet(context.HttpContext.Request.Method)
                ? AnswerAsync(context, next, told.Live)
                : next(context));
        return group;
    }

    /// <summary>
    /// The answer depends on the rollups, the catalogue and local dates and on nothing else; with <paramref name="live"/> also on live states
    /// and the minute.
    /// </summary>
    public static TBuilder Revalidated<TBuilder>(this TBuilder endpoint, bool live)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Revalidation(live), new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified));

    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, bool live)
    {
        var http = context.HttpContext;
        var services = http.RequestServices;
        if (http.Request.QueryString.Value?.Length > MaxQuery)
        {
            return Failure.Validation("query", string.Create(CultureInfo.InvariantCulture, $"The query string is longer than {MaxQuery} characters.")).ToHttp();
        }

        var version = await services.GetRequiredService<DataVersion>().ReadAsync(live, http.RequestAborted);
        var tag = RevisionCache.Tag(version, http.Request);
        if (Holds(http.Request, tag))
        {
            return new Answer(null, tag, Hit: true);
        }

        object? other = null;
        var (bytes, hit) = await services.GetRequiredService<RevisionCache>().FindAsync(
            tag,
            async () =>
            {
                other = await next(context);
                return other is IValueHttpResult { Value: { } value } and IStatusCodeHttpResult { StatusCode: null or StatusCodes.Status200OK }
                    ? JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions)
                    : null;
            },
            http.RequestAborted);
        return bytes is null ? other : new Answer(bytes, tag, hit);
    }

    // Of equal meaning is enough: a proxy that compresses makes the tag weak.
    private static bool Holds(HttpRequest request, string tag)
    {
        var own = new EntityTagHeaderValue(tag);
        return request.GetTypedHeaders().IfNoneMatch.Any(given => given.Compare(own, useStrongComparison: false));
    }

    private sealed record Revalidation(bool Live);

    /// <summary>200 with the bytes, 304 without.</summary>
    private sealed record Answer(byte[]? Bytes, string Tag, bool Hit) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => Bytes is null ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = StatusCode!.Value;
            response.Headers.ETag = Tag;
            response.Headers.CacheControl = "public, no-cache";
            response.Headers["X-Cache"] = Hit ? "HIT" : "MISS";
            if (Bytes is not null)
            {
                response.ContentType = "application/json; charset=utf-8";
                response.ContentLength = Bytes.Length;
                await response.Body.WriteAsync(Bytes, httpContext.RequestAborted);
            }
        }
    }
}
