using System.Globalization;
using NodaTime;

namespace ThemePark.Simulator;

/// <summary>The invented world: same destinations, ids and names for every seed.</summary>
internal static class Catalogue
{
    private static readonly DestinationTemplate[] Destinations =
    [
        new("Lantern Bay Resort", "lanternbayresort", "America/New_York", "USD", 5,
            [new("Lantern Bay Kingdom", 540, 1320), new("Cinder Cove Studios", 540, 1260), new("Tidewater Lagoon", 600, 1080, Water: true)]),
        new("Hoshikuzu Bay Resort", "hoshikuzubay", "Asia/Tokyo", "JPY", 5,
            [new("Hoshikuzu Park", 540, 1260), new("Umikaze Harbor", 540, 1260)]),
        new("Falkental Ferienwelt", "falkental", "Europe/Berlin", "EUR", 1,
            [new("Freizeitpark Falkental", 540, 1080), new("Märchenmoor", 600, 1080), new("Nordlicht Wasserwelt", 600, 1320, Water: true)]),
        new("Copperline Country", "copperlinecountry", "America/Chicago", "USD", 5,
            [new("Copperline Junction", 600, 1260), new("Prairie Splash", 660, 1140, Water: true)]),
        new("Thistledown Towers Resort", "thistledown", "Europe/London", "GBP", 1,
            [new("Thistledown Towers", 600, 1080), new("Puddlebrook", 600, 1020)]),
        new("Coyote Mesa", "coyotemesa", "America/Phoenix", "USD", 5,
            [new("Coyote Mesa Adventure", 600, 1260), new("Mirage Springs", 660, 1140, Water: true)]),
        new("Wattlebird World", "wattlebirdworld", "Australia/Sydney", "AUD", 5,
            [new("Wattlebird World", 570, 1020), new("Kelp Cove", 600, 1020, Water: true)]),
        new("Serra do Vento", "serradovento", "America/Sao_Paulo", "BRL", 1,
            [new("Parque Serra do Vento", 600, 1140), new("Vale das Águas", 600, 1080, Water: true)]),
    ];

    /// <summary>Names that are easily confused come in pairs; a matcher must keep them apart.</summary>
    private static readonly string[] RideNames =
    [
        "Comet 88 East", "Comet 88 West", "Nebula Express™", "The Salt Road", "Grumblewick’s Mine", "Skyhook", "Racer 75 North",
        "Racer 75 South", "Moth & Moon Carousel", "THUNDERHEAD: The Ascent®", "Captain Quill's Voyage", "Wind-Up Whirl",
        "Sky Ride East", "Sky Ride West", "“Hush!” – A Silent Journey", "Dominator Green", "Dominator Red", "Pixel Pirates 3D 🏴‍☠️",
        "Driving School", "Jr. Driving School", "Glacier Gulch", "Café Carambole Cups", "Krazy Kars", "Krazy Kups", "The Clockmaker",
        "Power Tower Drop", "Power Tower Shot", "Fjord Runner", "Lanterns of Lý", "Bramble Hollow Railroad", "Oh-No Drop Slide",
        "Oh-Yah Drop Slide", "Zephyr", "Echo Caverns", "Marigold's Flying Kites", "Polar Plunge", "Vortex 9", "Vortex 6",
        "Old Mill Race", "Beetle Boulevard",
    ];

    private static readonly string[] ShowNames =
    [
        "Lights over the Lagoon", "The Great Paper Theatre", "Stilts & Stories", "Drums of the Deep", "Moonrise Parade ✨", "Sea Lion Academy",
    ];

    private sealed record DestinationTemplate(string Name, string Slug, string Zone, string Currency, int WaitStep, ParkTemplate[] Parks);

    private sealed record ParkTemplate(string Name, int Opens, int Closes, bool Water = false);

    public static List<DestinationModel> Build(GeneratorOptions options)
    {
        var world = new List<DestinationModel>(options.Destinations);
        for (var i = 0; i < options.Destinations; i++)
        {
            var template = Destinations[i % Destinations.Length];
            var round = i / Destinations.Length;
            var suffix = round == 0 ? "" : " " + (round + 1).ToString(CultureInfo.InvariantCulture);
            var slug = template.Slug + suffix.Trim();
            var destination = new DestinationModel(
                Prng.Uuid(slug), template.Name + suffix, slug, DateTimeZoneProviders.Tzdb[template.Zone], template.Currency);
            for (var p = 0; p < template.Parks.Length; p++)
            {
                destination.Parks.Add(BuildPark(destination, template, template.Parks[p], p, i, options));
            }

            world.Add(destination);
        }

        return world;
    }

