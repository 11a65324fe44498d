using System.Collections.Concurrent;
using System.Globalization;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.MySql;

namespace ThemePark.IntegrationTests.Jobs;

/// <summary>A host with the job engine, as the real one composes it.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private TestNode(IHost host, Script script) => (_host, Script) = (host, script);

    public Script Script { get; }
    public IJobs Jobs => _host.Services.GetRequiredService<IJobs>();
    public MySqlDatabase Database => _host.Services.GetRequiredService<MySqlDatabase>();
    public IServiceProvider Services => _host.Services;
    internal QuartzEngine Engine => Services.GetRequiredService<QuartzEngine>();

    public static async Task<TestNode> StartAsync(
        string connectionString, Script? script = null, string? name = null, (string Key, string Value)[]? settings = null, bool wait = true,
        Action<HostApplicationBuilder>? configure = null)
    {
        script ??= new Script();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection((settings ?? []).Select(s => KeyValuePair.Create("Jobs:" + s.Key, (string?)s.Value)));
        name ??= $"node-{Guid.NewGuid():n}";
        builder.Configuration["Jobs:NodeId"] = name;
        builder.Logging.AddProvider(LogFile.Instance).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(_ => new MySqlDatabase(connectionString));
        builder.Services.AddSingleton(script);
        builder.Services.AddSingleton(new NodeName(name));
        builder.Services.AddCore();
        builder.Services.AddTransient<IRequestHandler<Work, Unit>, WorkHandler>();
        configure?.Invoke(builder);
        builder.Services.AddJobs(builder.Configuration, typeof(Work).Assembly);
        var node = new TestNode(builder.Build(), script);
        await node._host.StartAsync();
        if (wait && node.Services.GetRequiredService<IOptions<JobsOptions>>().Value.Enabled)
        {
            await Eventually.TrueAsync(() => Task.FromResult(node.Engine.Started), 20);
        }

        return node;
    }

    public ValueTask<JobId> EnqueueAsync(string name, JobOptions? options = null) => Jobs.EnqueueAsync(new Work(name), options, null, CancellationToken.None);

    public async Task<JobView> GetAsync(JobId id) => (await Jobs.GetAsync(id, CancellationToken.None)).ShouldNotBeNull();

    public async Task<JobView> UntilAsync(JobId id, JobState state, double seconds = 10)
    {
        JobView? job = null;
        await Eventually.TrueAsync(async () => (job = await GetAsync(id)).State == state, seconds, () => $"The job is {job?.State}: {job?.LastError}");
        return job!;
    }


    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _host.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, double seconds = 10, Func<string>? what = null)
    {
        var until = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            if (DateTime.UtcNow > until)
            {
                throw new ShouldAssertException(string.Create(CultureInfo.InvariantCulture, $"Not within {seconds} s. {what?.Invoke()}"));
            }

            await Task.Delay(10);
        }
    }
}

/// <summary>Everything the nodes log, in the file <c>THEMEPARK_TEST_LOG</c> names; the statements Quartz prepares, for tests of them.</summary>
internal sealed class LogFile : ILoggerProvider, ILogger
{
    public static readonly LogFile Instance = new();
    private readonly string? _path = Environment.GetEnvironmentVariable("THEMEPARK_TEST_LOG");
    private readonly Lock _gate = new();

    public ConcurrentDictionary<string, bool> Statements { get; } = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        if (text.StartsWith("Prepared SQL", StringComparison.Ordinal))
        {
            Statements[text] = true;
        }

        if (_path is not null)
        {
            lock (_gate)
            {
                File.AppendAllText(_path, string.Create(
                    CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {text} {exception}\n"));
            }
        }
    }

    public void Dispose()
    {
    }
}
