using System.Collections.Concurrent;
using System.Diagnostics;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>The stages of a run whose time is measured; they overlap.</summary>
internal enum RunPhase
{
    List,
    Fetch,
    Read,
    Match,
    Encode,
    Write,
    Derive,
}

/// <summary>Measures one run: time by phase, rates since it was taken up, and the most memory the host had meanwhile.</summary>
internal sealed class RunMeter(ImportOptions options) : IDisposable
{
    private readonly SemaphoreSlim _checkpoint = new(0);
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ConcurrentDictionary<RunPhase, long> _phases = new();
    private long _records;
    private long _files;
    private double _peakMemoryMb;

    /// <summary>Seconds at work before this run was taken up.</summary>
    public double Before { get; set; }

    public long Records => Interlocked.Read(ref _records);

    public void Add(RunPhase phase, long since) =>
        _phases.AddOrUpdate(phase, static (_, ticks) => ticks, static (_, sum, ticks) => sum + ticks, Stopwatch.GetTimestamp() - since);

    public void FileDone(int records)
    {
        Interlocked.Add(ref _records, records);
        if (Interlocked.Increment(ref _files) % options.CheckpointInterval == 0)
        {
            _checkpoint.Release();
        }
    }

    /// <summary>Waits until another <see cref="ImportOptions.CheckpointInterval"/> files are done, at most as long as given.</summary>
    public Task NextCheckpointAsync(TimeSpan atMost, CancellationToken ct) => _checkpoint.WaitAsync(atMost, ct);

    public RunFigures Figures()
    {
        var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        _peakMemoryMb = Math.Max(_peakMemoryMb, Environment.WorkingSet / 1048576d);
        return new RunFigures(
            Before + seconds,
            seconds > 0 ? _records / seconds : null,
            seconds > 0 ? _files / seconds : null,
            _phases.OrderBy(p => p.Key).ToDictionary(p => p.Key.ToString().ToLowerInvariant(), p => Math.Round((double)p.Value / Stopwatch.Frequency, 3)),
            Math.Round(_peakMemoryMb, 1));
    }

    public void Dispose() => _checkpoint.Dispose();
}
