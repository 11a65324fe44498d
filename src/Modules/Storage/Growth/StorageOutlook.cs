using Microsoft.Extensions.Options;
using ThemePark.Modules.Storage.Alerts;
using ThemePark.Modules.Storage.Contracts;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Growth;

/// <summary>The figures the alerts are judged by.</summary>
internal sealed class StorageOutlook(MeasurementStore measurements, AlertStore alerts, IOptions<StorageOptions> options) : IStorageOutlook
{
    public async Task<DiskOutlook?> DiskAsync(CancellationToken cancellationToken)
    {
        if (await measurements.LatestAsync(cancellationToken) is not { } latest)
        {
            return null;
        }

        var series = GrowthSeries.Of(await measurements.SinceAsync(latest.MeasuredAt.AddDays(-AlertRules.Window), cancellationToken));
        double? perDay = series.IsEnough ? Trend.Of(series.Samples, GrowthSeries.LeastStepBytes).PerDay : null;
        var capacity = Capacity.Of(latest, options.Value);
        return new DiskOutlook(latest.MeasuredAt, perDay, capacity is not null, perDay is { } rate ? capacity?.DaysUntilFull(rate) : null);
    }

    public async Task<OpenAlerts?> AlertsAsync(CancellationToken cancellationToken)
    {
        if (await measurements.LatestAsync(cancellationToken) is null)
        {
            return null;
        }

        var open = await alerts.OpenAsync(cancellationToken);
        var critical = open.Count(a => a.Severity is AlertSeverity.Critical);
        return new OpenAlerts(critical, open.Count - critical);
    }
}
