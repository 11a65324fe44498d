using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Watching;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Features;

/// <summary>
/// The half-hourly look at the release under watch: keeps one reading of each metric, and ends the watch once its seven days are over. A half hour is
/// sampled once, however often this runs. Without a watch it only forgets old minutes of the nodes.
/// </summary>
internal static class SampleWatch
{
    // Nothing is looked at that is older, nor what was before the watch: that is another release's.
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    [Job("operations.watch.v1", Queue = "operations", Retries = 3, FirstDelay = "00:00:30")]
    internal sealed record Command : IJobCommand;

    internal sealed class Handler(
        WatchStore store, NodeMinutes nodes, Sampler sampler, MySqlDatabase database, IAuditLog audit, IJobRun job, TimeProvider time, ILogger<Handler> logger)
        : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var gone = await nodes.PruneAsync(now, cancellationToken);
            job.Log(LogLevel.Information, FormattableString.Invariant($"{gone} minutes of nodes are older than {NodeMinutes.DaysKept} days and gone"));

            if (await store.RunningAsync(cancellationToken) is not { } watch)
            {
                job.Log(LogLevel.Information, "No release is watched");
            }
            else if (WatchPlan.SlotOf(watch.BegunAt, now) is { } slot)
            {
                await SampleAsync(watch, slot, now, cancellationToken);
            }
            else
            {
                await ConcludeAsync(watch, now, cancellationToken);
            }

            return Unit.Value;
        }

        private async Task SampleAsync(Watch watch, int slot, DateTime now, CancellationToken cancellationToken)
        {
            if (await store.IsSampledAsync(watch.WatchId, slot, cancellationToken))
            {
                job.Log(LogLevel.Information, "This half hour is sampled already");
                return;
            }

            var from = now - Window;
            var readings = await sampler.ReadAsync(from > watch.BegunAt ? from : watch.BegunAt, now, cancellationToken);
            var kept = await job.WriteAsync(
                database, (tx, token) => WatchStore.AddSamplesAsync(tx, watch.WatchId, slot, now, readings, token), time, logger, cancellationToken);
            job.Log(
                LogLevel.Information,
                kept ? string.Join(", ", readings.CountBy(r => r.Verdict).OrderBy(v => v.Key).Select(v => FormattableString.Invariant($"{v.Value} {v.Key.ToUpperSnake()}")))
                    : "The watch ended meanwhile");
        }

        private async Task ConcludeAsync(Watch watch, DateTime now, CancellationToken cancellationToken)
        {
            var (state, objections) = Conclusion.Of(await store.SamplesAsync(watch.WatchId, cancellationToken));
            var why = objections.Count == 0 ? "Nothing spoke against it." : string.Join(' ', objections);
            if (await job.WriteAsync(
                database, (tx, token) => WatchStore.EndAsync(tx, watch.WatchId, state, now, Caller.System.Name, why, token), time, logger, cancellationToken))
            {
                await audit.RecordAsync(
                    "watch.conclude", FormattableString.Invariant($"{watch.WatchId}"), new { watch.Version, State = state.ToUpperSnake() }, why, cancellationToken);
                logger.Log(
                    state is WatchState.Failed ? LogLevel.Warning : LogLevel.Information, "The watch over release {Version} is over: {State}. {Why}",
                    watch.Version, state.ToUpperSnake(), why);
            }
        }
    }
}
