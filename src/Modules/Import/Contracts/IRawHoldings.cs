namespace ThemePark.Modules.Import.Contracts;

/// <summary>What the raw store holds: the fetched objects, from which every archived day can be written again.</summary>
public interface IRawHoldings
{
    /// <summary>The directory of the raw store on this node.</summary>
    string Root { get; }

    /// <summary>Every raw object the records speak of, by destination and day. Reads the records, never the files.</summary>
    IAsyncEnumerable<RawHolding> ListAsync(CancellationToken cancellationToken);
}

/// <param name="ObjectKey">The object's name in the archive.</param>
/// <param name="Path">Below the root, with slashes.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record RawHolding(string ObjectKey, string Path, long Bytes, string Sha256);
