using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ThemePark.IntegrationTests.Import.Sources;

/// <summary>The few S3 calls the source makes, over real HTTP, with a hook in front of every request for precise misbehaviour.</summary>
internal sealed class StubBucket : IAsyncDisposable
{
    public const string Name = "archive";
    private WebApplication? _app;

    public ConcurrentDictionary<string, StubObject> Objects { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<(DateTime At, string Method, string Key, string? Authorization)> Requests { get; } = new();

    public string Endpoint { get; private set; } = "";

    public string? Region { get; set; } = "eu-west-2";

    public int PageSize { get; set; } = 1000;

    /// <summary>Sees every request first; true when it has dealt with it. The key is empty for calls on the bucket.</summary>
    public Func<HttpContext, string, Task<bool>>? Fault { get; set; }

    public Action? BetweenPages { get; set; }

    public static async Task<StubBucket> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var stub = new StubBucket { _app = builder.Build() };
        stub._app.Run(stub.AnswerAsync);
        await stub._app.StartAsync();
        stub.Endpoint = stub._app.Urls.Single();
        return stub;
    }

    public void Put(string key, byte[] content) => Objects[key] = new StubObject(content);

    public int CountOf(string key) => Requests.Count(r => r.Method == "GET" && r.Key == key);

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            using var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            await app.StopAsync(hurry.Token);
            await app.DisposeAsync();
        }
    }

    public static async Task FailAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/xml";
        await http.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>as told</Message></Error>");
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.TrimStart('/');
        var key = path.StartsWith(Name + "/", StringComparison.Ordinal) ? path[(Name.Length + 1)..] : "";
        Requests.Enqueue((DateTime.UtcNow, http.Request.Method, key, http.Request.Headers.Authorization));
        if (Fault is { } fault && await fault(http, key))
        {
            return;
        }

        if (key.Length > 0)
        {
            await ObjectAsync(http, key);
        }
        else if (path.TrimEnd('/') != Name)
        {
            await FailAsync(http, 404, "NoSuchBucket");
        }
        else if (http.Request.Method == "HEAD")
        {
            http.Response.Headers["x-amz-bucket-region"] = Region;
        }
        else
        {
            await ListAsync(http);
        }
    }

    private async Task ObjectAsync(HttpContext http, string key)
    {
        if (!Objects.TryGetValue(key, out var found))
        {
            await FailAsync(http, 404, "NoSuchKey");
            return;
        }

        http.Response.ContentType = "binary/octet-stream";
        http.Response.ContentLength = found.Content.Length;
        http.Response.Headers.ETag = $"\"{found.ETag}\"";
        if (found.ContentEncoding is { } encoding)
        {
            http.Response.Headers.ContentEncoding = encoding;
        }

        await http.Response.Body.WriteAsync(found.Content);
    }

    // The token is an offset, the worst kind: what is added or removed meanwhile shifts the next page.
    private async Task ListAsync(HttpContext http)
    {
        string prefix = http.Request.Query["prefix"].FirstOrDefault() ?? "";
        var delimiter = http.Request.Query["delimiter"].FirstOrDefault();
        var offset = int.Parse(http.Request.Query["continuation-token"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        var entries = Objects.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
            .Select(k => delimiter is not null && k.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) is >= 0 and var at ? k[..(at + 1)] : k)
            .Distinct().Order(StringComparer.Ordinal).ToList();
        var page = entries.Skip(offset).Take(PageSize).ToList();
        var more = offset + page.Count < entries.Count;
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        xml.Append(CultureInfo.InvariantCulture, $"<Name>{Name}</Name><Prefix>{SecurityElement.Escape(prefix)}</Prefix><KeyCount>{page.Count}</KeyCount><MaxKeys>{PageSize}</MaxKeys>");
        xml.Append(CultureInfo.InvariantCulture, $"<IsTruncated>{(more ? "true" : "false")}</IsTruncated>");
        if (more)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<NextContinuationToken>{offset + page.Count}</NextContinuationToken>");
        }

        foreach (var entry in page)
        {
            var text = SecurityElement.Escape(entry);
            xml.Append(Objects.TryGetValue(entry, out var o)
                ? $"<Contents><Key>{text}</Key><LastModified>2025-01-02T03:04:05.000Z</LastModified><ETag>&quot;{o.ETag}&quot;</ETag><Size>{o.Content.Length}</Size></Contents>"
                : $"<CommonPrefixes><Prefix>{text}</Prefix></CommonPrefixes>");
        }

        http.Response.ContentType = "application/xml";
        await http.Response.WriteAsync(xml.Append("</ListBucketResult>").ToString());
        if (more)
        {
            BetweenPages?.Invoke();
        }
    }
}

internal sealed record StubObject(byte[] Content)
{
    public string ETag { get; init; } = Md5(Content);

    public string? ContentEncoding { get; init; }

    private static string Md5(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
