using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Schedules;

namespace ThemePark.Modules.Collection.Features;

/// <summary>
/// Takes the hours all parks publish for today and the next 60 days; sent by the daily job. Safe to run again at any time: an unchanged day is not
/// written. A destination that fails stops no other; the run then fails at its end, so that it is seen, and is tried again a while later.
/// </summary>
internal static class SyncSchedules
{
    /// <param name="DestinationId">Only this destination; null for all.</param>
    [Job("collection.schedules.v1", Queue = "schedules", Retries = 4, FirstDelay = "00:10:00", MaxDelay = "02:00:00")]
    internal sealed record Command(int? DestinationId = null) : IJobCommand;

    internal sealed class Handler(ScheduleSync sync, IJobRun job, ILogger<Handler> logger) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var result = await sync.RunAsync(request.DestinationId, job, cancellationToken);

            var level = result.FailedDocuments + result.Quarantined + result.UnknownParks.Count + result.MissingParks.Count > 0 ? LogLevel.Warning : LogLevel.Information;
            job.Log(level, $"Schedules: {result}.");
            logger.Log(level, "Schedules: {Result}", result);
            foreach (var park in result.UnknownParks)
            {
                job.Log(LogLevel.Warning, $"The catalogue lacks park {park}: its schedule is not stored.");
            }

            return result.FailedDocuments == 0
                ? Unit.Value
                : throw new JobFailedException($"Not all schedules could be had: {result}.", permanent: !result.IsWorthRetrying);
        }
    }
}
