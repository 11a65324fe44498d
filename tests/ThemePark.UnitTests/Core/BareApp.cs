using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

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
        builder.Services.AddCore().AddCoreHttp(builder.Configuration);
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

/// <summary>Everything logged, scopes included, as text.</summary>
internal sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string?>();
            owner._scopes.ForEachScope((scope, list) => list.Add(scope?.ToString()), scopes);
            owner._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception} [{string.Join(' ', scopes)}]");
        }
    }
}
