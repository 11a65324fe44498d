using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ThemePark.Simulator;

/// <summary>GET and HEAD of one object, with conditions and one range.</summary>
internal static class S3Objects
{
    public static async Task ReplyAsync(HttpContext http, BucketDirectory bucket, BucketObject found, Fault? fault, CancellationToken ct)
    {
        var (request, response) = (http.Request, http.Response);
        response.Headers.ETag = found.ETag;
        response.Headers.LastModified = found.LastModified.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = "binary/octet-stream";
        if (Holds(request.Headers.IfNoneMatch, found.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (request.Headers.IfMatch.Count > 0 && !Holds(request.Headers.IfMatch, found.ETag))
        {
            await S3Reply.ErrorAsync(http, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", ct);
            return;
        }

        var (from, to) = (0L, found.Size - 1);
        if (RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) && range is { Unit.Value: "bytes", Ranges.Count: 1 })
        {
            var asked = range.Ranges.First();
            from = asked.From ?? Math.Max(0, found.Size - asked.To!.Value);
            to = asked.From is null ? found.Size - 1 : Math.Min(asked.To ?? long.MaxValue, found.Size - 1);
            if (from > to)
            {
                response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{found.Size}");
                await S3Reply.ErrorAsync(http, 416, "InvalidRange", "The requested range is not satisfiable", ct);
                return;
            }

            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{found.Size}");
        }

        if (HttpMethods.IsHead(request.Method))
        {
            response.ContentLength = to - from + 1;
            return;
        }

        var body = new byte[to - from + 1];
        await using var stream = bucket.Open(found);
        stream.Position = from;
        await stream.ReadExactlyAsync(body, ct);
        await S3Reply.BodyAsync(http, body, fault, ct);
    }

    private static bool Holds(Microsoft.Extensions.Primitives.StringValues header, string etag) =>
        header.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(v => v == "*" || v == etag || v == etag.Trim('"'));
}
