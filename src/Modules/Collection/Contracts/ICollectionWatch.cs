namespace ThemePark.Modules.Collection.Contracts;

/// <summary>What live collection has met, for those who watch over its quality.</summary>
public interface ICollectionWatch
{
    /// <summary>The destinations that were ever polled.</summary>
    Task<IReadOnlyList<PolledDestination>> PolledAsync(CancellationToken cancellationToken);

    /// <summary>How many slots there were, how many of them were polled well, and what came: of one destination or of all, between two instants (UTC).</summary>
    Task<PollTotals> TotalsAsync(int? destinationId, DateTime from, DateTime to, CancellationToken cancellationToken);

    /// <summary>A destination's good polls by UTC day, from first to last, both included; a day without any is absent.</summary>
    Task<IReadOnlyDictionary<DateOnly, int>> GoodPollsAsync(int destinationId, DateOnly first, DateOnly last, CancellationToken cancellationToken);

    /// <summary>Rows that could not be stored and were seen since an instant (UTC), summed by destination and reason.</summary>
    Task<IReadOnlyList<QuarantineTotal>> QuarantineAsync(DateTime since, CancellationToken cancellationToken);

    /// <summary>Entities with a ride that were seen since an instant (UTC), counted by the park they belong to and the one upstream states.</summary>
    Task<IReadOnlyList<StatedPark>> StatedParksAsync(DateTime since, CancellationToken cancellationToken);

    /// <summary>
    /// How a park's rides behaved in live rows between two instants (UTC): stretches of polls in a row that found the same, by ride and time. A
    /// stretch ends where a value changes or a poll of the ride is missing.
    /// </summary>
    Task<IReadOnlyList<SteadyStretch>> StretchesAsync(IReadOnlyCollection<int> rideIds, DateTime from, DateTime to, CancellationToken cancellationToken);

    /// <summary>Live rows of these rides between two instants (UTC) with one of the flags, by ride.</summary>
    Task<IReadOnlyList<FlaggedRows>> FlaggedAsync(
        IReadOnlyCollection<int> rideIds, ObservationFlags flags, DateTime from, DateTime to, CancellationToken cancellationToken);
}

/// <param name="First">UTC slot of the first poll, good or not.</param>
/// <param name="Last">UTC slot of the last.</param>
/// <param name="IsTracked">Still polled: false when others were polled more than a day later, as after upstream has stopped listing it.</param>
public sealed record PolledDestination(int DestinationId, DateTime First, DateTime Last, bool IsTracked);

/// <param name="Slots">Places on the grid since each destination's first poll, up to the last complete one, the one of now where it was polled, or its last poll when it is no longer tracked.</param>
/// <param name="Duplicates">Rows that came twice in one answer; the last one counts.</param>
/// <param name="LastGood">UTC slot; null when none was good.</param>
public sealed record PollTotals(long Slots, long Good, long Snapshots, long Duplicates, DateTime? LastGood);

/// <param name="Reason">As in <c>collection_quarantine</c>.</param>
/// <param name="Sample">The row seen last, as sent, cut.</param>
public sealed record QuarantineTotal(int DestinationId, string Reason, int Rows, long Occurrences, DateTime First, DateTime Last, string Sample);

/// <param name="ParkId">The park the entities belong to.</param>
/// <param name="Stated">Upstream's id of the park it names; null when it names none.</param>
public sealed record StatedPark(int DestinationId, int ParkId, Guid? Stated, int Entities, string? Sample);

/// <summary>Polls in a row that found a ride in the same state.</summary>
/// <param name="First">UTC slot of the first poll.</param>
/// <param name="Last">UTC slot of the last.</param>
/// <param name="WaitMinutes">Of the STANDBY queue; null: unknown.</param>
public sealed record SteadyStretch(int RideId, DateTime First, DateTime Last, RideStatus Status, int? WaitMinutes);

/// <param name="Lowest">Wait in minutes.</param>
/// <param name="Highest">Wait in minutes.</param>
public sealed record FlaggedRows(int RideId, long Rows, DateTime First, DateTime Last, int? Lowest, int? Highest);
