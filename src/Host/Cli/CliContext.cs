using System.CommandLine;
using MediatR;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Cli;

/// <summary>What a verb works with: its arguments, its output and, on first use, the host's services without its servers.</summary>
internal sealed class CliContext(ParseResult arguments, CliOutput output) : IAsyncDisposable
{
    private IHost? _host;
    private bool _started;

    public ParseResult Arguments { get; } = arguments;
    public CliOutput Output { get; } = output;

    /// <summary>Opens the configured database, or starts or joins the embedded one. No hosted service runs.</summary>
    public async Task<IServiceProvider> ServicesAsync(bool migrate, CancellationToken ct)
    {
        if (_host is null)
        {
            var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
                new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
            Quieten(builder.Logging);
            var database = await HostDatabase.OpenAsync(builder.Configuration, Quieten, ct);
            try
            {
                await builder.Services.AddSimulatedUpstreamAsync(builder.Configuration, ct);
                builder.Services.AddThemePark(database, builder.Configuration);
                _host = builder.Build();
                _host.Services.GetRequiredService<HostDatabase>();
            }
            catch
            {
                await database.DisposeAsync();
                throw;
            }

            if (migrate)
            {
                await ThemeParkHost.PrepareAsync(_host.Services, ct);
            }
        }

        return _host.Services;
    }

    /// <summary>Sends a command as the person at the shell, through the same pipeline as the API.</summary>
    public async Task<T> SendAsync<T>(IRequest<T> request, CancellationToken ct, bool migrate = true)
    {
        var services = await ServicesAsync(migrate, ct);
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(new Caller(Environment.UserName, Door.Cli), null);
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, ct);
    }

    /// <summary>Runs jobs in this process until the verb ends: what it waits for is done even where no host serves.</summary>
    public async Task StartJobsAsync(CancellationToken ct)
    {
        await ServicesAsync(migrate: true, ct);
        await _host!.StartAsync(ct);
        _started = true;
    }

    /// <summary>Ends a verb: the failure is shown, or <paramref name="success"/> is.</summary>
    public int Finish<T>(Outcome<T> outcome, Action<T> success)
    {
        if (outcome.Failure is { } failure)
        {
            Output.Failure(failure);
            return ExitCodes.Of(failure);
        }

        success(outcome.Value);
        return ExitCodes.Done;
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            // Hands running jobs back, so that another node goes on with them at once.
            await _host!.StopAsync();
        }

        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }

    // Standard output belongs to the result.
    private static void Quieten(ILoggingBuilder logging) => logging
        .ClearProviders()
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter(null, LogLevel.Warning)
        .AddSimpleConsole(console => console.SingleLine = true)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
