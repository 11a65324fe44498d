using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ThemePark.BuildingBlocks;

/// <summary>The last word on every answer: no exception text leaves the host, and no error status leaves without its envelope.</summary>
internal sealed class ErrorHandling(RequestDelegate next, ILogger<ErrorHandling> log)
{
    // nginx's "client closed request"; nobody reads it but the log.
    private const int ClientGone = 499;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (IsBare(http) && http.Response.StatusCode is >= 400 and not ClientGone)
            {
                await ErrorAnswers.WriteAsync(http, OfBare(http));
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            if (!http.Response.HasStarted)
            {
                http.Response.StatusCode = ClientGone;
            }
        }
        catch (Exception e) when (http.Response.HasStarted)
        {
            // A cut connection is the only honest way to say that the answer is incomplete.
            log.LogError(e, "{Method} {Path} failed after its answer had begun", http.Request.Method, http.Request.Path);
            http.Abort();
        }
        catch (Exception e)
        {
            var failure = OfException(http, e);
            http.Response.Clear();
            Correlation.Echo(http);
            await ErrorAnswers.WriteAsync(http, failure);
        }
    }

    private static bool IsBare(HttpContext http) =>
        !http.Response.HasStarted && http.Response.ContentLength is null && string.IsNullOrEmpty(http.Response.ContentType);

    private static Failure OfBare(HttpContext http) =>
        BadRequests.OfStatus(http, http.Response.StatusCode)
        ?? (http.Response.StatusCode < 500 ? BadRequests.Unreadable(http, http.Response.StatusCode) : Faults.Internal(http, http.Response.StatusCode));

    private Failure OfException(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                return BadRequests.ToFailure(http, bad);
            case ValidationException invalid:
                return ValidationFailures.ToFailure(invalid.Errors);
            case RefusedException refused:
                return refused.Failure;
        }

        log.LogError(exception, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
        return Faults.Of(exception, http);
    }
}

/// <summary>A middleware refuses the request: the error answer is the failure, in the shape its path asks for.</summary>
public sealed class RefusedException(Failure failure) : Exception(failure?.Message)
{
    public Failure Failure { get; } = failure ?? throw new ArgumentNullException(nameof(failure));
}

internal static class HttpJson
{
    public static System.Text.Json.JsonSerializerOptions JsonOptions(this HttpContext http) =>
        http.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
}
