using NodaTime;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Host.Console.Shared;

/// <summary>The clocks on the walls of the parks. The catalogue is asked once for a page, by the first instant that wants to know.</summary>
internal sealed class ParkClocks(ICatalogue catalogue, ILogger<ParkClocks> log)
{
    private Task<IReadOnlyDictionary<int, string>?>? _zones;

    /// <summary>The park's time and zone at an instant, null when the park, its zone or the catalogue cannot be told.</summary>
    /// <param name="at">UTC.</param>
    public async ValueTask<(LocalDateTime Time, string Zone)?> ReadAsync(int parkId, DateTime at, CancellationToken cancellationToken)
    {
        var zones = await (_zones ??= ZonesAsync(cancellationToken));
        return zones?.GetValueOrDefault(parkId) is { } id && DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } zone
            ? (NodaTime.Instant.FromDateTimeUtc(DateTime.SpecifyKind(at, DateTimeKind.Utc)).InZone(zone).LocalDateTime, id)
            : null;
    }

    private async Task<IReadOnlyDictionary<int, string>?> ZonesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await catalogue.ListParksAsync(null, cancellationToken)).ToDictionary(p => p.ParkId, p => p.TimeZone);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The instants themselves can be shown all the same.
            log.LogError(e, "The time zones of the parks cannot be read");
            return null;
        }
    }
}
