using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ThemePark.IntegrationTests.Storage;

/// <summary>Somebody's webhook, which may be out of order.</summary>
internal sealed class WebhookStub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookStub(WebApplication app) => _app = app;

    /// <summary>What was posted while it worked.</summary>
    public ConcurrentQueue<JsonElement> Taken { get; } = new();

    public bool IsBroken { get; set; }

    public string Address => _app.Urls.Single();

    public static async Task<WebhookStub> StartAsync(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var stub = new WebhookStub(app);
        app.Run(async http =>
        {
            http.Response.StatusCode = stub.IsBroken ? 500 : http.Request.Path + http.Request.QueryString.Value == path ? 204 : 404;
            if (http.Response.StatusCode == 204)
            {
                stub.Taken.Enqueue((await JsonDocument.ParseAsync(http.Request.Body)).RootElement.Clone());
            }
        });
        await app.StartAsync();
        return stub;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
