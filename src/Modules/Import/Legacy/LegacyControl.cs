using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Features;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Hands tasks to the job engine, one at a time, where the copy's state allows them; what was handed over is audited.</summary>
internal sealed class LegacyControl(
    LegacySource source, LegacyStore store, LegacyReads reads, IJobs jobs, MySqlDatabase database, ICurrentCaller current, IAuditLog audit)
{
    /// <summary>The state with its new job; or LEGACY_NOT_CONFIGURED, LEGACY_UNREACHABLE, LEGACY_LAYOUT, INVALID_STATE, LEGACY_BUSY, LEGACY_UNKNOWN_ROWS.</summary>
    /// <param name="task">What to do.</param>
    /// <param name="option">Of a swap: unknown rows are accepted; of a rollback: the copied rows are taken away again.</param>
    /// <param name="details">What of the request the audit log keeps.</param>
    /// <param name="why">The reason that was given.</param>
    /// <param name="ct">Ends the asking, not the job.</param>
    public async Task<Outcome<LegacyView>> StartAsync(LegacyTask task, bool option, object? details, string? why, CancellationToken ct)
    {
        var looked = await source.TryLookAsync(ct);
        if (looked.Failure is { } missing)
        {
            return missing;
        }

        var copy = await store.EnsureAsync(looked.Value.Source, ct);
        if (await RefuseAsync(task, option, copy, ct) is { } refused)
        {
            return refused;
        }

        try
        {
            await using var connection = await database.OpenAsync(ct);
            await using var tx = await connection.BeginTransactionAsync(ct);
            var job = await jobs.EnqueueAsync(
                new RunLegacy.Command(copy.CopyId, task, option), new JobOptions { UniqueKey = "legacy", By = current.Caller.Name }, tx, ct);
            await LegacyStore.SetJobAsync(copy.CopyId, job.ToString(), tx, ct);
            await tx.CommitAsync(ct);
        }
        catch (DuplicateJobException e)
        {
            return new Failure(
                "LEGACY_BUSY", 409, $"Job {e.Existing} is not finished; wait for it or cancel it.", new Dictionary<string, object?> { ["job_id"] = e.Existing.ToString() });
        }

        var view = await reads.ViewAsync((await store.FindAsync(copy.CopyId, ct))!, ct);
        await audit.RecordAsync($"legacy.{task.ToString().ToLowerInvariant()}", view.Source, details, why, ct);
        return view;
    }

    private async Task<Failure?> RefuseAsync(LegacyTask task, bool option, LegacyCopy copy, CancellationToken ct)
    {
        var allowed = task switch
        {
            LegacyTask.Copy => copy.State is LegacyState.Planned or LegacyState.Copying or LegacyState.Copied or LegacyState.RolledBack,
            LegacyTask.Verify => copy.State != LegacyState.Planned,
            LegacyTask.Swap => copy.State is LegacyState.Copied or LegacyState.Swapping,
            // Under a view that old readers use, no rows are taken away.
            LegacyTask.RollBack => !option || copy.State is not (LegacyState.Swapped or LegacyState.Swapping),
        };
        if (!allowed)
        {
            return new Failure("INVALID_STATE", 409, $"The copy of {copy.Source} is {copy.State.ToUpperSnake()}; {task.ToUpperSnake()} is not possible then.");
        }

        if (task != LegacyTask.Swap || option)
        {
            return null;
        }

        var totals = await reads.TotalsAsync(copy.CopyId, ct);
        return totals.Unknown + totals.Odd + copy.UndatedRows == 0
            ? null
            : new Failure(
                "LEGACY_UNKNOWN_ROWS",
                409,
                $"{totals.Unknown} rows of rides nobody can place and {totals.Odd + copy.UndatedRows} odd ones stay behind in the legacy table: map the rides and copy again, or accept that.",
                new Dictionary<string, object?> { ["unknown"] = totals.Unknown, ["odd"] = totals.Odd + copy.UndatedRows });
    }
}
