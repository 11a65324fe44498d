using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Alerts;

namespace ThemePark.Modules.Storage.Features;

/// <summary>Compares the last measurement with the thresholds; sent weekly, so that changed settings and what could not be delivered are seen to.</summary>
internal static class CheckAlerts
{
    [Job("storage.alerts.v1", Queue = "storage", Retries = 3, FirstDelay = "00:01:00")]
    internal sealed record Command : IJobCommand;

    internal sealed class Handler(AlertCheck alerts, IJobRun job) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var changes = await alerts.RunAsync(cancellationToken);
            job.Log(LogLevel.Information, FormattableString.Invariant(
                $"{changes.Opened} alerts opened, {changes.Changed} changed, {changes.Closed} closed; {changes.Open} open"));
            return Unit.Value;
        }
    }
}
