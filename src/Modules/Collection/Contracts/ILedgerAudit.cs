namespace ThemePark.Modules.Collection.Contracts;

/// <summary>Holds the ledger against the rows it speaks of. Reads raw rows: seconds for a month of a large warehouse.</summary>
public interface ILedgerAudit
{
    /// <summary>
    /// Counts the snapshots of the UTC days from first to last, both included, by month: entries whose count is another, and rows no entry
    /// speaks of.
    /// </summary>
    Task<LedgerCounts> CountAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken);

    /// <summary>
    /// Whether an entry's rows, queues and show times are to the byte those that were written. Null when there is no such entry.
    /// </summary>
    Task<bool?> IsIntactAsync(int parkId, DateOnly utcDay, DataSource source, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the ledger forget what an entry holds, so that the next write of the day replaces it even when it brings the same. False when
    /// there is no such entry.
    /// </summary>
    Task<bool> DistrustAsync(int parkId, DateOnly utcDay, DataSource source, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the ledger speak of rows it has lost, as rows of the ride's park. What it says of live rows is then right; an archived day has to be
    /// written again.
    /// </summary>
    Task AdmitAsync(int destinationId, int parkId, StrayRows stray, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the ledger say of a day's live rows what there is; their rows cannot be had again, so they are the truth. False when it
    /// says so already or there is no such entry.
    /// </summary>
    Task<bool> RecountLiveAsync(int parkId, DateOnly utcDay, CancellationToken cancellationToken);
}

/// <summary>What counting found.</summary>
/// <param name="Entries">Ledger entries with rows that were counted.</param>
/// <param name="Rows">Snapshots counted.</param>
public sealed record LedgerCounts(int Entries, long Rows, IReadOnlyList<WrongEntry> Wrong, IReadOnlyList<StrayRows> Stray);

/// <summary>A ledger entry whose count is not that of its rows.</summary>
public sealed record WrongEntry(int ParkId, DateOnly UtcDay, DataSource Source, long Listed, long Counted);

/// <summary>Snapshots of a ride on a day that no ledger entry speaks of.</summary>
public sealed record StrayRows(int RideId, DateOnly UtcDay, DataSource Source, long Rows);
