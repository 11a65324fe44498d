using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>How far the figures are behind the ledger.</summary>
internal sealed class RollupMetrics(IRollupProbe probe, TimeProvider clock) : IMetricSource
{
    public string Name => "rollup";

    public async ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        var reading = await probe.ReadAsync(cancellationToken);
        writer.Gauge("themepark_rollup_days_waiting", "Ledger entries the figures do not have yet.", reading.DaysWaiting);
        writer.Gauge(
            "themepark_rollup_lag_seconds",
            "How long the oldest of them has been waiting; 0 when none is.",
            reading.WaitingSince is { } since ? (clock.GetUtcNow().UtcDateTime - since).TotalSeconds : 0);
    }
}
