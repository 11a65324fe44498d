namespace ThemePark.Modules.Collection.Contracts;

/// <summary>Derives something from the days the ledger holds. Whoever has written days lets every follower catch up before saying they are done.</summary>
public interface ILedgerFollower
{
    /// <summary>
    /// Brings what is derived up to the ledger, for the parks whose days this destination's writing has touched. Safe to be stopped and called
    /// again; does nothing when nothing has moved.
    /// </summary>
    Task CatchUpAsync(int destinationId, CancellationToken cancellationToken);
}
