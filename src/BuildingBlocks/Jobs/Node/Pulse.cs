using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ThemePark.Jobs;

/// <summary>The runs under way in this process.</summary>
internal sealed class RunningRuns
{
    private readonly ConcurrentDictionary<string, JobRun> _byOwner = new(StringComparer.Ordinal);

    public IReadOnlyCollection<JobRun> All => (IReadOnlyCollection<JobRun>)_byOwner.Values;

    public void Add(JobRun run) => _byOwner[run.Owner] = run;

    public void Remove(JobRun run) => _byOwner.TryRemove(run.Owner, out _);

    public bool Has(string owner) => _byOwner.ContainsKey(owner);

    public void Stop(JobId id, StopReason reason)
    {
        foreach (var run in _byOwner.Values)
        {
            if (run.Id == id)
            {
                run.Stop(reason);
            }
        }
    }
}

/// <summary>Once a second: signs this node's runs, hears of cancels and take-overs, and writes what the runs reported since.</summary>
internal sealed class Pulse(JobWatch watch, RunningRuns runs, ILogger<Pulse> logger) : IDisposable
{
    private const int MaxUnwritten = 20_000;
    private const int LinesPerTransaction = 500;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly List<PendingLine> _unwritten = [];

    /// <summary>Signs the runs and hears what became of them. Nothing slow belongs here: a late beat looks like a death.</summary>
    public async Task BeatAsync(CancellationToken ct)
    {
        if (runs.All is { Count: > 0 } current)
        {
            await BeatAsync(current, ct);
        }
    }

    /// <summary>Writes what the runs reported since the last pass.</summary>
    public async Task WriteAsync(CancellationToken ct)
    {
        var current = runs.All;
        await WriteLogAsync(current, ct);
        foreach (var run in current)
        {
            if (run.TakeProgress() is { } report)
            {
                await WriteProgressAsync(run, report, ct);
            }
        }
    }

    /// <summary>Writes a run's last lines before its end is recorded, so that a reader of the end sees them; what fails waits for the next pass.</summary>
    public async Task FlushLogAsync(JobRun run, CancellationToken ct)
    {
        try
        {
            await WriteLogAsync([run], ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogDebug(e, "The last lines of job {JobId} wait for the next pass", run.Id);
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task BeatAsync(IReadOnlyCollection<JobRun> current, CancellationToken ct)
    {
        var rows = await watch.BeatAsync([.. current.Select(run => run.Id.ToString())], [.. current.Select(run => run.Owner)], ct);
        var byId = rows.ToDictionary(row => row.JobId, StringComparer.Ordinal);
        foreach (var run in current)
        {
            if (!byId.TryGetValue(run.Id.ToString(), out var row) || row.Owner != run.Owner)
            {
                run.Stop(StopReason.Superseded);
            }
            else if (row.CancelRequested)
            {
                run.Stop(StopReason.Cancelled);
            }
            else if (row.HandBack)
            {
                run.Stop(StopReason.Drained);
            }
        }
    }

    private async Task WriteLogAsync(IReadOnlyCollection<JobRun> current, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            foreach (var run in current)
            {
                run.TakeLines(_unwritten);
            }

            if (_unwritten.Count > MaxUnwritten)
            {
                logger.LogWarning("{Count} job log lines are lost: the database has not taken any for too long", _unwritten.Count - MaxUnwritten);
                _unwritten.RemoveRange(0, _unwritten.Count - MaxUnwritten);
            }

            while (_unwritten.Count > 0)
            {
                var batch = _unwritten.GetRange(0, Math.Min(_unwritten.Count, LinesPerTransaction));
                await watch.WriteLogAsync(batch, ct);
                _unwritten.RemoveRange(0, batch.Count);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task WriteProgressAsync(JobRun run, (double Fraction, string? Note) report, CancellationToken ct)
    {
        try
        {
            await watch.WriteProgressAsync(run.Id, run.Owner, report.Fraction, report.Note, ct);
        }
        catch
        {
            run.ReturnProgress(report);
            throw;
        }
    }
}
