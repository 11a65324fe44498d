namespace ThemePark.Simulator;

/// <summary>Which world the simulated live API plays. Equal options give equal answers at equal instants.</summary>
/// <remarks>
/// With the values an archive was generated with, ids, names, parks, queues and changes are the archive's own: both come from one model.
/// </remarks>
public sealed record LiveWorldOptions
{
    /// <summary>Number of destinations, 1 to 200.</summary>
    public int Destinations { get; init; } = 3;

    /// <summary>Largest number of parks over all destinations; left out, each destination has all of its two or three.</summary>
    public int? Parks { get; init; }

    /// <summary>Rides per park, 2 to 500; shows, restaurants and a hotel per destination come on top.</summary>
    public int RidesPerPark { get; init; } = 12;

    /// <summary>Number of rides over all parks, spread evenly; left out, every park has <see cref="RidesPerPark"/>.</summary>
    public int? Rides { get; init; }

    /// <summary>Decides hours, waits, breakdowns and prices; ids and names do not depend on it.</summary>
    public ulong Seed { get; init; } = 20_251_130;

    /// <summary>Day of the archive's first file; left out, the generator's own default.</summary>
    public DateOnly? FirstDay { get; init; }

    /// <summary>Number of the archive's day files per destination: where in it rides are renamed, replaced and retired.</summary>
    public int Days { get; init; } = 60;

    /// <summary>As large as the real one: 127 parks, 7,000 rides.</summary>
    public static LiveWorldOptions FullSize { get; } = new() { Destinations = 57, Parks = 127, Rides = 7_000 };

    internal GeneratorOptions Archive => new()
    {
        Out = ".",
        Destinations = Destinations,
        Days = Days,
        Seed = Seed,
        FirstDay = FirstDay,
        RidesPerPark = RidesPerPark,
    };
}
