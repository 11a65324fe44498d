using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ThemePark.Simulator;

/// <summary>Sends answers, whole or spoilt by a fault.</summary>
internal static class S3Reply
{
    private static readonly byte[] Html = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"u8.ToArray();

    public static async Task ErrorAsync(HttpContext http, int status, string code, string message, CancellationToken ct)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/xml";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        var body = S3Xml.Error(code, message, http.Request.Path);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, ct);
    }

    /// <summary>True when the fault is the whole answer.</summary>
    public static async Task<bool> FailedAsync(HttpContext http, Fault fault, CancellationToken ct)
    {
        switch (fault.Kind)
        {
            case FaultKind.InternalError:
                await ErrorAsync(http, 500, "InternalError", "We encountered an internal error. Please try again.", ct);
                return true;
            case FaultKind.Unavailable:
                RetryAfter(http, fault.RetryAfter);
                await ErrorAsync(http, 503, "SlowDown", "Please reduce your request rate.", ct);
                return true;
            case FaultKind.TooManyRequests:
                RetryAfter(http, fault.RetryAfter ?? TimeSpan.FromSeconds(1));
                await ErrorAsync(http, 429, "TooManyRequests", "Please reduce your request rate.", ct);
                return true;
            case FaultKind.Forbidden:
                await ErrorAsync(http, 403, "AccessDenied", "Access Denied", ct);
                return true;
            case FaultKind.NotFound:
                await ErrorAsync(http, 404, "NoSuchKey", "The specified key does not exist.", ct);
                return true;
            case FaultKind.BlackHole:
                await Task.Delay(Timeout.Infinite, ct);
                return true;
            case FaultKind.HtmlBody:
                http.Response.ContentType = "text/html";
                http.Response.ContentLength = Html.Length;
                await http.Response.Body.WriteAsync(Html, ct);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Sends the body as the fault wants it; content type and status are set by the caller.</summary>
    public static async Task BodyAsync(HttpContext http, ReadOnlyMemory<byte> body, Fault? fault, CancellationToken ct)
    {
        var response = http.Response;
        response.ContentLength = body.Length;
        switch (fault?.Kind)
        {
            case FaultKind.Truncated:
                await SendAsync(response, body[..(body.Length / 2)], ct);
                // A reset overtakes what the client has not read yet: give it the time to read the headers.
                await Task.Delay(100, ct);
                http.Abort();
                break;
            case FaultKind.ShortLength:
                var kept = body.Length > 200 ? body.Length - 100 : body.Length / 2;
                response.ContentLength = kept;
                await SendAsync(response, body[..kept], ct);
                break;
            case FaultKind.LongLength:
                response.ContentLength = body.Length + 100;
                await SendAsync(response, body, ct);
                break;
            case FaultKind.Stalled:
                await SendAsync(response, body[..(body.Length / 2)], ct);
                await Task.Delay(Timeout.Infinite, ct);
                break;
            case FaultKind.SlowBody:
                for (var i = 0; i < 10; i++)
                {
                    await Task.Delay(fault.Delay, ct);
                    await SendAsync(response, body[(body.Length * i / 10)..(body.Length * (i + 1) / 10)], ct);
                }

                break;
            default:
                await response.Body.WriteAsync(body, ct);
                break;
        }
    }

    private static async Task SendAsync(HttpResponse response, ReadOnlyMemory<byte> piece, CancellationToken ct)
    {
        await response.Body.WriteAsync(piece, ct);
        await response.Body.FlushAsync(ct);
    }

    private static void RetryAfter(HttpContext http, TimeSpan? after)
    {
        if (after is { } wait)
        {
            http.Response.Headers.RetryAfter = ((long)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }
}
