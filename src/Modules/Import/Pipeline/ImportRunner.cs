using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>
/// One run from listing to the last day: list → fetch → read → match → write, the stages side by side over bounded channels. It may
/// be killed at any point and started again: what is committed is not done twice, what is not leaves no trace.
/// </summary>
internal sealed class ImportRunner(
    FileStage files,
    DayStage days,
    RunStore store,
    ListingStage listing,
    ISnapshotWriter writer,
    IEntityResolver resolver,
    CatalogueNames names,
    IEnumerable<ILedgerFollower> followers,
    IJobRun job,
    RunMeter meter,
    ILogger<ImportRunner> logger)
{
    private const int Writers = 2;

    private volatile StopRequest _stop;

    public StopRequest Stop => _stop;

    public async Task RunAsync(ImportRun run, CancellationToken ct)
    {
        meter.Before = await store.ElapsedAsync(run.CheckpointId, ct);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reporting = ReportAsync(run, work.Token);
        try
        {
            if (!run.Listed)
            {
                await listing.ListAsync(run, ct);
            }

            await ImportAsync(run, work.Token);
            if (!run.FromRaw && !run.DryRun)
            {
                // Only now are the parks there that the names are for.
                await names.ApplyAsync(ct);
            }

            await DeriveAsync(run, ct);
        }
        finally
        {
            await work.CancelAsync();
            await reporting;
        }

        await store.ReportAsync(run.CheckpointId, job.Owner, meter.Figures(), ct);
    }

    // A run is complete only when what is derived from its days is. One that was paused or cancelled leaves that to their own schedules.
    private async Task DeriveAsync(ImportRun run, CancellationToken ct)
    {
        if (run.DryRun || _stop != StopRequest.None)
        {
            return;
        }

        var since = Stopwatch.GetTimestamp();
        foreach (var follower in followers)
        {
            await follower.CatchUpAsync(run.DestinationId, ct);
        }

        meter.Add(RunPhase.Derive, since);
    }

    private async Task ImportAsync(ImportRun run, CancellationToken ct)
    {
        var pending = await store.PendingAsync(run.CheckpointId, ct);
        if (pending.Count == 0)
        {
            return;
        }

        await writer.EnsurePartitionsAsync(pending[0].Day.AddDays(-1), pending[^1].Day.AddDays(1), ct);
        var assembler = new DayAssembler(pending, await store.ImportedAsync(run.DestinationUuid, ct));
        var entities = new EntityDirectory(resolver, run);
        job.Log(LogLevel.Information, FormattableString.Invariant($"Importing {pending.Count} files, {pending[0].Day:yyyy-MM-dd} to {pending[^1].Day:yyyy-MM-dd}."));
        logger.LogInformation("Importing {Files} files, {First:yyyy-MM-dd} to {Last:yyyy-MM-dd}", pending.Count, pending[0].Day, pending[^1].Day);

        using var failed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ready = Channel.CreateBounded<(DayUnit Unit, DayContent Content)>(new BoundedChannelOptions(1) { SingleWriter = true });
        var writers = run.DryRun ? [] : Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteDaysAsync(run, ready.Reader, failed), ct)).ToArray();
        try
        {
            await AssembleAsync(run, pending, assembler, entities, ready.Writer, failed.Token);
            ready.Writer.Complete();
        }
        catch (Exception e)
        {
            await failed.CancelAsync();
            ready.Writer.TryComplete(e);
            try
            {
                // A writer that failed is the cause; the assembler only noticed.
                await Task.WhenAll(writers);
            }
            catch (OperationCanceledException) when (e is not OperationCanceledException)
            {
                // The writers were only stopped: what went wrong is what the assembler says.
            }

            throw;
        }

        await Task.WhenAll(writers);
    }

    private async Task AssembleAsync(
        ImportRun run,
        IReadOnlyList<PendingFile> pending,
        DayAssembler assembler,
        EntityDirectory entities,
        ChannelWriter<(DayUnit, DayContent)> ready,
        CancellationToken ct)
    {
        var source = files.Start(run, pending, () => _stop != StopRequest.None, ct);
        var taken = 0;
        await foreach (var reading in source.ReadAllAsync(ct))
        {
            var work = await reading;
            taken++;
            if (work.Days.Count == 0)
            {
                assembler.KeepEarlier(work);
                await days.FinishAsync(run, work, ct);
                LogFailure(work);
            }
            else
            {
                assembler.Add(work);
            }

            await TakeAsync(run, assembler, entities, ready, taken < pending.Count ? pending[taken].Day : null, ct);
        }

        // After a pause the next file still counts as to come: the days it can touch are left for the resumption.
        await TakeAsync(run, assembler, entities, ready, taken < pending.Count ? pending[taken].Day : null, ct);
    }

    private async Task TakeAsync(
        ImportRun run, DayAssembler assembler, EntityDirectory entities, ChannelWriter<(DayUnit, DayContent)> ready, DateOnly? next, CancellationToken ct)
    {
        foreach (var own in assembler.TakeComplete(next))
        {
            var unit = await WithContextAsync(run, assembler, own, ct);
            if (run.DryRun)
            {
                await days.RehearseAsync(run, unit, tx => PrepareAsync(run, unit, entities, tx, ct), ct);
                entities.Forget();
            }
            else
            {
                await ready.WriteAsync((unit, await PrepareAsync(run, unit, entities, transaction: null, ct)), ct);
            }
        }
    }

    private async Task<DayUnit> WithContextAsync(ImportRun run, DayAssembler assembler, DayUnit unit, CancellationToken ct)
    {
        var all = unit.Files.ToList();
        foreach (var known in assembler.ContextOf(unit))
        {
            var context = await files.ReadContextAsync(run, known, ct);
            if (context.Failure is { } failure)
            {
                throw new JobFailedException(
                    $"{known.Key} has rows on {unit.Day:yyyy-MM-dd} and cannot be read again ({failure.Reason}: {failure.Message}); the day is left as it is.", permanent: true);
            }

            context.Days = [unit.Day];
            context.Remaining.Clear();
            context.Remaining.Add(unit.Day);
            all.Add(context);
        }

        return unit with { Files = [.. all.OrderBy(f => f.File.Day).ThenBy(f => f.File.Key, StringComparer.Ordinal)] };
    }

    private async ValueTask<DayContent> PrepareAsync(
        ImportRun run, DayUnit unit, EntityDirectory entities, DbTransaction? transaction, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var slices = new List<DaySlice>(unit.Files.Count);
        foreach (var work in unit.Files)
        {
            slices.Add(await entities.SliceAsync(work, unit.Day, transaction, ct));
        }

        meter.Add(RunPhase.Match, started);
        return new DayContent(run.DestinationId, unit.Day, DataSource.Archive, run.Overlap, unit.OwnsDay, slices);
    }

    private async Task WriteDaysAsync(
        ImportRun run, ChannelReader<(DayUnit Unit, DayContent Content)> ready, CancellationTokenSource failed)
    {
        try
        {
            await foreach (var (unit, content) in ready.ReadAllAsync(failed.Token))
            {
                await days.WriteAsync(run, unit, content, failed.Token);
            }
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private async Task ReportAsync(ImportRun run, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var asked = await store.ReportAsync(run.CheckpointId, job.Owner, meter.Figures(), CancellationToken.None);
                if (asked > _stop)
                {
                    _stop = asked;
                }

                await meter.NextCheckpointAsync(TimeSpan.FromSeconds(1), ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                // The figures are of the moment; the run's own transactions say whether the database is gone.
                logger.LogWarning(e, "Could not report progress");
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }
    }

    private void LogFailure(FileWork work)
    {
        if (work.Failure is { } failure)
        {
            job.Log(LogLevel.Warning, $"{work.File.Key}: {failure.Reason} {failure.Message}");
        }
    }
}
