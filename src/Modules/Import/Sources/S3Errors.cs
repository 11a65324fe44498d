using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace ThemePark.Modules.Import.Sources;

/// <summary>Turns what the SDK and the network throw into <see cref="ArchiveException"/>, by what helps against it.</summary>
internal static class S3Errors
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Null for what is not the source's doing: our caller's cancellation, and bugs.</summary>
    public static ArchiveException? Translate(Exception e, string what, TimeProvider time, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return null;
        }

        return e switch
        {
            ArchiveException known => known,
            AmazonUnmarshallingException or XmlException => Unexpected(what, e),
            AmazonServiceException { StatusCode: not 0 } s => FromStatus(s.StatusCode, s.ErrorCode, what, RetryAfter(s, time), s),
            OperationCanceledException => new ArchiveException(ArchiveErrors.Timeout, retriable: true, $"No answer in time: {what}.", e),
            AmazonClientException or AmazonServiceException or HttpRequestException or IOException =>
                new ArchiveException(ArchiveErrors.Unavailable, retriable: true, $"No connection: {what}: {Innermost(e).Message}", e),
            _ => null,
        };
    }

    public static ArchiveException FromStatus(HttpStatusCode status, string? code, string what, TimeSpan? retryAfter, Exception? inner = null)
    {
        var (kind, retriable) = status switch
        {
            HttpStatusCode.TooManyRequests => (ArchiveErrors.Throttled, true),
            HttpStatusCode.RequestTimeout => (ArchiveErrors.Timeout, true),
            >= HttpStatusCode.InternalServerError => (ArchiveErrors.ServerError, true),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (ArchiveErrors.Forbidden, false),
            HttpStatusCode.NotFound when code == "NoSuchBucket" => (ArchiveErrors.Misconfigured, false),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => (ArchiveErrors.Vanished, false),
            // S3 reports an idle upload as 400; a wrong region as a redirect or a malformed header.
            HttpStatusCode.BadRequest when code == "RequestTimeout" => (ArchiveErrors.Timeout, true),
            HttpStatusCode.BadRequest when code is "AuthorizationHeaderMalformed" or "InvalidBucketName" => (ArchiveErrors.Misconfigured, false),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => (ArchiveErrors.Misconfigured, false),
            >= HttpStatusCode.BadRequest => (ArchiveErrors.Rejected, false),
            _ => (ArchiveErrors.UnexpectedContent, true),
        };
        var hint = kind == ArchiveErrors.Misconfigured ? Region(inner) : null;
        return new ArchiveException(kind, retriable, $"{(int)status}{(code is { Length: > 0 } ? $" {code}" : "")}: {what}{hint}", inner)
        {
            Status = status,
            RetryAfter = retriable ? retryAfter : null,
        };
    }

    /// <summary>Seconds or a date, as HTTP allows; a moment in the past is no wait.</summary>
    public static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, TimeProvider time) =>
        (header?.Delta ?? header?.Date - time.GetUtcNow()) is { } delay && delay > TimeSpan.Zero ? delay : null;

    /// <summary>The bare ETag: without quotes and weakness mark, null when there is none.</summary>
    public static string? Unquote(string? eTag)
    {
        var bare = eTag?.Trim();
        if (bare?.StartsWith("W/", StringComparison.Ordinal) == true)
        {
            bare = bare[2..];
        }

        bare = bare?.Trim('"');
        return string.IsNullOrEmpty(bare) ? null : bare;
    }

    /// <summary>An upload in one part has its MD5 as ETag; several parts leave a dash in it.</summary>
    public static string? AsMd5(string eTag)
    {
        var lower = eTag.ToLowerInvariant();
        return lower.Length == 32 && !lower.AsSpan().ContainsAnyExcept(HexDigits) ? lower : null;
    }

    private static ArchiveException Unexpected(string what, Exception e) =>
        new(ArchiveErrors.UnexpectedContent, retriable: true, $"The answer is not what S3 sends: {what}.", e);

    private static TimeSpan? RetryAfter(Exception e, TimeProvider time) =>
        RetryConditionHeaderValue.TryParse(Header(e, "Retry-After"), out var value) ? RetryAfter(value, time) : null;

    private static string? Region(Exception? e) =>
        e is not null && Header(e, "x-amz-bucket-region") is { Length: > 0 } region ? $"; the bucket is in {region}, set Archive:Region or leave it out" : null;

    private static string? Header(Exception e, string name) =>
        e.InnerException is HttpErrorResponseException { Response: { } response } && response.IsHeaderPresent(name)
            ? response.GetHeaderValue(name)
            : null;

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
