using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ThemePark.BuildingBlocks;

/// <summary>The error body of admin endpoints and of every endpoint but the analytics ones.</summary>
public sealed record ErrorEnvelope(ErrorBody Error);

/// <summary>An UPPER_SNAKE code, a sentence for a person, facts for a program.</summary>
public sealed record ErrorBody(string Code, string Message, IReadOnlyDictionary<string, object?> Details);

/// <summary>The error body of the analytics endpoints, as the existing frontend reads it.</summary>
public sealed record AnalyticsError(bool Success, string Error);

public static class ErrorAnswers
{
    private static readonly PathString[] AnalyticsPaths = ["/api/parks", "/api/rides", "/api/live", "/api/trends", "/api/search"];

    /// <summary>The value as 200 with a JSON body (or what <paramref name="onSuccess"/> makes of it), or the failure with its status.</summary>
    public static IResult ToHttp<T>(this Outcome<T> outcome, Func<T, IResult>? onSuccess = null) =>
        outcome.Failure is { } failure ? failure.ToHttp()
        : onSuccess is null ? Results.Ok(outcome.Value)
        : onSuccess(outcome.Value);

    /// <summary>The failure with its status, in the envelope that the path asks for.</summary>
    public static IResult ToHttp(this Failure failure) => new FailureResult(failure);

    /// <summary>
    /// Documents statuses that an endpoint answers with an error body, in the shape its path asks for. Those common to a group
    /// (400, 401, 429, 500, 503 for admin) need not be repeated.
    /// </summary>
    public static TBuilder ProducesErrors<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(statuses);
        builder.Add(endpoint =>
        {
            var shape = endpoint is RouteEndpointBuilder route && IsAnalytics("/" + route.RoutePattern.RawText?.TrimStart('/'))
                ? typeof(AnalyticsError)
                : typeof(ErrorEnvelope);
            foreach (var status in statuses)
            {
                endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, shape, ["application/json"]));
            }
        });
        return builder;
    }

    internal static bool IsAnalytics(PathString path) => AnalyticsPaths.Any(p => path.StartsWithSegments(p));

    internal static async Task WriteAsync(HttpContext http, Failure failure)
    {
        http.Response.StatusCode = failure.Status;
        if (failure.Details?.GetValueOrDefault("retry_after_seconds") is int seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (IsAnalytics(http.Request.Path))
        {
            await http.Response.WriteAsJsonAsync(new AnalyticsError(false, failure.Message), http.RequestAborted);
        }
        else
        {
            var details = failure.Details ?? new Dictionary<string, object?>();
            await http.Response.WriteAsJsonAsync(
                new ErrorEnvelope(new ErrorBody(failure.Code, failure.Message, details)), http.RequestAborted);
        }
    }

    private sealed class FailureResult(Failure failure) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => failure.Status;

        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, failure);
    }
}
