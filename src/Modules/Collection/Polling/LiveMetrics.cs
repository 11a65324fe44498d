using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>How old live data are, over all nodes. Without any there is no age.</summary>
internal sealed class LiveMetrics(LiveCollection live, ParkAges ages, TimeProvider clock) : IMetricSource
{
    public string Name => "live_data";

    public async ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        if (await live.ReadAsync(cancellationToken) is { } last)
        {
            writer.Gauge(
                "themepark_live_data_age_seconds",
                "Since the slot of the last good poll of anything.",
                (clock.GetUtcNow().UtcDateTime - last.LastCollection).TotalSeconds);
        }

        var parks = await ages.ListAsync(cancellationToken);
        foreach (var freshness in Enum.GetValues<Freshness>())
        {
            writer.Gauge(
                "themepark_parks",
                "Parks by how fresh their live data are.",
                parks.Count(p => p.Freshness == freshness),
                ("freshness", freshness.ToUpperSnake()));
        }
    }
}
