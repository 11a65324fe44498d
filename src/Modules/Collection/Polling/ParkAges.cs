using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>How fresh a park's live data are. UNKNOWN: it was never seen live.</summary>
internal enum Freshness
{
    Fresh,
    Normal,
    Stale,
    Unknown,
}

/// <param name="LastSeen">UTC; null: never.</param>
/// <param name="Minutes">Since then.</param>
internal sealed record ParkAge(Park Park, DateTime? LastSeen, double? Minutes, Freshness Freshness);

/// <summary>Judges every park's live data by their age.</summary>
internal sealed class ParkAges(ILiveCollection live, ICatalogue catalogue, IOptions<QualityThresholds> thresholds, TimeProvider clock)
{
    public async Task<IReadOnlyList<ParkAge>> ListAsync(CancellationToken cancellationToken)
    {
        var seen = (await live.FreshnessAsync(cancellationToken)).ToDictionary(p => p.ParkId, p => p.LastSeenAt);
        var now = clock.GetUtcNow().UtcDateTime;
        return [.. (await catalogue.ListParksAsync(null, cancellationToken)).Select(p => Of(p, seen.TryGetValue(p.ParkId, out var last) ? last : null, now))];
    }

    private ParkAge Of(Park park, DateTime? lastSeen, DateTime now)
    {
        if (lastSeen is not { } last)
        {
            return new ParkAge(park, null, null, Freshness.Unknown);
        }

        var minutes = Math.Round((now - last).TotalMinutes, 1);
        var freshness = minutes < thresholds.Value.FreshMinutes ? Freshness.Fresh : minutes <= thresholds.Value.StaleMinutes ? Freshness.Normal : Freshness.Stale;
        return new ParkAge(park, last, minutes, freshness);
    }
}
