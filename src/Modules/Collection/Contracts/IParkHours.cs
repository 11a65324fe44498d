namespace ThemePark.Modules.Collection.Contracts;

/// <summary>
/// The hours parks publish: OPERATING, EXTRA_HOURS and TICKETED_EVENT together. Three-valued: without a schedule a park is unknown, never closed.
/// Answers are as known now unless an instant of knowledge is given.
/// </summary>
public interface IParkHours
{
    /// <summary>Every park of the catalogue at an instant, by park id.</summary>
    Task<IReadOnlyDictionary<int, ParkHoursNow>> AtAsync(DateTimeOffset instant, CancellationToken ct);

    /// <summary>As <see cref="AtAsync(DateTimeOffset, CancellationToken)"/>, with what had been seen until <paramref name="knownAt"/>.</summary>
    Task<IReadOnlyDictionary<int, ParkHoursNow>> AtAsync(DateTimeOffset instant, DateTimeOffset knownAt, CancellationToken ct);

    /// <summary>A park's local days from first to last, both included, each once and in order; a day nobody spoke of is not known.</summary>
    /// <param name="parkId">One that does not exist has only days that are not known.</param>
    /// <param name="first">Local day of the park.</param>
    /// <param name="last">Local day of the park.</param>
    /// <param name="knownAt">With what had been seen until then; null for now.</param>
    /// <param name="ct">Ends the reading.</param>
    Task<IReadOnlyList<PublishedDay>> DaysAsync(int parkId, DateOnly first, DateOnly last, DateTimeOffset? knownAt, CancellationToken ct);
}

/// <summary>Whether a park is open to visitors, as published.</summary>
public enum ParkState
{
    /// <summary>Nothing was published of the time, or something that cannot be relied on.</summary>
    Unknown,

    /// <summary>Within published hours.</summary>
    Open,

    /// <summary>Outside the published hours of a day whose hours are known.</summary>
    Closed,
}

/// <summary>A park at an instant.</summary>
/// <param name="LocalDate">The park's calendar day at the instant.</param>
/// <param name="OpensAt">Open: when these hours began. Else: the next opening until the end of the next local day; null when none is known.</param>
/// <param name="ClosesAt">The end of the same hours.</param>
/// <param name="ObservedAt">Since when the newest statement about the day is known; null when there is none.</param>
/// <param name="Simulated">A simulator said so.</param>
public sealed record ParkHoursNow(
    int ParkId, ParkState State, DateOnly LocalDate, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt, DateTimeOffset? ObservedAt, bool Simulated)
{
    /// <summary>Within OPERATING hours alone: false during early entry and ticketed events, and when the park is closed; null when nothing was published of it.</summary>
    public bool? IsOperating { get; init; }
}

/// <summary>From opening to closing, UTC; the closing is excluded and may be on the next local day.</summary>
public readonly record struct OpenHours(DateTimeOffset OpensAt, DateTimeOffset ClosesAt);

/// <summary>What a park published of a local day.</summary>
/// <param name="IsKnown">The hours are all there is: outside of them the park is closed. False: unpublished, withdrawn, or partly unreadable.</param>
/// <param name="Hours">In order, none touching another; they belong to the day of their opening. May be stated of a day that is not known as a whole.</param>
/// <param name="Entries">As stated, everything: information and private events too.</param>
/// <param name="ObservedAt">Since when this is known; null when the day was never listed.</param>
/// <param name="Simulated">A simulator said so.</param>
public sealed record PublishedDay(
    DateOnly Date, bool IsKnown, IReadOnlyList<OpenHours> Hours, IReadOnlyList<PublishedEntry> Entries, DateTimeOffset? ObservedAt, bool Simulated);

/// <summary>One entry of a day.</summary>
/// <param name="Type">As stated.</param>
/// <param name="Purchases">JSON as stated; amounts are in minor units of their currency.</param>
/// <param name="Odd">Something is wrong with its times: see <c>flags</c> in the data model.</param>
public sealed record PublishedEntry(
    string Type, string? Description, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt, string? Purchases, bool Odd);
