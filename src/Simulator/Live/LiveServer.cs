namespace ThemePark.Simulator;

/// <summary>Serves the simulated live API alone, over loopback HTTP; an <see cref="ArchiveServer"/> can carry it beside the bucket.</summary>
public sealed class LiveServer : IAsyncDisposable
{
    private readonly LiveServerOptions _options;
    private readonly LiveApi _api;
    private LoopbackHost? _host;

    private LiveServer(LiveServerOptions options)
    {
        _options = options;
        _api = new LiveApi(options);
    }

    /// <summary>The API's base address, for instance <c>http://127.0.0.1:40123/v1/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>What goes wrong and when.</summary>
    public LiveFaultPlan Faults => _options.Faults;

    /// <summary>What was answered, when <see cref="LiveServerOptions.KeepServed"/> says so.</summary>
    public ServedLog Served => _api.Served;

    /// <summary>Simulated time.</summary>
    public TimeProvider Clock => _options.Clock;

    /// <summary>Listens when the task completes.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ArgumentException">A number of the world is out of its range.</exception>
    public static async Task<LiveServer> StartAsync(LiveServerOptions options, CancellationToken ct = default)
    {
        var server = new LiveServer(options);
        server._host = await LoopbackHost.StartAsync(options.Port, server._api.HandleAsync, ct);
        server.BaseAddress = new Uri(server._host.BaseAddress, "v1/");
        return server;
    }

    /// <summary>Ends open requests and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
