using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Alerts;

namespace ThemePark.Modules.Storage.Features;

/// <summary>
/// Tells of one alert on one channel: one attempt, noted with the delivery, and repeated by the job engine. At least once: a node that dies between telling
/// and noting tells again, under the same delivery id.
/// </summary>
internal static class DeliverAlert
{
    [Job("storage.deliver.v1", Queue = "storage-alerts", Retries = 8, FirstDelay = "00:00:02", Factor = 4, MaxDelay = "01:00:00")]
    internal sealed record Command(uint DeliveryId) : IJobCommand;

    internal sealed class Handler(AlertStore alerts, AlertChannels channels, TimeProvider clock, ILogger<Handler> logger) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await alerts.FindDeliveryAsync(request.DeliveryId, cancellationToken) is not { DeliveredAt: null } delivery)
            {
                return Unit.Value;
            }

            try
            {
                await channels.TellAsync(EnumText.Parse<AlertChannel>(delivery.Channel), delivery.Notice(), cancellationToken);
            }
            catch (DeliveryException e)
            {
                logger.LogWarning("Storage alert {AlertId} could not be delivered: {Reason}", delivery.AlertId, e.Message);
                await NoteAsync(e.Message);
                throw new JobFailedException(e.Message);
            }

            await NoteAsync(null);
            return Unit.Value;

            Task NoteAsync(string? error) => alerts.AttemptedAsync(delivery.DeliveryId, error, clock.GetUtcNow().UtcDateTime, cancellationToken);
        }
    }
}
