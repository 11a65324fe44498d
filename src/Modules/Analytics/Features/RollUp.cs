using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Analytics.Rollups;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>The scheduled rollup: computes what the ledger has and the figures have not.</summary>
internal static class RollUp
{
    [Job("analytics.rollup.v1", Queue = "analytics", Retries = 3, FirstDelay = "00:00:05", MaxDelay = "00:01:00")]
    internal sealed record Command : IJobCommand;

    internal sealed class Handler(RollupRunner rollup, IJobRun job) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var result = await rollup.RunAsync(null, cancellationToken);
            job.Log(LogLevel.Information, FormattableString.Invariant(
                $"{result.Days} days of {result.Parks} parks computed from {result.Snapshots} snapshots; {result.Waiting} parks left to another run"));
            return Unit.Value;
        }
    }
}
