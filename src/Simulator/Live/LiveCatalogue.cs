using System.Globalization;

namespace ThemePark.Simulator;

/// <summary>Adds to the archive's destinations what only the live API speaks of: places, attributes, restaurants, a hotel.</summary>
internal static class LiveCatalogue
{
    private static readonly Dictionary<string, Place> Zones = new(StringComparer.Ordinal)
    {
        ["America/New_York"] = new(36.91, -76.02),
        ["Asia/Tokyo"] = new(35.31, 139.62),
        ["Europe/Berlin"] = new(50.72, 8.94),
        ["America/Chicago"] = new(38.63, -92.31),
        ["Europe/London"] = new(52.94, -1.92),
        ["America/Phoenix"] = new(33.58, -112.43),
        ["Australia/Sydney"] = new(-33.61, 151.13),
        ["America/Sao_Paulo"] = new(-23.24, -46.53),
    };

    private static readonly string[][] Cuisines = [["American"], ["Japanese", "Sushi"], ["German", "Barbecue"], ["Dessert"]];

    /// <param name="rides">Number of rides of a park by its number in the destination; null for all.</param>
    public static LiveDestination Build(DestinationModel model, LiveWorldOptions options, DateOnly first, Func<int, int?> rides)
    {
        var zone = Zones[model.Zone.Id];
        var at = Near(zone, model.Id, 1_000);
        var destination = new LiveDestination(model, at);
        for (var p = 0; p < model.Parks.Count; p++)
        {
            var shape = model.Parks[p];
            var park = new LivePark(shape, options.Seed, first) { Location = Near(at, shape.Id, 10) };
            Fill(park, options.Days, rides(p) ?? int.MaxValue, $"{model.Slug}-{(p + 1).ToString(CultureInfo.InvariantCulture)}");
            destination.Parks.Add(park);
        }

        var hotel = Prng.Uuid(model.Slug + "/hotel/0");
        destination.Entities.Add(new LiveHotel(hotel, LiveNames.Hotels[LiveNames.Draw(hotel, LiveNames.Hotels.Length)])
        {
            Type = "HOTEL",
            ParentId = model.Id,
            DestinationId = model.Id,
            ExternalId = model.Slug + "_hotel_1",
            Zone = model.Zone,
            Location = Near(at, hotel, 10),
        });
        return destination;
    }

    private static void Fill(LivePark park, int archiveDays, int rides, string parkKey)
    {
        var model = park.Model;
        var taken = 0;
        foreach (var entity in model.Entities)
        {
            if (entity.IsShow || taken++ < rides)
            {
                park.Entities.Add(Ride(park, entity, archiveDays));
            }
        }

        for (var r = 0; r < 4; r++)
        {
            var id = Prng.Uuid($"{parkKey}/restaurant/{r.ToString(CultureInfo.InvariantCulture)}");
            var kind = r switch { 0 or 1 => RestaurantKind.Tables, 2 => RestaurantKind.Silent, _ => RestaurantKind.Absent };
            park.Entities.Add(new LiveRestaurant(id, LiveNames.Restaurants[(LiveNames.Draw(parkKey, 8) + r) % LiveNames.Restaurants.Length], kind)
            {
                Type = "RESTAURANT",
                ParentId = model.Id,
                DestinationId = model.Destination.Id,
                ExternalId = $"{model.Slug}_restaurant_{r.ToString(CultureInfo.InvariantCulture)}",
                Zone = model.Zone,
                Park = park,
                Location = Near(park.Location, id, 4),
                Attributes = [("cuisines", Cuisines[LiveNames.Draw(id, Cuisines.Length)])],
            });
        }
    }

    private static LiveRide Ride(LivePark park, EntityModel entity, int archiveDays)
    {
        var model = park.Model;
        var old = model.Destination.Currency == "JPY";
        return new LiveRide(entity, archiveDays)
        {
            Type = entity.IsShow ? "SHOW" : "ATTRACTION",
            ParentId = model.Id,
            DestinationId = model.Destination.Id,
            ExternalId = $"{entity.InternalId};entityType={(entity.IsShow ? "Entertainment" : "Attraction")}",
            Zone = model.Zone,
            Park = park,
            AttractionType = entity.IsShow ? null : TypeOf(entity.Name),
            Location = LiveNames.Draw(entity.Id + "/place", 20) switch
            {
                0 => null,
                1 => new Place(null, null),
                2 => new Place(0, 0),
                _ => Near(park.Location, entity.Id, 4),
            },
            Attributes = entity.IsShow || old ? [] : [.. Attributes(entity)],
            Tags = entity.IsShow || !old ? [] : [.. OldTags(entity)],
        };
    }

    private static string TypeOf(string name) =>
        name.Contains("Railroad", StringComparison.Ordinal) || name.StartsWith("Sky Ride", StringComparison.Ordinal) ? "TRANSPORT"
        : name.Contains("Pirates", StringComparison.Ordinal) ? "UNKNOWN"
        : "RIDE";

    /// <summary>About two rides in three state a height, as a hard minimum in centimetres.</summary>
    private static IEnumerable<(string Name, object Value)> Attributes(EntityModel entity)
    {
        var random = Prng.For(11, entity.Id);
        if (random.Chance(0.65))
        {
            yield return ("minimumHeight", 90 + (random.Below(11) * 5));
        }

        if (random.Chance(0.1))
        {
            yield return ("maximumHeight", 140 + (random.Below(12) * 5));
        }

        if (entity.Park.Water || random.Chance(0.15))
        {
            yield return ("mayGetWet", true);
        }

        yield return ("singleRider", entity.Queues.HasFlag(QueueKinds.SingleRider));
        yield return ("onRidePhoto", random.Chance(0.3));
        yield return ("unsuitableForPregnantPeople", entity.Popularity > 50);
    }

    /// <summary>Before attributes became keys of their own they came as tags; a reader must know both.</summary>
    private static IEnumerable<(string Tag, string Name, object Value)> OldTags(EntityModel entity)
    {
        var random = Prng.For(11, entity.Id);
        if (random.Chance(0.65))
        {
            yield return ("MINIMUM_HEIGHT", "Minimum Height", 90 + (random.Below(11) * 5));
        }

        yield return ("SINGLE_RIDER", "Single Rider", entity.Queues.HasFlag(QueueKinds.SingleRider));
        yield return ("MAY_GET_WET", "May Get Wet", entity.Park.Water);
    }

    /// <summary>Within about <paramref name="reach"/> thousandths of a degree.</summary>
    private static Place Near(Place place, string name, int reach)
    {
        var random = Prng.For(5, name);
        return new Place(
            Math.Round(place.Latitude!.Value + ((random.Unit() - 0.5) * reach / 500), 7),
            Math.Round(place.Longitude!.Value + ((random.Unit() - 0.5) * reach / 500), 7));
    }
}
