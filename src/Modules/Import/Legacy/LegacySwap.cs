using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>
/// The change from the old table to ours, and back. Each step is journaled before it is done and can be done again: killed anywhere, the next run looks
/// what there is and goes on.
/// </summary>
internal sealed class LegacySwap(
    LegacySource source,
    LegacyStore store,
    LegacyCopier copier,
    LegacyVerifier verifier,
    LegacyTables tables,
    LegacyWriteBack writeBack,
    MySqlDatabase database,
    IJobRun job,
    TimeProvider clock,
    ILogger<LegacySwap> logger)
{
    /// <exception cref="JobFailedException">A day differs; nothing has been swapped, or it has been put back.</exception>
    public async Task SwapAsync(LegacyCopy copy, CancellationToken ct)
    {
        var table = await source.LookAsync(ct);
        var rides = table.IsFrozen ? await copier.MatchAsync(copy, table, ct) : await copier.CopyAsync(copy, table, ct);
        if (!table.IsFrozen && await verifier.VerifyAsync(copy.CopyId, table, rides, all: false, ct) is { } wrong)
        {
            throw new JobFailedException($"Nothing was swapped: {wrong}", permanent: true);
        }

        var isSameServer = await source.IsSameServerAsync(ct);
        await using var probe = table.IsFrozen || rides.Rides.Length == 0 ? null : await SwapProbe.StartAsync(source, table, rides.LegacyIds.First(), clock, ct);
        if (!table.IsFrozen)
        {
            await StepAsync(copy, LegacyState.Swapping, LegacyStep.Rename, ct);
            try
            {
                await tables.FreezeAsync(table, token => FrozenAsync(copy, clock.GetUtcNow().UtcDateTime, token), ct);
            }
            catch (JobFailedException)
            {
                await FrozenAsync(copy, null, ct);
                await StepAsync(copy, LegacyState.Copied, null, ct);
                throw;
            }

            table = await source.LookAsync(ct);
        }

        await StepAsync(copy, LegacyState.Swapping, LegacyStep.Final, ct);
        await copier.RoundAsync(copy.CopyId, table, rides, ct);
        if (await verifier.VerifyAsync(copy.CopyId, table, rides, all: false, ct) is { } late)
        {
            await tables.RestoreAsync(table, ct);
            await EndAsync(copy, LegacyState.Copied, null, ct);
            throw new JobFailedException($"Put back: {late}", permanent: true);
        }

        if (isSameServer)
        {
            await StepAsync(copy, LegacyState.Swapping, LegacyStep.View, ct);
            await tables.ShowAsync(table, copy.CopyId, ct);
        }

        var reading = isSameServer && probe is not null ? await probe.StopAsync() : null;
        await EndAsync(copy, LegacyState.Swapped, reading, ct);
    }

    /// <param name="copy">What is rolled back.</param>
    /// <param name="discard">Before a swap: also take the copied rows away again.</param>
    /// <param name="ct">Ends it between two steps.</param>
    public async Task RollBackAsync(LegacyCopy copy, bool discard, CancellationToken ct)
    {
        var table = await source.LookAsync(ct);
        if (copy.FrozenAt is { } frozenAt && (table.IsFrozen || copy is { State: LegacyState.RollingBack, Step: LegacyStep.Restore }))
        {
            if (table.IsFrozen)
            {
                await StepAsync(copy, LegacyState.RollingBack, LegacyStep.WriteBack, ct);
                await writeBack.WriteAsync(copy.CopyId, table, frozenAt, ct);
                await StepAsync(copy, LegacyState.RollingBack, LegacyStep.Restore, ct);
                await tables.RestoreAsync(table, ct);
                table = await source.LookAsync(ct);
            }

            // What was polled between the last look and the renaming.
            await writeBack.WriteAsync(copy.CopyId, table, frozenAt, ct);
        }
        else if (copy.State == LegacyState.Swapping)
        {
            // Killed just before the renaming: nothing was taken out of service.
            await FrozenAsync(copy, null, ct);
        }

        if (discard)
        {
            await copier.DiscardAsync(copy.CopyId, ct);
        }

        await EndAsync(copy, LegacyState.RolledBack, null, ct);
    }

    private Task FrozenAsync(LegacyCopy copy, DateTime? at, CancellationToken ct) =>
        job.WriteAsync(database, (tx, token) => LegacyStore.SetFrozenAsync(copy.CopyId, at, tx, token), clock, logger, ct);

    private Task StepAsync(LegacyCopy copy, LegacyState state, LegacyStep? step, CancellationToken ct) =>
        job.WriteAsync(database, (tx, token) => store.SetAsync(copy.CopyId, state, step, tx, token), clock, logger, ct);

    private async Task EndAsync(LegacyCopy copy, LegacyState state, ProbeReading? probe, CancellationToken ct)
    {
        var now = (await store.FindAsync(copy.CopyId, ct))!;
        await job.WriteAsync(
            database,
            async (tx, token) =>
            {
                // Measured once: a swap that is done is not made longer by a rollback days later.
                if (now is { FrozenAt: { } frozenAt, WriteDownMs: null })
                {
                    await LegacyStore.SetDowntimeAsync(copy.CopyId, (long)(clock.GetUtcNow().UtcDateTime - frozenAt).TotalMilliseconds, probe, tx, token);
                }

                await store.SetAsync(copy.CopyId, state, null, tx, token);
            },
            clock,
            logger,
            ct);
        job.Log(LogLevel.Information, $"{copy.Source} is {state}");
    }
}
