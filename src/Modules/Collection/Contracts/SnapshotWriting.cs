using System.Data.Common;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>What happens to live rows of a day the archive also has.</summary>
public enum OverlapPolicy
{
    /// <summary>The archive's day replaces every row of the destination's day, live and legacy ones included.</summary>
    Replace,

    /// <summary>Rows of other sources stay; where both have the instant, theirs is kept. The only way for legacy rows.</summary>
    Fill,
}

/// <summary>A ride and the park it belongs to; id 0 stands for an entity that has no ride (yet).</summary>
public readonly record struct RideRef(int RideId, int ParkId);

/// <summary>
/// Observations of one source object. <see cref="Rides"/> gives the ride of each entity index, <see cref="Parks"/> our id of each
/// park index (0 = unknown). Of two rows with the same ride and instant the one of the later slice, then the later row, wins.
/// </summary>
public sealed record DaySlice(ObservationBatch Batch, RideRef[] Rides, int[] Parks, string SourceObject);

/// <summary>One destination's UTC day to be written.</summary>
/// <param name="OwnsDay">
/// The day's own object is among the slices. A day known only through the spill of its neighbours is filled, never replaced:
/// a few minutes of spill must not erase a day of live rows.
/// </param>
public sealed record DayContent(
    int DestinationId, DateOnly UtcDay, DataSource Source, OverlapPolicy Overlap, bool OwnsDay, IReadOnlyList<DaySlice> Slices);

/// <summary>
/// What became of the rows one slice has on a day: every row is either written, lost to a later one with its key, kept out by a
/// row of another source that stays, or of an entity without a ride.
/// </summary>
public sealed class SliceTally
{
    public int Rows { get; internal set; }

    public int Queues { get; internal set; }

    public int Shows { get; internal set; }

    /// <summary>Rows whose ride and instant came again later.</summary>
    public int Duplicates { get; internal set; }

    public int KeptLive { get; internal set; }

    public int Unmatched { get; internal set; }

    /// <summary>Of <see cref="Rows"/>, those whose event named another park than the ride's own.</summary>
    public int WrongPark { get; internal set; }
}

/// <summary>What a write did.</summary>
/// <param name="Changed">False: the day already holds exactly this; nothing was written.</param>
/// <param name="Replaced">Rows removed to make room.</param>
/// <param name="Slices">As <see cref="EncodedDay.Slices"/>, of what was really written.</param>
public sealed record DayWritten(bool Changed, int Replaced, IReadOnlyList<SliceTally> Slices);

/// <summary>The one writer of snapshots.</summary>
public interface ISnapshotWriter
{
    /// <summary>Sorts, deduplicates and formats a day: all the work that needs no database, to be done ahead on any thread.</summary>
    EncodedDay Encode(DayContent content);

    /// <summary>
    /// Replaces the destination's UTC day inside the caller's transaction: rows, queues, show times and the ledger. The caller
    /// commits, together with its own checkpoint, or rolls back and loses nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The database took other rows than were sent; the caller must roll back.</exception>
    Task<DayWritten> WriteAsync(EncodedDay day, DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Makes monthly partitions for the given days and three months ahead of today. Returns the number made.</summary>
    Task<int> EnsurePartitionsAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken);
}
