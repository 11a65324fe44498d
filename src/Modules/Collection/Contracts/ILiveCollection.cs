namespace ThemePark.Modules.Collection.Contracts;

/// <summary>What live collection knows of itself; asks <c>collection_runs</c> and <c>live_entities</c>, never the raw rows.</summary>
public interface ILiveCollection
{
    /// <summary>Every park that was ever seen live, with the slot of the last poll that had rows of it.</summary>
    Task<IReadOnlyList<ParkFreshness>> FreshnessAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The state of every ride that was ever seen live, or of one park's. What was not seen for 24 hours is unknown, never closed: upstream keeps the
    /// last state of what it has lost.
    /// </summary>
    Task<IReadOnlyList<LiveState>> StatesAsync(int? parkId, CancellationToken cancellationToken);

    /// <summary>
    /// Gaps of a destination between two instants (UTC, from inclusive, to exclusive), in time order. Nothing before its first poll or after now
    /// is a gap.
    /// </summary>
    Task<IReadOnlyList<LiveGap>> GapsAsync(int destinationId, DateTime from, DateTime to, CancellationToken cancellationToken);
}

/// <param name="LastSeenAt">UTC.</param>
public sealed record ParkFreshness(int ParkId, DateTime LastSeenAt);

/// <summary>Polls in a row that failed or never took place.</summary>
/// <param name="Start">UTC, inclusive: the first slot without data.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="Reason">API_UNAVAILABLE, RATE_LIMITED, INVALID_DATA or COLLECTION_FAILURE.</param>
public sealed record LiveGap(DateTime Start, DateTime End, string Reason, int Slots);

/// <summary>The last known state of a ride.</summary>
/// <param name="Status"><see cref="RideStatus.None"/>: unknown, or not seen for 24 hours.</param>
/// <param name="WaitMinutes">Of the STANDBY queue; null: unknown.</param>
/// <param name="LastSeenAt">UTC: slot of the last poll that had it.</param>
/// <param name="ChangedAt">UTC: slot of the last poll that found its state changed.</param>
public sealed record LiveState(int RideId, int ParkId, RideStatus Status, int? WaitMinutes, DateTime LastSeenAt, DateTime ChangedAt);
