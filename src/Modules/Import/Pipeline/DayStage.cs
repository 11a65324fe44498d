using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Runs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>
/// Writes UTC days. Everything a day changes commits in one transaction: its rows, queues and ledger, the record of every file
/// that is complete with it, and the proof that this run still owns the job.
/// </summary>
internal sealed class DayStage(
    ISnapshotWriter writer,
    MySqlDatabase database,
    FileRecords records,
    UnmatchedRecords unmatched,
    IJobRun job,
    RunMeter meter,
    ImportMeters meters,
    TimeProvider clock,
    ILogger<DayStage> logger)
{
    private readonly Lock _gate = new();
    private ImmutableHashSet<(Guid, int?)> _recorded = [];

    public async Task WriteAsync(ImportRun run, DayUnit unit, DayContent content, CancellationToken ct)
    {
        using var fields = logger.BeginFields(("day", unit.Day));
        var started = Stopwatch.GetTimestamp();
        using var encoded = writer.Encode(content);
        meter.Add(RunPhase.Encode, started);

        started = Stopwatch.GetTimestamp();
        var (written, finished) = await MySqlRetry.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenGuardedAsync(token);
                await using var tx = await connection.BeginTransactionAsync(token);
                await job.FenceAsync(tx, token);
                var written = await writer.WriteAsync(encoded, tx, token);
                var finished = await FinishAsync(run, unit, written, tx, token);
                await tx.CommitAsync(token);
                return (written, finished);
            },
            clock,
            logger,
            ct);
        meter.Add(RunPhase.Write, started);
        await job.AdvancedAsync(ct);
        await CommittedAsync(run, unit, written, finished, ct);
    }

    /// <summary>The same way, rolled back: what would be written is counted, nothing stays.</summary>
    public async Task RehearseAsync(
        ImportRun run, DayUnit unit, Func<DbTransaction, ValueTask<DayContent>> prepare, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        DayWritten written;
        await using (var connection = await database.OpenGuardedAsync(ct))
        await using (var tx = await connection.BeginTransactionAsync(ct))
        {
            await job.FenceAsync(tx, ct);
            using var encoded = writer.Encode(await prepare(tx));
            written = await writer.WriteAsync(encoded, tx, ct);
            await tx.RollbackAsync(ct);
        }

        meter.Add(RunPhase.Write, started);
        await CommittedAsync(run, unit, written, [], ct);
    }

    /// <summary>Ends files that have no day to be written with: failed, unchanged or without a single row.</summary>
    public async Task FinishAsync(ImportRun run, FileWork work, CancellationToken ct)
    {
        await job.WriteAsync(database, (tx, token) => FinishAsync(run, work, work.Tally, tx, token), clock, logger, ct);
        await job.AdvancedAsync(ct);
        Done(run, work);
    }

    private async Task<IReadOnlyList<FileWork>> FinishAsync(
        ImportRun run, DayUnit unit, DayWritten written, DbTransaction tx, CancellationToken ct)
    {
        var finished = new List<FileWork>();
        for (var i = 0; i < unit.Files.Count; i++)
        {
            var work = unit.Files[i];
            bool last;
            lock (_gate)
            {
                last = work.Remaining.Count == 1;
            }

            if (last && !work.IsContext)
            {
                await FinishAsync(run, work, work.Tally.Plus(written.Slices[i], written.Changed, ReplacedBy(written, i, unit)), tx, ct);
                finished.Add(work);
            }
        }

        return finished;
    }

    private async Task FinishAsync(ImportRun run, FileWork work, FileTally tally, DbTransaction tx, CancellationToken ct)
    {
        await records.FinishAsync(run, work, tally, _recorded, tx, ct);
        if (!run.DryRun && work.Parsed is not null)
        {
            await unmatched.RecordAsync(run, work, tx, ct);
        }
    }

    private async Task CommittedAsync(
        ImportRun run, DayUnit unit, DayWritten written, IReadOnlyList<FileWork> finished, CancellationToken ct)
    {
        foreach (var work in finished)
        {
            ImmutableInterlocked.Update(ref _recorded, static (known, resolved) => known.Union(resolved.Select(r => (r.Uuid, r.RideId))), work.Resolved);
        }

        for (var i = 0; i < unit.Files.Count; i++)
        {
            var work = unit.Files[i];
            bool done;
            lock (_gate)
            {
                work.Tally = work.Tally.Plus(written.Slices[i], written.Changed, ReplacedBy(written, i, unit));
                work.Remaining.Remove(unit.Day);
                done = work.Remaining.Count == 0;
            }

            if (!done)
            {
                continue;
            }

            if (work.IsContext || finished.Contains(work))
            {
                Done(run, work);
            }
            else
            {
                // Two of its days were under way at once, or this was a rehearsal: no day's transaction could end the file.
                await FinishAsync(run, work, ct);
            }
        }
    }

    private void Done(ImportRun run, FileWork work)
    {
        meter.FileDone(work.IsContext ? 0 : work.Tally.Rows);
        if (!work.IsContext && !run.DryRun)
        {
            meters.Done(work);
        }

        work.Dispose();
    }

    // Replaced rows belong to the day; they are told once, with the file that owns it or comes first.
    private static int ReplacedBy(DayWritten written, int index, DayUnit unit)
    {
        var owner = unit.Files.FirstOrDefault(f => f.File.Day == unit.Day) ?? unit.Files[0];
        return ReferenceEquals(unit.Files[index], owner) ? written.Replaced : 0;
    }
}
