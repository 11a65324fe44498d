using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Features;

/// <summary>The scheduled poll of every tracked destination. A poll that did not come off is a gap, never caught up: upstream tells only of now.</summary>
internal static class CollectLive
{
    [Job("collection.collect.v1", Queue = "collection", Priority = 9, Retries = 0)]
    internal sealed record Command : IJobCommand;

    internal sealed class Handler(LiveCollector collector, IJobRun job) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            IReadOnlyList<PollOutcome> polls;
            try
            {
                polls = await collector.CollectAsync(null, cancellationToken);
            }
            catch (UpstreamException e)
            {
                throw new JobFailedException($"No destination is known and upstream names none: {e.Message}", permanent: true, e);
            }

            var failed = polls.Where(p => p.ErrorKind is not null).ToList();
            foreach (var poll in failed)
            {
                job.Log(LogLevel.Warning, $"{poll.Destination}: {poll.ErrorKind} {poll.ErrorMessage}");
            }

            job.Log(LogLevel.Information, FormattableString.Invariant(
                $"{polls.Count - failed.Count} of {polls.Count} destinations polled: {polls.Sum(p => p.RowsSeen)} rows, {polls.Sum(p => p.Snapshots)} snapshots, {polls.Sum(p => p.Changed)} changed"));
            return failed.Count == polls.Count && polls.Count > 0
                ? throw new JobFailedException($"No destination could be polled, the first for {failed[0].ErrorKind}: {failed[0].ErrorMessage}", permanent: true)
                : Unit.Value;
        }
    }
}
