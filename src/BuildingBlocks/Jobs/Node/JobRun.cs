using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;

namespace ThemePark.Jobs;

/// <summary>The run that is under way in this scope.</summary>
internal sealed class CurrentRun
{
    public JobRun? Run { get; set; }
}

/// <summary>One run in this process.</summary>
internal sealed class JobRun(ClaimedRun claim, JobWatch watch, TimeProvider time, ILogger logger) : IJobRun, IDisposable
{
    private const int MaxLineLength = 8_000;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<PendingLine> _lines = new();
    private int _toForgive = claim.LostRuns;
    private (double Fraction, string? Note)? _progress;
    private StopReason _reason;

    public ClaimedRun Claim => claim;

    public JobId Id => claim.Id;

    public int Attempt => claim.Attempt;

    public bool Recovered => claim.Recovered;

    public string Owner => claim.Owner;

    public CancellationToken Token => _stop.Token;

    public StopReason StopReason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    /// <summary>The gravest reason stands: being superseded outweighs a shutdown, and a shutdown a cancel, which the row keeps anyway.</summary>
    public void Stop(StopReason reason)
    {
        lock (_gate)
        {
            if (reason <= _reason)
            {
                return;
            }

            _reason = reason;
        }

        try
        {
            // Not on this thread: what a handler registered on its token may take its time.
            _ = _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended.
        }
    }

    public void Progress(double fraction, string? note = null)
    {
        lock (_gate)
        {
            _progress = (Math.Clamp(fraction, 0, 1), note);
        }
    }

    public void Log(LogLevel level, string text)
    {
        logger.Log(level, "{Line}", text);
        _lines.Enqueue(new PendingLine(
            Id.ToString(), claim.RunNo, time.GetUtcNow().UtcDateTime, level, text.Length > MaxLineLength ? text[..MaxLineLength] : text));
    }

    public async ValueTask AdvancedAsync(CancellationToken ct)
    {
        var lost = Interlocked.Exchange(ref _toForgive, 0);
        if (lost == 0)
        {
            return;
        }

        try
        {
            await watch.ForgiveLostRunsAsync(Id, Owner, ct);
        }
        catch (DbException e)
        {
            // The work itself is committed; the next advance says it again.
            logger.LogDebug(e, "Job {JobId} advanced, which could not be recorded", Id);
            _toForgive = lost;
        }
    }

    public async ValueTask FenceAsync(DbTransaction tx, CancellationToken ct)
    {
        // Shared, so that one run may write in several transactions at once; the next run's exclusive lock still waits for all of them.
        const string Sql = "SELECT owner FROM job_fences WHERE job_id = @id LOCK IN SHARE MODE";
        var connection = tx.Connection ?? throw new InvalidOperationException("The transaction has ended.");
        var owner = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Sql, new { id = Id.ToString() }, tx, cancellationToken: ct));
        if (!string.Equals(owner, Owner, StringComparison.Ordinal))
        {
            Stop(StopReason.Superseded);
            throw new RunSupersededException(Id);
        }
    }

    /// <summary>The last report since the last call, or null.</summary>
    public (double Fraction, string? Note)? TakeProgress()
    {
        lock (_gate)
        {
            var taken = _progress;
            _progress = null;
            return taken;
        }
    }

    /// <summary>Puts back a report that could not be written, unless there is a newer one.</summary>
    public void ReturnProgress((double Fraction, string? Note) report)
    {
        lock (_gate)
        {
            _progress ??= report;
        }
    }

    public void TakeLines(List<PendingLine> into)
    {
        while (_lines.TryDequeue(out var line))
        {
            into.Add(line);
        }
    }

    public void Dispose() => _stop.Dispose();
}
