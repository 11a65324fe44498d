using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;
using ThemePark.Testing;

namespace ThemePark.UnitTests.Core;

/// <summary>Core's own pipeline on a real port, with the endpoints of <see cref="Probes"/> and a database that nothing answers for.</summary>
internal sealed class BareApp : IAsyncDisposable
{
    public const string Key = "a-key-for-tests-0123456789";

    private readonly WebApplication _app;

    private BareApp(WebApplication app, LogLines log)
    {
        _app = app;
        Log = log;
        Anonymous = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Admin = new HttpClient { BaseAddress = Anonymous.BaseAddress };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public HttpClient Admin { get; }

    public HttpClient Anonymous { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<BareApp> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
        [
            new("Admin:Keys:0:Name", "tester"),
            new("Admin:Keys:0:Key", Key),
            .. settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value)),
        ]);
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(new MySqlDatabase("Server=127.0.0.1;Port=1;Database=none;User ID=none;Password=none;Connection Timeout=2"));
        builder.Services.AddSingleton(new DataDirectory(Path.GetTempPath()));
        builder.Services.AddCore().AddCoreHttp();
        builder.Services.AddMediator(typeof(BareApp).Assembly).AddCarter(typeof(BareApp).Assembly);
        var app = builder.Build();
        app.UseCoreHttp();
        await app.StartAsync();
        return new BareApp(app, log);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Anonymous.Dispose();
        await _app.DisposeAsync();
    }
}
