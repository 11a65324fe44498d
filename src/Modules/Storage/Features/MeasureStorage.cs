using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Features;

/// <summary>Measures every table and partition, then checks the alerts; sent by the daily job and by hand. A run that is repeated measures once more.</summary>
internal static class MeasureStorage
{
    [Job("storage.measure.v1", Queue = "storage", Retries = 3, FirstDelay = "00:01:00")]
    internal sealed record Command : IJobCommand;

    internal sealed class Handler(Measurer measurer, IJobRun job) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var result = await measurer.RunAsync(job, cancellationToken);
            job.Log(LogLevel.Information, FormattableString.Invariant(
                $"{result.Tables} tables take {Sizes.Mb(result.Measurement.SizeBytes):0.##} MB{(result.Measurement.OnDiskBytes is null ? " (on disk: not visible)" : " on disk")}; {result.Alerts.Open} alerts open"));
            return Unit.Value;
        }
    }
}
