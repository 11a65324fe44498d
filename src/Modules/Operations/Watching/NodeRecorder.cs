using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThemePark.Jobs;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>
/// Writes a row a minute about this process. What cannot be written while the database is away is kept and written later: those are the minutes that matter.
/// </summary>
internal sealed class NodeRecorder(
    NodeMinutes minutes, Traffic traffic, ErrorLines errors, IOptions<JobsOptions> jobs, TimeProvider time, ILogger<NodeRecorder> logger, IServer? server = null)
    : BackgroundService
{
    // Two hours; of a longer outage the last two.
    private const int MostKept = 120;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<NodeMinute> _unwritten = new();
    private readonly long? _memory = MemoryLimit.Read("/proc", "/sys/fs/cgroup");
    private long _since = time.GetTimestamp();
    private TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Minute, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RecordAsync(stoppingToken);
        }
    }

    /// <summary>Ends the minute and writes it, and what is left of earlier ones.</summary>
    internal async Task RecordAsync(CancellationToken cancellationToken)
    {
        _unwritten.Enqueue(Take());
        if (_unwritten.Count > MostKept)
        {
            _unwritten.Dequeue();
        }

        try
        {
            while (_unwritten.TryPeek(out var oldest))
            {
                await minutes.AddAsync(oldest, cancellationToken);
                _unwritten.Dequeue();
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A warning: as an error it would count itself, minute by minute.
            logger.LogWarning(e, "What this node saw of itself cannot be written; {Minutes} minutes wait", _unwritten.Count);
        }
    }

    private NodeMinute Take()
    {
        var (since, cpu) = (_since, _cpu);
        _since = time.GetTimestamp();
        _cpu = Environment.CpuUsage.TotalTime;
        var took = time.GetElapsedTime(since, _since);
        return new NodeMinute(
            jobs.Value.NodeId,
            time.GetUtcNow().UtcDateTime,
            took.TotalSeconds,
            server is null ? null : traffic.Api.Take(),
            server is null ? null : traffic.Pages.Take(),
            took > TimeSpan.Zero ? Math.Clamp(100 * ((_cpu - cpu) / took) / Environment.ProcessorCount, 0, 100) : 0,
            Environment.WorkingSet,
            _memory,
            errors.Take());
    }
}
