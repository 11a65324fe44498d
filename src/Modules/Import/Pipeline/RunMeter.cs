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
}

/// <summary>Measures one run: time by phase, rates since it was taken up, and the most memory the host had meanwhile.</summary>
internal sealed class RunMeter
{
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
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _records, records);
    }

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
}
