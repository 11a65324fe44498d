using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Console.Access;

/// <summary>
/// Around every answer below the console: what a browser may do with it, and a page instead of the API's error body when something goes wrong.
/// </summary>
internal sealed class ConsoleHeaders(RequestDelegate next, ILogger<ConsoleHeaders> log)
{
    internal const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public async Task InvokeAsync(HttpContext http)
    {
        // Set at the last moment: an error clears what was set before.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers["Referrer-Policy"] = "same-origin";
            if (http.GetEndpoint()?.Metadata.GetMetadata<MayBeKept>() is null)
            {
                http.Response.Headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        });
        try
        {
            await next(http);
        }
        catch (RefusedException e)
        {
            var failure = e.Failure;
            http.Response.Headers.RetryAfter = Convert.ToString(failure.Details?.GetValueOrDefault("retry_after_seconds"), CultureInfo.InvariantCulture);
            await Notice(failure.Status, "Not now", failure.Message).ExecuteAsync(http);
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            log.LogError(e, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            http.Response.Clear();
            var failure = Faults.Of(e, http);
            await Notice(failure.Status, "This page failed", failure.Message).ExecuteAsync(http);
        }
    }

    /// <summary>A whole page that says one thing.</summary>
    public static RazorComponentResult<NoticePage> Notice(int status, string title, string text) =>
        new RazorComponentResult<NoticePage>(new { Title = title, Text = text }) { StatusCode = status };
}

/// <summary>Marks an endpoint whose answer browsers may keep.</summary>
internal sealed class MayBeKept;
