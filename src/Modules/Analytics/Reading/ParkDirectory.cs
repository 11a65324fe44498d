using System.Globalization;
using FluentValidation;
using NodaTime;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>A park as answers show it.</summary>
/// <param name="Location">City and region; the destination's name where nobody has stated them.</param>
internal sealed record ParkInfo(
    int ParkId, string? Name, string? Location, string? Destination, ParkOperator Operator, DateTimeZone Zone, int? QueueTimesId)
{
    /// <summary>Who says CLOSED only of planned closings.</summary>
    public bool IsDisneyOrUniversal => Operator is ParkOperator.Disney or ParkOperator.Universal;

    public string? QueueTimesUrl => QueueTimesId is { } id ? $"https://queue-times.com/parks/{id}" : null;
}

/// <summary>The parks of the catalogue.</summary>
internal sealed class ParkDirectory(ICatalogue catalogue)
{
    public const string AllParks = "all-parks";
    public const string DisneyUniversal = "disney-universal";

    /// <summary>By park id; <paramref name="filter"/> is one of the two words, null meaning all.</summary>
    public async Task<IReadOnlyDictionary<int, ParkInfo>> ListAsync(string? filter, CancellationToken cancellationToken)
    {
        var destinations = (await catalogue.ListDestinationsAsync(cancellationToken)).ToDictionary(d => d.DestinationId);
        var parks = await catalogue.ListParksAsync(null, cancellationToken);
        return parks.Select(p => Of(p, destinations.GetValueOrDefault(p.DestinationId)))
            .Where(p => filter != DisneyUniversal || p.IsDisneyOrUniversal)
            .ToDictionary(p => p.ParkId);
    }

    public static Failure NotFound(int parkId) =>
        Failure.NotFound("PARK_NOT_FOUND", string.Create(CultureInfo.InvariantCulture, $"Park {parkId} not found"));

    private static ParkInfo Of(Park park, Destination? destination) => new(
        park.ParkId,
        park.Name ?? park.Slug,
        park.Location ?? destination?.Name,
        destination?.Name,
        park.Operator,
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(park.TimeZone) ?? DateTimeZone.Utc,
        park.QueueTimesId);
}

internal static class FilterRules
{
    public static IRuleBuilderOptions<T, string?> MustBeFilter<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null or ParkDirectory.AllParks or ParkDirectory.DisneyUniversal)
        .WithMessage("Invalid filter. Must be 'disney-universal' or 'all-parks'");
}
