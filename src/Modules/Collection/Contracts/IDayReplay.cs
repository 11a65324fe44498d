namespace ThemePark.Modules.Collection.Contracts;

/// <summary>Writes archived days again from the raw objects they came from. Import implements it.</summary>
public interface IDayReplay
{
    /// <summary>
    /// Writes a destination's UTC days again and waits for it: needs a node that runs jobs. What cannot be written again, for want of a raw object,
    /// stays as it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">An import of the destination is under way, or the replay failed; the message says which.</exception>
    Task ReplayAsync(int destinationId, IReadOnlyCollection<DateOnly> utcDays, CancellationToken cancellationToken);
}
