using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Features;

/// <summary>A measurement for the operator who waits for it. What it finds is told by the next node that runs jobs.</summary>
internal static class MeasureNow
{
    internal sealed record Command : IRequest<Outcome<Result>>;

    /// <summary><c>on_disk_gb</c>, of the tables, is null where no file can be seen.</summary>
    internal sealed record Result(DateTime MeasuredAt, int Tables, double TotalSizeGb, double? OnDiskGb, double? OtherOnDiskGb, int AlertsOpened, int AlertsClosed, int AlertsOpen);

    internal sealed class Handler(Measurer measurer, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var (measurement, tables, alerts) = await measurer.RunAsync(null, cancellationToken);
            await audit.RecordAsync("storage.measure", null, null, null, cancellationToken);
            return new Result(
                measurement.MeasuredAt, tables, Sizes.Gb(measurement.TotalBytes), Sizes.Gb(measurement.OnDiskBytes), Sizes.Gb(measurement.OtherBytes),
                alerts.Opened, alerts.Closed, alerts.Open);
        }
    }
}
