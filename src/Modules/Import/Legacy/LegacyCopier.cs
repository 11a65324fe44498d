using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Runs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>
/// Copies day by day through the one writer. A day commits whole, with its record, and is written again when rows of it turn up later: so a copy may stop
/// anywhere and go on.
/// </summary>
internal sealed class LegacyCopier(
    LegacySource source,
    LegacyStore store,
    LegacyDays days,
    LegacyRideMatching matching,
    LegacyWatermarks watermarks,
    ISnapshotWriter writer,
    ILedgerAudit ledger,
    IEnumerable<ILedgerFollower> followers,
    MySqlDatabase database,
    IJobRun job,
    TimeProvider clock,
    ILogger<LegacyCopier> logger)
{
    // A round of fewer rows, or a shorter one, is as near to the old system as copying beside it can get.
    private const int SmallRound = 1000;
    private static readonly TimeSpan ShortRound = TimeSpan.FromSeconds(5);

    /// <summary>Everything there is, then what was added meanwhile, until little is. Answers who the rides are.</summary>
    public async Task<LegacyRideMap> CopyAsync(LegacyCopy copy, LegacyTable table, CancellationToken ct)
    {
        var rides = await MatchAsync(copy, table, ct);
        while (true)
        {
            var began = clock.GetTimestamp();
            var rows = await RoundAsync(copy.CopyId, table, rides, ct);
            if (rows < SmallRound || clock.GetElapsedTime(began) < ShortRound)
            {
                break;
            }
        }

        foreach (var destination in rides.Destinations)
        {
            foreach (var follower in followers)
            {
                await follower.CatchUpAsync(destination, ct);
            }
        }

        return rides;
    }

    /// <summary>Finds what was added since the last watermark and copies every day that waits for it. Answers how many rows that is.</summary>
    public async Task<long> RoundAsync(int copyId, LegacyTable table, LegacyRideMap rides, CancellationToken ct)
    {
        var after = (await store.FindAsync(copyId, ct))!.Watermark ?? 0;
        var watermark = await watermarks.TakeAsync(table, ct);
        if (watermark > after)
        {
            var (found, undated) = await watermarks.FindAsync(table, after, watermark, ct);
            await job.WriteAsync(database, (tx, token) => LegacyDays.AddAsync(copyId, found, undated, watermark, tx, token), clock, logger, ct);
        }

        var waiting = await days.ToCopyAsync(copyId, ct);
        var total = waiting.Sum(d => d.Planned);
        if (waiting.Count == 0)
        {
            return 0;
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        // Rows of the future are turned down; no partition is made for them.
        await writer.EnsurePartitionsAsync(waiting[^1].UtcDay < today ? waiting[^1].UtcDay : today, waiting[0].UtcDay < today ? waiting[0].UtcDay : today, ct);
        var done = 0L;
        // The next day is read while one is written.
        var ahead = ReadAsync(table, rides, waiting[0], ct);
        for (var i = 0; i < waiting.Count; i++)
        {
            using var day = await ahead;
            if (i + 1 < waiting.Count)
            {
                ahead = ReadAsync(table, rides, waiting[i + 1], ct);
            }

            try
            {
                await WriteAsync(copyId, rides, day, ct);
            }
            catch
            {
                await DropAsync(ahead);
                throw;
            }

            done += day.Task.Planned;
            job.Progress((double)done / total, FormattableString.Invariant($"{day.Task.UtcDay:yyyy-MM-dd}, {done} of {total} rows"));
        }

        return total;
    }

    /// <summary>Asks the catalogue once more who the rides are, and keeps the answer.</summary>
    public async Task<LegacyRideMap> MatchAsync(LegacyCopy copy, LegacyTable table, CancellationToken ct)
    {
        var now = await matching.MatchAsync(table, ct);
        var before = await store.RidesAsync(copy.CopyId, ct);
        await job.WriteAsync(database, (tx, token) => LegacyStore.SaveRidesAsync(copy.CopyId, before, now, tx, token), clock, logger, ct);
        return new LegacyRideMap(now);
    }

    private Task<LegacyDay> ReadAsync(LegacyTable table, LegacyRideMap rides, DayTask task, CancellationToken ct) =>
        LegacyDay.ReadAsync(source, table, rides, task, clock.GetUtcNow(), ct);

    // What was read ahead is not wanted any more; its own failure, if any, says nothing new. The last day is dropped twice, which does nothing.
    private static async Task DropAsync(Task<LegacyDay> ahead)
    {
        await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ahead.IsCompletedSuccessfully)
        {
            (await ahead).Dispose();
        }
    }

    private async Task WriteAsync(int copyId, LegacyRideMap rides, LegacyDay day, CancellationToken ct)
    {
        // Destinations that had rows before may have none now: a ride has become another.
        foreach (var destination in day.Task.DestinationIds)
        {
            day.BatchOf(destination);
        }

        if (day.Task.IsMismatched)
        {
            // The ledger would say that the day is there already.
            foreach (var park in rides.Rides.Select(r => r.ParkId).Distinct())
            {
                await ledger.DistrustAsync(park, day.Task.UtcDay, DataSource.Legacy, ct);
            }
        }

        var encoded = day.Batches.OrderBy(b => b.Key).Select(b => writer.Encode(new DayContent(
            b.Key, day.Task.UtcDay, DataSource.Legacy, OverlapPolicy.Fill, OwnsDay: true, [new DaySlice(b.Value, rides.Rides, [], "legacy")]))).ToList();
        try
        {
            await MySqlRetry.RunAsync(
                async token =>
                {
                    await using var connection = await database.OpenGuardedAsync(token);
                    await using var tx = await connection.BeginTransactionAsync(token);
                    await job.FenceAsync(tx, token);
                    var (copied, duplicates, kept) = (0L, 0L, 0L);
                    foreach (var destination in encoded)
                    {
                        var tally = (await writer.WriteAsync(destination, tx, token)).Slices[0];
                        (copied, duplicates, kept) = (copied + tally.Rows, duplicates + tally.Duplicates, kept + tally.KeptLive);
                    }

                    await days.SaveCopiedAsync(
                        copyId,
                        day.Task.UtcDay,
                        new DayTally(day.Listed, copied, duplicates, kept, day.Unknown.Sum(u => u.Rows), day.Odd.Values.Sum()),
                        day.Odd,
                        day.Batches.Keys,
                        day.Unknown,
                        tx,
                        token);
                    await tx.CommitAsync(token);
                    return true;
                },
                clock,
                logger,
                ct);
        }
        finally
        {
            encoded.ForEach(e => e.Dispose());
        }

        await job.AdvancedAsync(ct);
    }

    /// <summary>Takes the copied rows away again, day by day, through the writer; the legacy table has them all.</summary>
    public async Task DiscardAsync(int copyId, CancellationToken ct)
    {
        foreach (var day in await days.AllAsync(copyId, ct))
        {
            await job.WriteAsync(
                database,
                async (tx, token) =>
                {
                    foreach (var destination in day.DestinationIds)
                    {
                        using var nothing = writer.Encode(new DayContent(destination, day.UtcDay, DataSource.Legacy, OverlapPolicy.Fill, OwnsDay: true, []));
                        await writer.WriteAsync(nothing, tx, token);
                    }

                    await LegacyDays.ReopenAsync(copyId, day.UtcDay, tx, token);
                },
                clock,
                logger,
                ct);
        }
    }
}
