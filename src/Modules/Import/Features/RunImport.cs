using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Pipeline;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Sources;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>Does the work of one import; sent by the job. Safe to run again at any time: it goes on where the last committed day ended.</summary>
internal static class RunImport
{
    [Job("import.run.v1", Queue = "imports", Retries = 20, FirstDelay = "00:00:01", MaxDelay = "00:01:00")]
    internal sealed record Command(string ImportId) : IJobCommand;

    internal sealed class Handler(ImportRunner runner, RunStore store, MySqlDatabase database, IJobRun job, TimeProvider clock, ILogger<Handler> logger)
        : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var run = await store.FindAsync(request.ImportId, cancellationToken)
                ?? throw new JobFailedException($"There is no import {request.ImportId}.", permanent: true);
            using var fields = logger.BeginFields(("run", run.ImportId), ("destination", run.DestinationUuid));
            var begun = false;
            await FencedAsync(async (tx, ct) => begun = await store.BeginAsync(run.CheckpointId, job.Owner, tx, ct), cancellationToken);
            if (!begun)
            {
                job.Log(LogLevel.Information, $"{run.ImportId} needs no work: it is {run.Status.ToUpperSnake()}.");
                return Unit.Value;
            }

            try
            {
                await runner.RunAsync(run, cancellationToken);
            }
            catch (Exception e) when (job.StopReason is StopReason.Shutdown or StopReason.Drained or StopReason.Cancelled && (e is OperationCanceledException || MySqlErrors.IsTransient(e)))
            {
                await EndAsync(run, job.StopReason == StopReason.Cancelled ? ImportStatus.Cancelled : ImportStatus.Interrupted, null, null);
                throw;
            }
            catch (ArchiveException e)
            {
                await EndAsync(run, ImportStatus.Failed, "ARCHIVE_UNAVAILABLE", e.Message);
                throw new JobFailedException(e.Message, permanent: true, e);
            }
            catch (JobFailedException e) when (e.Permanent)
            {
                await EndAsync(run, ImportStatus.Failed, e.Message.StartsWith(ListingStage.NoObjects, StringComparison.Ordinal) ? ListingStage.NoObjects : "IMPORT_FAILED", e.Message);
                throw;
            }
            catch (Exception e) when (e is not (OperationCanceledException or RunSupersededException) && !MySqlErrors.IsTransient(e))
            {
                logger.LogError(e, "Import failed");
                await EndAsync(run, ImportStatus.Failed, e is IOException ? "STORAGE" : "INTERNAL_ERROR", e.Message);
                throw new JobFailedException(e.Message, permanent: true, e);
            }

            await FinishAsync(run, cancellationToken);
            return Unit.Value;
        }

        private Task FinishAsync(ImportRun run, CancellationToken cancellationToken) =>
            FencedAsync(
                async (tx, ct) =>
                {
                    // Derived from the files, never from what the run believes of itself.
                    var counts = await RunStore.CountAsync(run.CheckpointId, tx, ct);
                    var status = counts switch
                    {
                        { Pending: > 0 } when runner.Stop == StopRequest.Cancel => ImportStatus.Cancelled,
                        { Pending: > 0 } when runner.Stop == StopRequest.Pause => ImportStatus.Paused,
                        { Pending: > 0 } => throw new InvalidOperationException($"{counts.Pending} files are still pending."),
                        { Failed: > 0 } => ImportStatus.CompletedWithErrors,
                        _ => ImportStatus.Completed,
                    };
                    await store.SetStatusAsync(run.CheckpointId, status, null, null, tx, ct);
                    logger.LogInformation(
                        "Import {Status}: {Imported} imported, {Skipped} skipped, {Failed} failed of {Total}",
                        status.ToUpperSnake(), counts.Imported, counts.Skipped, counts.Failed, counts.Total);
                },
                cancellationToken);

        // The token that ended the run must not keep its end from being written.
        private Task EndAsync(ImportRun run, ImportStatus status, string? kind, string? message) =>
            FencedAsync((tx, ct) => store.SetStatusAsync(run.CheckpointId, status, kind, message, tx, ct), CancellationToken.None);

        private Task FencedAsync(Func<System.Data.Common.DbTransaction, CancellationToken, Task> write, CancellationToken cancellationToken) =>
            job.WriteAsync(database, write, clock, logger, cancellationToken);
    }
}
