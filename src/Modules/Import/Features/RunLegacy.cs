using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Legacy;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>Does one task of bringing over an existing warehouse; sent by the job. Safe to run again at any time: it looks what there is and goes on.</summary>
internal static class RunLegacy
{
    [Job("import.legacy.v1", Queue = "imports", Retries = 20, FirstDelay = "00:00:01", MaxDelay = "00:01:00")]
    internal sealed record Command(int CopyId, LegacyTask Task, bool Option) : IJobCommand;

    internal sealed class Handler(
        LegacySource source,
        LegacyStore store,
        LegacyCopier copier,
        LegacyVerifier verifier,
        LegacySwap swap,
        MySqlDatabase database,
        IJobRun job,
        TimeProvider clock,
        ILogger<Handler> logger) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var copy = await store.FindAsync(request.CopyId, cancellationToken)
                ?? throw new JobFailedException($"There is no copy {request.CopyId}.", permanent: true);
            try
            {
                await DoAsync(copy, request, cancellationToken);
            }
            catch (Exception e) when (e is not (OperationCanceledException or RunSupersededException) && !MySqlErrors.IsTransient(e))
            {
                if (e is not (JobFailedException or LegacyLayoutException))
                {
                    logger.LogError(e, "Bringing over {Source} failed", copy.Source);
                }

                // The token that ended the run must not keep its end from being written.
                await job.WriteAsync(database, (tx, ct) => store.SetErrorAsync(copy.CopyId, e.Message, tx, ct), clock, logger, CancellationToken.None);
                throw e as JobFailedException ?? new JobFailedException(e.Message, permanent: true, e);
            }

            return Unit.Value;
        }

        private async Task DoAsync(LegacyCopy copy, Command request, CancellationToken cancellationToken)
        {
            var table = await source.LookAsync(cancellationToken);
            if (table.Source != copy.Source)
            {
                throw new JobFailedException($"Legacy:ConnectionString of this node leads to {table.Source}, not to {copy.Source}.", permanent: true);
            }

            switch (request.Task)
            {
                case LegacyTask.Copy:
                    await SetAsync(copy, LegacyState.Copying, cancellationToken);
                    await copier.CopyAsync(copy, table, cancellationToken);
                    await SetAsync(copy, LegacyState.Copied, cancellationToken);
                    break;
                case LegacyTask.Verify:
                    // Who the rides were taken for when the days were written: what the catalogue says now is the next copy's matter.
                    var rides = new LegacyRideMap(await store.RidesAsync(copy.CopyId, cancellationToken));
                    if (await verifier.VerifyAsync(copy.CopyId, table, rides, all: true, cancellationToken) is { } wrong)
                    {
                        throw new JobFailedException(wrong, permanent: true);
                    }

                    break;
                case LegacyTask.Swap:
                    await swap.SwapAsync(copy, cancellationToken);
                    break;
                case LegacyTask.RollBack:
                    await swap.RollBackAsync(copy, request.Option, cancellationToken);
                    break;
            }
        }

        private Task SetAsync(LegacyCopy copy, LegacyState state, CancellationToken cancellationToken) =>
            job.WriteAsync(database, (tx, ct) => store.SetAsync(copy.CopyId, state, null, tx, ct), clock, logger, cancellationToken);
    }
}
