using Microsoft.AspNetCore.Http;

namespace ThemePark.Simulator;

/// <summary>
/// Serves a directory over loopback HTTP the way S3 serves the upstream bucket, path style (<c>/bucket/key</c>), to anonymous and signed
/// clients alike (signatures are not checked), and fails on request. On the same port it plays the live API when asked to.
/// </summary>
public sealed class ArchiveServer : IAsyncDisposable
{
    private readonly ArchiveServerOptions _options;
    private readonly BucketDirectory _bucket;
    private readonly LiveApi? _live;
    private LoopbackHost? _host;

    private ArchiveServer(ArchiveServerOptions options)
    {
        _options = options;
        _bucket = new BucketDirectory(options.Directory);
        _live = options.Live is { } live ? new LiveApi(live) : null;
    }

    /// <summary>The endpoint without the bucket, for instance <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Name of the bucket.</summary>
    public string Bucket => _options.Bucket;

    /// <summary>What goes wrong and when.</summary>
    public FaultPlan Faults => _options.Faults;

    /// <summary>Base address of the simulated live API; null when <see cref="ArchiveServerOptions.Live"/> is not set.</summary>
    public Uri? LiveAddress => _live is null ? null : new Uri(BaseAddress, "v1/");

    /// <summary>What the live API answered; null without one.</summary>
    public ServedLog? Served => _live?.Served;

    /// <summary>What the bucket was asked so far.</summary>
    public RequestLog Requests { get; } = new();

    /// <summary>Listens when the task completes.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public static async Task<ArchiveServer> StartAsync(ArchiveServerOptions options, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.PageSize, 1_000);
        if (!Directory.Exists(options.Directory))
        {
            throw new DirectoryNotFoundException($"There is no directory {options.Directory}.");
        }

        var server = new ArchiveServer(options);
        server._host = await LoopbackHost.StartAsync(options.Port, server.HandleAsync, ct);
        server.BaseAddress = server._host.BaseAddress;
        return server;
    }

    /// <summary>Ends open requests, black holes too, and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext http, CancellationToken ct)
    {
        if (_live is not null && LiveApi.Handles(http.Request.Path))
        {
            await _live.HandleAsync(http, ct);
            return;
        }

        http.Response.Headers["x-amz-request-id"] = "SIMULATED";
        var path = (http.Request.Path.Value ?? "/")[1..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (bucket, key) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
        if (OperationOf(http.Request, key) is not { } operation)
        {
            await S3Reply.ErrorAsync(http, 405, "MethodNotAllowed", "The specified method is not allowed against this resource.", ct);
            return;
        }

        var subject = operation == S3Operation.List ? http.Request.Query["prefix"].ToString() : key;
        var attempt = Requests.Begin(operation, subject);
        var fault = Faults.Decide(operation, subject, attempt);
        var at = DateTimeOffset.UtcNow;
        try
        {
            await AnswerAsync(http, operation, bucket, key, fault, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The client has gone or the server stops: there is nobody to answer.
            http.Abort();
        }
        finally
        {
            var sent = fault?.Kind == FaultKind.BlackHole ? 0 : http.Response.StatusCode;
            Requests.End(new LoggedRequest(operation, subject, attempt, fault?.Kind, sent, at));
        }
    }

    private async Task AnswerAsync(HttpContext http, S3Operation operation, string bucket, string key, Fault? fault, CancellationToken ct)
    {
        if (fault is not null && await S3Reply.FailedAsync(http, fault, ct))
        {
            return;
        }

        if (bucket != _options.Bucket)
        {
            await S3Reply.ErrorAsync(http, 404, "NoSuchBucket", "The specified bucket does not exist", ct);
            return;
        }

        switch (operation)
        {
            case S3Operation.HeadBucket:
                http.Response.Headers["x-amz-bucket-region"] = _options.Region;
                break;
            case S3Operation.List:
                await ListAsync(http, fault, ct);
                break;
            case S3Operation.Get or S3Operation.Head when _bucket.Find(key) is { } found:
                await S3Objects.ReplyAsync(http, _bucket, found, fault, ct);
                break;
            default:
                await S3Reply.ErrorAsync(http, 404, "NoSuchKey", "The specified key does not exist.", ct);
                break;
        }
    }

    private async Task ListAsync(HttpContext http, Fault? fault, CancellationToken ct)
    {
        http.Response.Headers["x-amz-bucket-region"] = _options.Region;
        if (ListRequest.Read(http.Request.Query) is not { } request)
        {
            await S3Reply.ErrorAsync(http, 400, "InvalidArgument", "A parameter of the listing is not valid", ct);
            return;
        }

        if (fault?.Kind == FaultKind.ChangingListing && request.Token is not null)
        {
            var remaining = _bucket.Keys(request.Prefix, request.After).ToList();
            _bucket.Delete(request.After);
            if (remaining.Count > 1)
            {
                _bucket.Delete(remaining[0]);
                _bucket.AddDayAfter(remaining);
            }
        }

        var page = fault?.Kind == FaultKind.EmptyListing ? ListPage.Empty : ListPage.Read(_bucket, request, _options.PageSize);
        http.Response.ContentType = "application/xml";
        await S3Reply.BodyAsync(http, S3Xml.Listing(_options.Bucket, request, page), fault, ct);
    }

    private static S3Operation? OperationOf(HttpRequest request, string key) => (request.Method, key.Length > 0) switch
    {
        ("HEAD", false) => S3Operation.HeadBucket,
        ("GET", false) when request.Query["list-type"] == "2" => S3Operation.List,
        ("GET", true) => S3Operation.Get,
        ("HEAD", true) => S3Operation.Head,
        _ => null,
    };
}
