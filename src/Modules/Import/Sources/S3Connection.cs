using System.Net;
using System.Net.Http.Headers;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace ThemePark.Modules.Import.Sources;

/// <summary>
/// The SDK client, made once its region is known, with everything switched off that the SDK would do behind our back: its own retries,
/// credentials and settings from the machine or the instance's metadata service, checksums that plain S3 servers do not know.
/// </summary>
internal sealed class S3Connection(ArchiveOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _creating = new(1);
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectTimeout = options.ConnectTimeout,
        AllowAutoRedirect = false,
        // Raw objects are kept as they are stored, whatever Content-Encoding claims.
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        // Every caller brings its own limits.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private AmazonS3Client? _client;

    public async Task<AmazonS3Client> ClientAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref _client) is { } ready)
        {
            return ready;
        }

        await _creating.WaitAsync(ct);
        try
        {
            return _client ??= Create(options.Region ?? await DiscoverRegionAsync(ct));
        }
        finally
        {
            _creating.Release();
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _http.Dispose();
        _creating.Dispose();
    }

    /// <summary>S3 names the region of a bucket in every answer to HEAD, a refusal or redirect included.</summary>
    private async Task<string> DiscoverRegionAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, BucketAddress());
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.Headers.TryGetValues("x-amz-bucket-region", out var regions) && regions.FirstOrDefault() is { Length: > 0 } region)
        {
            return region;
        }

        var status = response.StatusCode;
        if (S3Errors.FromStatus(status, code: null, $"bucket '{options.Bucket}'", RetryAfter(response.Headers)) is { Retriable: true } error)
        {
            throw error;
        }

        if (status == HttpStatusCode.NotFound)
        {
            throw new ArchiveException(ArchiveErrors.Misconfigured, retriable: false, $"There is no bucket '{options.Bucket}'.") { Status = status };
        }

        // Plain S3 servers have no regions; the name only enters signatures, and this is the one they expect.
        return options.Endpoint is not null
            ? "us-east-1"
            : throw new ArchiveException(
                ArchiveErrors.Misconfigured, retriable: false, $"The region of bucket '{options.Bucket}' is not told; set Archive:Region.") { Status = status };
    }

    private Uri BucketAddress()
    {
        var bucket = Uri.EscapeDataString(options.Bucket!);
        if (options.Endpoint is null)
        {
            // In the path: a bucket name with dots does not match Amazon's certificate as a host name.
            return new Uri($"https://s3.us-east-1.amazonaws.com/{bucket}");
        }

        var endpoint = new UriBuilder(options.Endpoint);
        if (PathStyle)
        {
            endpoint.Path = $"{endpoint.Path.TrimEnd('/')}/{bucket}";
        }
        else
        {
            endpoint.Host = $"{bucket}.{endpoint.Host}";
        }

        return endpoint.Uri;
    }

    private bool PathStyle => options.PathStyle ?? options.Endpoint is not null;

    private TimeSpan? RetryAfter(HttpResponseHeaders headers) => S3Errors.RetryAfter(headers.RetryAfter, time);

    private AmazonS3Client Create(string region)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = PathStyle,
            HttpClientFactory = new OneClient(_http),
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            ThrottleRetries = false,
            RetryMode = RequestRetryMode.Standard,
            // Not Auto: that mode asks the metadata service where it runs.
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
            IgnoreConfiguredEndpointUrls = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            DisableS3ExpressSessionAuth = true,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options.Endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.ServiceURL = options.Endpoint;
            config.AuthenticationRegion = region;
        }

        AWSCredentials credentials = options.AccessKey is null
            ? new AnonymousAWSCredentials()
            : new BasicAWSCredentials(options.AccessKey, options.SecretKey);
        return new AmazonS3Client(credentials, config);
    }

    /// <summary>Gives the SDK our client, and keeps it from disposing or pooling it.</summary>
    private sealed class OneClient(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public override string? GetConfigUniqueString(IClientConfig clientConfig) => null;
    }
}
