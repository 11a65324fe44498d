using System.Data.Common;

namespace ThemePark.Modules.Metadata.Contracts;

/// <summary>Reads the catalogue in bulk and takes names from upstream's list of destinations.</summary>
public interface ICatalogue
{
    /// <summary>All destinations by id.</summary>
    ValueTask<IReadOnlyList<Destination>> ListDestinationsAsync(CancellationToken ct);

    /// <summary>All parks, or one destination's, by id.</summary>
    ValueTask<IReadOnlyList<Park>> ListParksAsync(int? destinationId, CancellationToken ct);

    /// <summary>Changes whenever a name, a kind, a tier or anything else of the catalogue does.</summary>
    ValueTask<string> VersionAsync(CancellationToken ct);

    /// <summary>One park's rides by id.</summary>
    ValueTask<IReadOnlyList<Ride>> ListRidesAsync(int parkId, CancellationToken ct);

    /// <summary>The rides of these ids; an unknown id is absent.</summary>
    ValueTask<IReadOnlyDictionary<int, Ride>> GetRidesAsync(IReadOnlyCollection<int> rideIds, CancellationToken ct);

    /// <summary>Where upstream says that these of its entities are; one it has not placed is absent.</summary>
    ValueTask<IReadOnlyDictionary<Guid, Place>> GetPlacesAsync(IReadOnlyCollection<Guid> uuids, CancellationToken ct);

    /// <summary>Null when there is none.</summary>
    ValueTask<Destination?> FindDestinationAsync(int destinationId, CancellationToken ct);

    /// <summary>Null when there is none.</summary>
    ValueTask<Destination?> FindDestinationAsync(Guid uuid, CancellationToken ct);

    /// <summary>The destination a park belongs to, null when there is no such park.</summary>
    ValueTask<Destination?> FindDestinationOfParkAsync(int parkId, CancellationToken ct);

    /// <summary>The id of the destination, created without a name when the catalogue does not have it.</summary>
    ValueTask<int> EnsureDestinationAsync(Guid uuid, DbTransaction? transaction, CancellationToken ct);

    /// <summary>
    /// Takes names and slugs from upstream's <c>/destinations</c> document (<c>{"destinations":[{"id","name","slug","parks":[{"id","name"}]}]}</c>).
    /// Creates missing destinations; a park it does not know is only counted, because the document states no time zone.
    /// </summary>
    /// <exception cref="System.Text.Json.JsonException">The stream is not such a document.</exception>
    ValueTask<CatalogueChanges> ApplyDestinationsAsync(Stream json, CancellationToken ct);
}

/// <summary>A resort; its name is null until the catalogue has named it.</summary>
public sealed record Destination(int DestinationId, Guid Uuid, string? Name, string? Slug);

/// <summary>A park.</summary>
/// <param name="TimeZone">IANA id.</param>
/// <param name="Operator">Decides what CLOSED means: docs/metrics.md.</param>
/// <param name="Location">City and region, or city and country; null where nobody has stated them.</param>
/// <param name="QueueTimesId">Its number at queue-times.com; null when unknown.</param>
public sealed record Park(
    int ParkId, int DestinationId, Guid Uuid, string? Name, string? Slug, string TimeZone, ParkOperator Operator, string? Location, int? QueueTimesId);

/// <summary>Who runs a park.</summary>
public enum ParkOperator
{
    /// <summary>Anybody else, or not known.</summary>
    Other,
    Disney,
    Universal,
}

/// <summary>A ride (or show) with its park's IANA zone; its name is the latest dated one.</summary>
/// <param name="Tier">1 to 3; null when nobody has said.</param>
public sealed record Ride(int RideId, int ParkId, Guid? Uuid, string? Name, EntityKind Kind, string TimeZone, int? Tier)
{
    /// <summary>Takes part in its park's figures: an attraction, or what nobody has called anything else.</summary>
    public bool IsCounted => Kind is EntityKind.Attraction or EntityKind.Unknown;
}

/// <summary>A point on the globe, in degrees.</summary>
public sealed record Place(double Latitude, double Longitude)
{
    // As the database's ST_Distance_Sphere has it, in metres.
    private const double EarthRadius = 6_370_986;

    /// <summary>Along the surface.</summary>
    public double MetresTo(Place other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (north, east) = (Radians(other.Latitude - Latitude), Radians(other.Longitude - Longitude));
        var half = Math.Pow(Math.Sin(north / 2), 2) + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * Math.Pow(Math.Sin(east / 2), 2));
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(half)));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}

/// <summary>What a list of destinations changed. <paramref name="Rejected"/> counts entries without a valid id or name.</summary>
public sealed record CatalogueChanges(int DestinationsCreated, int DestinationsNamed, int ParksNamed, int ParksUnknown, int Rejected);
