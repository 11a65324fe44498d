using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Alerts;

/// <summary>Storage in <c>/api/health</c>. Figures older than two days prove nothing: that is no health either.</summary>
internal sealed class StorageProbe(MeasurementStore measurements, AlertStore alerts, TimeProvider clock) : IHealthProbe
{
    private static readonly TimeSpan Old = TimeSpan.FromDays(2);

    public string Name => "storage";

    public async Task<HealthReading> ReadAsync(CancellationToken cancellationToken)
    {
        if (await measurements.LatestAsync(cancellationToken) is not { } latest)
        {
            return new HealthReading("no_data", null, "Storage was never measured");
        }

        var open = await alerts.OpenAsync(cancellationToken);
        var size = string.Create(CultureInfo.InvariantCulture, $"{Sizes.Gb(latest.SizeBytes):0.###} GB, measured {latest.MeasuredAt:yyyy-MM-dd HH:mm}Z");
        return open.Any(a => a.Severity is AlertSeverity.Critical) ? new HealthReading("critical", open.Count, open[0].Message)
            : open.Count > 0 ? new HealthReading("warning", open.Count, open[0].Message)
            : clock.GetUtcNow().UtcDateTime - latest.MeasuredAt > Old ? new HealthReading("warning", 0, $"{size}: not since then")
            : new HealthReading("healthy", 0, size);
    }
}
