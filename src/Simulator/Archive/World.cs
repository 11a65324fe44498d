using NodaTime;

namespace ThemePark.Simulator;

internal enum RideStatus
{
    Operating,
    Down,
    Closed,
    Refurbishment,
}

[Flags]
internal enum QueueKinds
{
    None = 0,
    Standby = 1,
    SingleRider = 2,
    ReturnTime = 4,
    PaidReturnTime = 8,
    BoardingGroup = 16,
    PaidStandby = 32,
}

internal enum PriceRule
{
    Varies,
    Unpublished,
    Free,
}

internal sealed record DestinationModel(string Id, string Name, string Slug, DateTimeZone Zone, string Currency)
{
    public List<ParkModel> Parks { get; } = [];
}

internal sealed record ParkModel(DestinationModel Destination, string Id, string Name, string Slug, int Opens, int Closes, bool Water, int WaitStep)
{
    public DateTimeZone Zone => Destination.Zone;

    /// <summary>Milliseconds past each minute at which upstream looks at this park.</summary>
    public int PolledAtMs { get; } = Prng.For(2, Id).Between(1, 40) * 1000;

    public List<EntityModel> Entities { get; } = [];
}

/// <summary>A span of days, both ends included, in days since the first file's day.</summary>
internal readonly record struct DaySpan(int From, int To)
{
    public bool Holds(int day) => day >= From && day <= To;
}

internal sealed record EntityModel(ParkModel Park, string Id, string InternalId, string Name)
{
    public bool IsShow { get; init; }

    /// <summary>Upstream does not prove whether showtimes are objects or strings, so one show in three uses strings.</summary>
    public bool ShowtimesAsText { get; init; }

    public QueueKinds Queues { get; init; }

    public int Popularity { get; init; }

    public bool Outdoor { get; init; }

    public PriceRule Price { get; init; }

    public DaySpan? Refurbished { get; init; }

    public (DaySpan Days, string Name)? Overlay { get; init; }

    public (int FromDay, string Id)? Replacement { get; init; }

    public int? RetiredFrom { get; init; }

    public string IdOn(int day) => Replacement is { } r && day >= r.FromDay ? r.Id : Id;

    public string NameOn(int day) => Overlay is { } o && o.Days.Holds(day) ? o.Name : Name;
}
