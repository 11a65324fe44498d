using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Stops runs: one that waits at once, one that works by asking it and waiting until it stands still.</summary>
internal sealed class RunStops(MySqlDatabase database, IJobs jobs, ICurrentCaller current, ImportReads reads, TimeProvider clock)
{
    // A run answers within a second and the files in hand; a host that has just died is noticed within five.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    public async Task<Failure?> StopAsync(string importId, StopRequest stop, CancellationToken ct)
    {
        var wanted = stop == StopRequest.Pause ? ImportStatus.Paused : ImportStatus.Cancelled;
        var until = clock.GetUtcNow() + Patience;
        for (var asked = false; ; asked = true)
        {
            var import = await reads.FindAsync(importId, ct);
            if (import is null)
            {
                return ImportFailures.NotFound(importId);
            }

            var status = EnumText.Parse<ImportStatus>(import.Status);
            if (status == wanted && asked)
            {
                return null;
            }

            if (!Stoppable(status, stop))
            {
                return ImportFailures.InvalidState(importId, import.Status, stop == StopRequest.Pause ? "PENDING, IN_PROGRESS or INTERRUPTED" : "an import that is not finished");
            }

            if (await SetAsync(import, status, stop, wanted, ct))
            {
                return null;
            }

            if (clock.GetUtcNow() > until)
            {
                return new Failure(
                    "IMPORT_BUSY", 503, $"Import {importId} was asked to stop and has not yet; it will when its files in hand are done.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, ct);
        }
    }

    private static bool Stoppable(ImportStatus status, StopRequest stop) => status switch
    {
        ImportStatus.Pending or ImportStatus.InProgress or ImportStatus.Interrupted => true,
        ImportStatus.Paused => stop == StopRequest.Cancel,
        ImportStatus.Completed or ImportStatus.CompletedWithErrors or ImportStatus.Failed or ImportStatus.Cancelled => false,
    };

    /// <summary>True when the run stands still now; false when it was asked to.</summary>
    private async Task<bool> SetAsync(ImportView import, ImportStatus status, StopRequest stop, ImportStatus wanted, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var now = clock.GetUtcNow().UtcDateTime;
        if (status == ImportStatus.InProgress)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                Ask, new { import.ImportId, Requested = stop.ToUpperSnake() }, cancellationToken: ct));
            return false;
        }

        // Nothing works on it: its worker will find the state and go away.
        var set = await connection.ExecuteAsync(new CommandDefinition(
            Set,
            new
            {
                import.ImportId,
                Status = wanted.ToUpperSnake(),
                Paused = wanted == ImportStatus.Paused,
                Cancelled = wanted == ImportStatus.Cancelled,
                Abandoned = status == ImportStatus.Interrupted,
                Now = now,
            },
            cancellationToken: ct));
        if (set == 1 && import.Accounts.JobId is { } job)
        {
            await jobs.CancelAsync(JobId.Parse(job), current.Caller.Name, "the import was stopped", ct);
        }

        return set == 1;
    }

    private const string Ask = "UPDATE import_checkpoints SET requested = @Requested WHERE import_id = @ImportId AND status = 'IN_PROGRESS'";

    private const string Set =
        """
        UPDATE import_checkpoints
        SET status = @Status,
            requested = NULL,
            paused_at = IF(@Paused, @Now, paused_at),
            completed_at = IF(@Cancelled, @Now, completed_at),
            updated_at = @Now
        WHERE import_id = @ImportId
          AND (status IN ('PENDING', 'PAUSED', 'INTERRUPTED') OR (@Abandoned AND status = 'IN_PROGRESS'))
        """;
}
