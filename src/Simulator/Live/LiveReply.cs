using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace ThemePark.Simulator;

/// <summary>An answer as it is meant to leave; a fault of the connection may still cut it.</summary>
internal sealed record LiveReply(int Status, byte[] Body)
{
    private static readonly byte[] Html = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"u8.ToArray();

    public string ContentType { get; init; } = "application/json; charset=utf-8";

    public string? ETag { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sends half of the body, then resets the connection.</summary>
    public bool Cut { get; init; }

    /// <summary>A body with its entity tag, or 304 when the client has it.</summary>
    public static LiveReply Document(byte[] body, string ifNoneMatch)
    {
        var tag = "W/\"" + Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12)) + "\"";
        return ifNoneMatch == "*" || ifNoneMatch.Contains(tag[2..], StringComparison.Ordinal)
            ? new LiveReply(304, []) { ETag = tag }
            : new LiveReply(200, body) { ETag = tag };
    }

    public static LiveReply TooMany(TimeSpan after)
    {
        var seconds = (long)after.TotalSeconds;
        return new LiveReply(429, LiveJson.Document(json =>
        {
            json.WriteString("error"u8, "Too Many Requests");
            json.WriteString("message"u8, "Please slow down.");
            json.WriteNumber("retryAfter"u8, seconds);
        }))
        {
            RetryAfter = after,
        };
    }

    /// <summary>The answer of a fault that needs no document; null for the others.</summary>
    public static LiveReply? Instead(LiveFault? fault) => fault?.Kind switch
    {
        LiveFaultKind.TooManyRequests => TooMany(fault.RetryAfter ?? TimeSpan.FromSeconds(1)),
        LiveFaultKind.Unavailable => new LiveReply(503, LiveRouter.ErrorBody("Service unavailable", "Please try again later.")) { RetryAfter = fault.RetryAfter },
        LiveFaultKind.HtmlBody => new LiveReply(200, Html) { ContentType = "text/html; charset=utf-8" },
        _ => null,
    };

    /// <summary>The bytes that leave.</summary>
    public ReadOnlyMemory<byte> Sent => Cut ? Body.AsMemory(0, Body.Length / 2) : Body;

    public async Task SendAsync(HttpContext http, CancellationToken ct)
    {
        var response = http.Response;
        response.StatusCode = Status;
        if (RetryAfter is { } after)
        {
            response.Headers.RetryAfter = ((long)after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
            response.Headers.CacheControl = "max-age=60";
        }

        if (Status == 304)
        {
            return;
        }

        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Sent, ct);
        if (Cut)
        {
            await response.Body.FlushAsync(ct);
            // A reset overtakes what the client has not read yet: give it the time to read the headers.
            await Task.Delay(100, ct);
            http.Abort();
        }
    }
}
