namespace ThemePark.Simulator;

/// <summary>What <see cref="ArchiveGenerator"/> writes. Equal options give equal bytes.</summary>
public sealed record GeneratorOptions
{
    private static readonly DateOnly SampleEnd = new(2025, 11, 30);

    /// <summary>Directory that becomes the bucket's root. Must be absent or empty; it appears only when the archive is complete.</summary>
    public required string Out { get; init; }

    /// <summary>Number of destinations, 1 to 200. The first three bring eight parks in New York, Tokyo and Berlin time.</summary>
    public int Destinations { get; init; } = 3;

    /// <summary>Number of day files per destination, 1 to 7,300.</summary>
    public int Days { get; init; } = 60;

    /// <summary>Decides every wait, breakdown and price; ids and names do not depend on it.</summary>
    public ulong Seed { get; init; } = 20_251_130;

    /// <summary>Day of the first file. Left out, the last day is 2025-11-30, so that the bytes stay the same for ever.</summary>
    public DateOnly? FirstDay { get; init; }

    /// <summary>Adds everything an importer must survive: broken files, broken events, objects that are no day files, a missing day.</summary>
    public bool Ugly { get; init; } = true;

    /// <summary>Rides per park, 2 to 500; shows come on top.</summary>
    public int RidesPerPark { get; init; } = 12;

    /// <summary>
    /// Approximate number of events per file, for benchmarks; raises the pace of changes and, above one change in two minutes, the
    /// number of rides. Left out, a ride changes about 45 times a day.
    /// </summary>
    public int? EventsPerFile { get; init; }

    /// <summary>Cuts files at the park's midnight instead of the UTC one: upstream does not say which it does.</summary>
    public bool LocalDayFiles { get; init; }

    /// <summary>Day of the first file.</summary>
    public DateOnly First => FirstDay ?? SampleEnd.AddDays(1 - Days);

    /// <summary>Day of the last file.</summary>
    public DateOnly Last => First.AddDays(Days - 1);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Out);
        ArgumentOutOfRangeException.ThrowIfLessThan(Destinations, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Destinations, 200);
        ArgumentOutOfRangeException.ThrowIfLessThan(Days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Days, 7_300);
        ArgumentOutOfRangeException.ThrowIfLessThan(RidesPerPark, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RidesPerPark, 500);
        if (EventsPerFile is { } target)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(target, 1, nameof(EventsPerFile));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(target, 200_000, nameof(EventsPerFile));
        }
    }
}
