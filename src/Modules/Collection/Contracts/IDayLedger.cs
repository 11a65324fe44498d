namespace ThemePark.Modules.Collection.Contracts;

/// <summary>Reads the ledger of what is held: coverage and idempotency ask here, never the raw rows.</summary>
public interface IDayLedger
{
    /// <summary>The source objects whose rows a destination's UTC days hold; both ends inclusive. A day without rows is empty.</summary>
    Task<ILookup<DateOnly, string>> SourceObjectsAsync(int destinationId, DateOnly first, DateOnly last, CancellationToken cancellationToken);
}
