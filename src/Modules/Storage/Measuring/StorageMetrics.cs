using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Storage.Measuring;

/// <summary>The last measurement; before the first there is nothing to say.</summary>
internal sealed class StorageMetrics(MeasurementStore measurements) : IMetricSource
{
    public string Name => "storage";

    public async ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        if (await measurements.LatestAsync(cancellationToken) is not { } latest)
        {
            return;
        }

        writer.Gauge("themepark_storage_bytes", "What the tables took when last measured, on disk where that can be seen.", latest.SizeBytes);
        writer.Gauge(
            "themepark_storage_measured_timestamp_seconds",
            "When that was, in seconds since 1970-01-01 UTC.",
            (latest.MeasuredAt - DateTime.UnixEpoch).TotalSeconds);
        if (latest.VolumeFreeBytes is { } free)
        {
            writer.Gauge("themepark_storage_volume_free_bytes", "What was free on the volume of the data then.", free);
        }
    }
}
