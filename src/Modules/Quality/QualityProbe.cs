using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Quality;

/// <summary>The check <c>data_quality</c> of <c>/api/health</c>: as the summary of the last day.</summary>
internal sealed class QualityProbe(HealthReader reader) : IHealthProbe
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(1);

    public string Name => "data_quality";

    public async Task<HealthReading> ReadAsync(CancellationToken cancellationToken)
    {
        var health = await reader.ReadAsync(Period, cancellationToken);
        if (health.CheckedAt is null && health.Open == 0)
        {
            return new HealthReading("no_data", null, "Nothing was checked yet");
        }

        return new HealthReading(
            health.Health.ToString().ToLowerInvariant(),
            health.Open,
            health.Reasons.Count == 0 ? "Nothing is wrong with the data" : string.Join(' ', health.Reasons));
    }
}