    private static ParkModel BuildPark(
        DestinationModel destination, DestinationTemplate template, ParkTemplate shape, int index, int destinationIndex, GeneratorOptions options)
    {
        var slug = destination.Slug + "-" + (index + 1).ToString(CultureInfo.InvariantCulture);
        var park = new ParkModel(
            destination, Prng.Uuid(slug), shape.Name, Slug(shape.Name), shape.Opens, shape.Closes, shape.Water, template.WaitStep);
        var rides = RideCount(options, template.Parks.Length);
        var offset = (destinationIndex * 17) + (index * 12);
        for (var r = 0; r < rides; r++)
        {
            park.Entities.Add(BuildRide(park, slug, r, offset + r, options.Days, index));
        }

        var shows = shape.Water ? 1 : 2;
        for (var s = 0; s < shows; s++)
        {
            park.Entities.Add(new EntityModel(
                park, Prng.Uuid($"{slug}/show/{s}"), InternalId(park, 900 + s), ShowNames[(offset + s) % ShowNames.Length])
            {
                IsShow = true,
                ShowtimesAsText = (offset + s) % 3 == 0,
            });
        }

        return park;
    }

    private static EntityModel BuildRide(ParkModel park, string parkKey, int index, int nameIndex, int days, int parkIndex)
    {
        var key = $"{parkKey}/ride/{index.ToString(CultureInfo.InvariantCulture)}";
        var random = Prng.For(0, key);
        var name = RideNames[nameIndex % RideNames.Length];
        if (index >= RideNames.Length)
        {
            name += " " + ((index / RideNames.Length) + 1).ToString(CultureInfo.InvariantCulture);
        }

        var usd = park.Destination.Currency == "USD";
        return new EntityModel(park, Prng.Uuid(key), InternalId(park, 100 + index), name)
        {
            Popularity = random.Between(8, 75),
            Outdoor = random.Chance(0.6),
            // The headliners carry the queues besides STANDBY; a park's other rides rarely have one.
            Queues = index >= 12 ? OfOtherRides(index) : index switch
            {
                0 => QueueKinds.Standby | QueueKinds.ReturnTime | QueueKinds.SingleRider,
                1 or 6 => QueueKinds.Standby | QueueKinds.PaidReturnTime,
                2 => QueueKinds.Standby | QueueKinds.SingleRider,
                3 when parkIndex == 0 => QueueKinds.BoardingGroup,
                4 => usd ? QueueKinds.Standby | QueueKinds.ReturnTime : QueueKinds.Standby | QueueKinds.PaidStandby,
                8 => QueueKinds.Standby | QueueKinds.ReturnTime | QueueKinds.PaidReturnTime,
                11 => QueueKinds.Standby | QueueKinds.PaidStandby,
                _ => QueueKinds.Standby,
            },
            Price = index switch { 6 => PriceRule.Unpublished, 8 when parkIndex == 1 => PriceRule.Free, _ => PriceRule.Varies },
            Refurbished = index == 5 ? Share(days, 0.25, 0.45) : null,
            Overlay = index == 9 && parkIndex == 0 ? (Share(days, 0.15, 0.5), $"{name}: Nights of the Pumpkin King") : null,
            Replacement = index == 7 && parkIndex == 1 ? ((int)(days * 0.55), Prng.Uuid(key + "/successor")) : null,
            RetiredFrom = index == 10 && parkIndex == 0 ? Math.Max(1, (int)(days * 0.7)) : null,
        };
    }

    private static QueueKinds OfOtherRides(int index) => (index % 8, index % 10) switch
    {
        (0, _) => QueueKinds.Standby | QueueKinds.SingleRider,
        (_, 1) => QueueKinds.Standby | QueueKinds.PaidReturnTime,
        _ => QueueKinds.Standby,
    };

    /// <summary>No ride changes more often than every two minutes: beyond that a park needs more rides to reach the target.</summary>
    private static int RideCount(GeneratorOptions options, int parks) =>
        options.EventsPerFile is { } target ? Math.Max(options.RidesPerPark, (int)Math.Ceiling(target / (double)parks / 300)) : options.RidesPerPark;

    private static DaySpan Share(int days, double from, double to) => new((int)(days * from), Math.Max((int)(days * from), (int)(days * to) - 1));

    private static string InternalId(ParkModel park, int number)
    {
        var random = Prng.For(1, park.Id);
        return (10_000 + (random.Below(80) * 1_000) + number).ToString(CultureInfo.InvariantCulture);
    }

    private static string Slug(string name) => string.Concat(name.ToLowerInvariant().Where(c => c is >= 'a' and <= 'z' or >= '0' and <= '9'));
}
