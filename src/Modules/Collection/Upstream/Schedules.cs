namespace ThemePark.Modules.Collection.Upstream;

/// <summary>What an entry of a schedule is about.</summary>
internal enum ScheduleType
{
    /// <summary>A word we do not know; it is kept as stated.</summary>
    Unknown,
    Operating,
    TicketedEvent,
    PrivateEvent,
    ExtraHours,
    Info,
}

/// <summary>What is odd about an entry.</summary>
[Flags]
internal enum ScheduleFlags
{
    None = 0,

    /// <summary>A stated offset is not the zone's at that instant; the UTC instant is kept.</summary>
    OffsetMismatch = 1,

    /// <summary>The close was stated before the opening, with the opening's date: it is taken for the next day's.</summary>
    CloseMoved = 2,

    /// <summary>Longer than a day can be, or ending before it begins by more than a day.</summary>
    ImplausibleLength = 4,

    /// <summary>The opening is not on the entry's date in the park's zone.</summary>
    DateMismatch = 8,
}

/// <summary>A slice of the body that is kept as JSON.</summary>
internal readonly record struct BodySlice(string Name, int Start, int Length);

/// <summary>One entry: a park's day has as many as it likes, of one type too.</summary>
/// <param name="Date">The park's local day on which it opens; the close may be on the next.</param>
/// <param name="TypeText">The type as stated.</param>
/// <param name="OpensAt">Milliseconds since 1970-01-01 UTC; null when not stated.</param>
/// <param name="ClosesAt">Milliseconds since 1970-01-01 UTC; null when not stated.</param>
/// <param name="Purchases">What can be bought for the day, if stated.</param>
/// <param name="Unknown">Fields nobody told us of.</param>
internal sealed record ScheduleEntry(
    DateOnly Date,
    ScheduleType Type,
    string TypeText,
    string? Description,
    long? OpensAt,
    long? ClosesAt,
    ScheduleFlags Flags,
    BodySlice? Purchases,
    IReadOnlyList<BodySlice> Unknown);

/// <param name="Zone">IANA zone as stated; null when neither the park nor the document around it states one.</param>
/// <param name="ZoneKnown">Whether offsets could be checked against it.</param>
internal sealed record ParkSchedule(
    Guid Uuid, string? Name, string? EntityType, string? Zone, bool ZoneKnown, IReadOnlyList<ScheduleEntry> Entries);

/// <summary>A schedule document, read: of one park, or of a destination with its parks.</summary>
/// <param name="Rows">Entries in the document (and parks that cannot be told), kept or not: all entries plus <paramref name="Quarantine"/>.</param>
internal sealed record ScheduleDocument(IReadOnlyList<ParkSchedule> Parks, IReadOnlyList<QuarantinedRow> Quarantine, int Rows);
