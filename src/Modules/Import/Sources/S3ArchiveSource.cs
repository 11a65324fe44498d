using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Amazon.Runtime.Internal.Util;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace ThemePark.Modules.Import.Sources;

/// <summary>The bucket, through the AWS SDK. Listing goes through the guard here; downloads get it from <see cref="ArchiveFetcher"/>.</summary>
internal sealed class S3ArchiveSource(ArchiveOptions options, SourceGuard guard, TimeProvider time, ILogger<S3ArchiveSource> log)
    : IArchiveSource, IDisposable
{
    private const int CatalogueLimit = 8 * 1024 * 1024;
    private readonly string _bucket = options.Bucket ?? throw new ArgumentException("No bucket is set.", nameof(options));
    private readonly S3Connection _connection = new(options, time);

    public string Kind => "s3";

    public string Location => options.Endpoint is null ? _bucket : $"{options.Endpoint.TrimEnd('/')}/{_bucket}";

    public async IAsyncEnumerable<ArchiveObject> ListAsync(
        Guid? destination, DateOnly? from, DateOnly? to, [EnumeratorCancellation] CancellationToken ct)
    {
        var root = await RootAsync(ct);
        await foreach (var o in ArchiveListing.SelectAsync(root, prefix => ListBelowAsync(prefix, ct), destination, from, to, ct))
        {
            yield return o;
        }
    }

    public async IAsyncEnumerable<Guid> ListDestinationsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var destination in ArchiveListing.Destinations(await RootAsync(ct)))
        {
            yield return destination;
        }
    }

    public Task<IReadOnlyList<ArchiveExtent>> ListExtentsAsync(CancellationToken ct) =>
        ArchiveListing.MeasureAsync(ListAsync(null, null, null, ct), ct);

    public async Task<ArchiveDownload> OpenAsync(ArchiveObject o, CancellationToken ct)
    {
        try
        {
            var client = await _connection.ClientAsync(ct);
            var response = await client.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = o.Key }, ct);
            var body = Body(response);
            try
            {
                return Describe(o, response, body);
            }
            catch
            {
                await body.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (S3Errors.Translate(e, o.Key, time, ct) is { } error)
        {
            throw error;
        }
    }

    public Task<string?> ReadCatalogueAsync(CancellationToken ct) => guard.RunAsync(
        target: null,
        async token =>
        {
            using var limit = new CancellationTokenSource(options.ReadTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
            try
            {
                return await ReadCatalogueOnceAsync(either.Token);
            }
            catch (Exception e) when (S3Errors.Translate(e, ArchiveKey.Catalogue, time, token) is { } error)
            {
                // Without the right to list, S3 says 403 for what does not exist.
                return error.Kind is ArchiveErrors.Vanished or ArchiveErrors.Forbidden ? null : throw error;
            }
        },
        ct);

    public void Dispose() => _connection.Dispose();

    /// <summary>
    /// Without the SDK's wrappers: they compute the MD5 a second time, and throw on reading or disposing what we want to name ourselves.
    /// Disposing this stream is all there is to dispose of a response.
    /// </summary>
    private static Stream Body(GetObjectResponse response) => WrapperStream.GetNonWrapperBaseStream(response.ResponseStream);

    private static ArchiveDownload Describe(ArchiveObject o, GetObjectResponse response, Stream body)
    {
        var eTag = S3Errors.Unquote(response.ETag);
        var contentType = response.Headers.ContentType;
        if (eTag != o.ETag && contentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw new ArchiveException(ArchiveErrors.UnexpectedContent, retriable: true, $"A web page came instead of '{o.Key}'.");
        }

        // A response without an ETag can only be meant as the object that was listed.
        eTag ??= o.ETag;
        // With KMS or customer keys the ETag looks like an MD5 and is none.
        var plain = response.ServerSideEncryptionMethod is not { Value: "aws:kms" or "aws:kms:dsse" }
            && string.IsNullOrEmpty(response.ServerSideEncryptionCustomerMethod?.Value);
        var length = response.Headers["Content-Length"] is { Length: > 0 } ? response.ContentLength : (long?)null;
        return new ArchiveDownload(body, length, eTag, plain ? S3Errors.AsMd5(eTag) : null);
    }

    private async Task<string?> ReadCatalogueOnceAsync(CancellationToken ct)
    {
        var client = await _connection.ClientAsync(ct);
        var response = await client.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = ArchiveKey.Catalogue }, ct);
        await using var body = Body(response);
        var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, ct)) > 0)
        {
            if (text.Length + read > CatalogueLimit)
            {
                log.LogWarning("Catalogue in {Location} is ignored: over {Limit} bytes", Location, CatalogueLimit);
                return null;
            }

            text.Write(buffer.AsSpan(0, read));
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private async Task<ArchiveRoot> RootAsync(CancellationToken ct)
    {
        var folders = new List<string>();
        var objects = new List<StoredObject>();
        await foreach (var page in PagesAsync(prefix: null, delimiter: "/", ct))
        {
            folders.AddRange((page.CommonPrefixes ?? []).Select(p => p.TrimEnd('/')));
            objects.AddRange((page.S3Objects ?? []).Select(Describe));
        }

        return new ArchiveRoot(folders, objects);
    }

    private async IAsyncEnumerable<StoredObject> ListBelowAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(prefix, delimiter: null, ct))
        {
            foreach (var o in page.S3Objects ?? [])
            {
                yield return Describe(o);
            }
        }
    }

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        string? prefix, string? delimiter, [EnumeratorCancellation] CancellationToken ct)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix, Delimiter = delimiter, ContinuationToken = next };
            var page = await guard.RunAsync(target: null, token => PageAsync(request, token), ct);
            yield return page;
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
            if (page.IsTruncated == true && (string.IsNullOrEmpty(next) || !tokens.Add(next)))
            {
                throw new ArchiveException(ArchiveErrors.UnexpectedContent, retriable: false, "The listing goes in circles.") { IsSource = true };
            }
        }
        while (next is not null);
    }

    private async Task<ListObjectsV2Response> PageAsync(ListObjectsV2Request request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var client = await _connection.ClientAsync(either.Token);
            var page = await client.ListObjectsV2Async(request, either.Token);
            // Any XML parses into an empty page; a real one names its bucket.
            return page.Name is null && page.HttpStatusCode == HttpStatusCode.OK
                ? throw new ArchiveException(ArchiveErrors.UnexpectedContent, retriable: true, "The answer is not a listing of a bucket.")
                : page;
        }
        catch (Exception e) when (S3Errors.Translate(e, $"listing of {Location}", time, ct) is { } error)
        {
            throw error;
        }
    }

    private static StoredObject Describe(S3Object o) =>
        new(o.Key, o.Size ?? 0, S3Errors.Unquote(o.ETag) ?? "", (o.LastModified ?? DateTime.UnixEpoch).ToUniversalTime());
}
