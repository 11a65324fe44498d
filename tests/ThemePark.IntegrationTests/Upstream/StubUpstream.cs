using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThemePark.IntegrationTests.Upstream;

/// <summary>What one request to the stub looked like.</summary>
internal sealed record SeenRequest(DateTimeOffset At, string Path, string? IfNoneMatch, string? Key, string UserAgent);

/// <summary>An HTTP server that answers as a test says.</summary>
internal sealed class StubUpstream : IAsyncDisposable
{
    public const string Body = """{"id":"x","liveData":[]}""";
    private readonly TimeProvider _time;
    private WebApplication? _app;

    private StubUpstream(TimeProvider time) => _time = time;

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    public string BaseAddress { get; private set; } = "";

    /// <summary>Gets the number of the request, from 1.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = (http, _) => JsonAsync(http);

    public static async Task<StubUpstream> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var stub = new StubUpstream(time) { _app = builder.Build() };
        stub._app.Run(http =>
        {
            var headers = http.Request.Headers;
            stub.Requests.Enqueue(new SeenRequest(stub._time.GetUtcNow(), http.Request.Path.Value!, headers.IfNoneMatch, headers["X-API-Key"], headers.UserAgent.ToString()));
            return stub.Answer(http, stub.Requests.Count);
        });
        await stub._app.StartAsync();
        stub.BaseAddress = stub._app.Urls.Single() + "/v1";
        return stub;
    }

    public static async Task JsonAsync(HttpContext http, string body = Body, string type = "application/json; charset=utf-8", int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        await http.Response.WriteAsync(body);
    }

    public static Task StatusAsync(HttpContext http, int status) => JsonAsync(http, """{"success":false}""", status: status);

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            using var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            await app.StopAsync(hurry.Token);
            await app.DisposeAsync();
        }
    }
}
