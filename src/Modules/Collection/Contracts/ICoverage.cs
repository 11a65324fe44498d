namespace ThemePark.Modules.Collection.Contracts;

/// <summary>When a destination was being watched. All other time is a known gap, into and across which no state may be carried.</summary>
public interface ICoverage
{
    /// <summary>
    /// The stretches between two instants (UTC, from inclusive, to exclusive), in time order, none touching another: UTC days with their archive
    /// file or brought over, the rows of days known only through spill, and the slots of good live polls.
    /// </summary>
    Task<IReadOnlyList<Covered>> CoveredAsync(int destinationId, DateTime from, DateTime to, CancellationToken cancellationToken);
}

/// <param name="Start">UTC, inclusive.</param>
/// <param name="End">UTC, exclusive.</param>
public readonly record struct Covered(DateTime Start, DateTime End);
