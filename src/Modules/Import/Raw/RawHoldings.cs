using System.Runtime.CompilerServices;
using ThemePark.Modules.Import.Contracts;

namespace ThemePark.Modules.Import.Raw;

internal sealed class RawHoldings(RawManifest manifest, RawStore store) : IRawHoldings
{
    public string Root => store.Root;

    public async IAsyncEnumerable<RawHolding> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var destination in await manifest.DestinationsAsync(cancellationToken))
        {
            foreach (var entry in await manifest.ListAsync(destination, cancellationToken))
            {
                if (entry.Raw is { } raw)
                {
                    yield return new RawHolding(entry.Key, raw.RelativePath, raw.Size, raw.Sha256Hex);
                }
            }
        }
    }
}
