using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ThemePark.Jobs;

/// <summary>
/// The life of the jobs in this process. Nothing here fails the host: without a database every part tries again until there is one. The engine is started
/// by this supervisor, never by the host.
/// </summary>
internal sealed class JobsHost(
    IJobEngine engine, Pulse pulse, NodeSign sign, Dispatcher dispatcher, Reaper reaper, ScheduleKeeper keeper, IOptions<JobsOptions> options,
    TimeProvider time, ILogger<JobsHost> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan PassLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StartAgain = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stopFiring = new();
    private readonly CancellationTokenSource _stopBeating = new();
    private Task _firing = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;
    private Task _signing = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _signing = Task.Run(() => LoopAsync("sign this node", sign.PassAsync, BetweenBeatsAsync, _stopBeating.Token), CancellationToken.None);
        if (options.Value.Enabled)
        {
            _beating = Task.WhenAll(
                Task.Run(() => LoopAsync("sign running jobs", pulse.BeatAsync, BetweenBeatsAsync, _stopBeating.Token), CancellationToken.None),
                Task.Run(() => LoopAsync("write progress and log", pulse.WriteAsync, BetweenBeatsAsync, _stopBeating.Token), CancellationToken.None));
            _firing = Task.Run(FireAsync, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopFiring.CancelAsync();
        await _firing;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.ShutdownTimeout);
        await engine.StopAsync(limit.Token);
        await _stopBeating.CancelAsync();
        await _beating;
        await _signing;
        await sign.LeaveAsync();
    }

    public void Dispose()
    {
        _stopFiring.Dispose();
        _stopBeating.Dispose();
    }

    private Task BetweenBeatsAsync(CancellationToken ct) => Task.Delay(options.Value.HeartbeatInterval, time, ct);

    private async Task FireAsync()
    {
        var ct = _stopFiring.Token;
        await LoopAsync("start the job engine", StartEngineAsync, _ => Task.Delay(StartAgain, time, ct), ct, once: true);
        await Task.WhenAll(
            LoopAsync("hand jobs to the engine", dispatcher.PassAsync, dispatcher.WaitAsync, ct, limit: Timeout.InfiniteTimeSpan),
            LoopAsync("look for lost jobs", reaper.PassAsync, token => Task.Delay(options.Value.DeadAfter / 8, time, token), ct),
            LoopAsync("keep the schedules", keeper.PassAsync, keeper.WaitAsync, ct));
    }

    private async Task StartEngineAsync(CancellationToken ct)
    {
        await engine.StartAsync(ct);
        logger.LogInformation("Node {NodeId} runs jobs, up to {Workers} at once", options.Value.NodeId, options.Value.Workers);
    }

    private async Task LoopAsync(
        string what, Func<CancellationToken, Task> pass, Func<CancellationToken, Task> wait, CancellationToken ct, bool once = false, TimeSpan? limit = null)
    {
        var failing = false;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                using var passLimit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                passLimit.CancelAfter(limit ?? (once ? Timeout.InfiniteTimeSpan : PassLimit));
                await pass(passLimit.Token);
                if (failing)
                {
                    failing = false;
                    logger.LogInformation("Can {What} again", what);
                }

                if (once)
                {
                    return;
                }
            }
#pragma warning disable CA1031 // A pass that failed is tried again, whatever it was; jobs must outlive their database's bad hour.
            catch (Exception e) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!failing)
                {
                    failing = true;
                    logger.LogWarning(e, "Cannot {What}; trying until it works", what);
                }
            }
#pragma warning disable CA1031
            catch (Exception) when (ct.IsCancellationRequested)
#pragma warning restore CA1031
            {
                return;
            }

            try
            {
                await wait(ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
