using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ThemePark.Modules.Import.Sources;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>
/// A mirror may carry upstream's list of destinations: it gives names to destinations and parks that events know by id only. Names
/// are no reason to fail, so a list that is missing or damaged is only logged.
/// </summary>
internal sealed class CatalogueNames(IArchiveSource source, ICatalogue catalogue, ILogger<CatalogueNames> logger)
{
    public async Task ApplyAsync(CancellationToken ct)
    {
        try
        {
            if (await source.ReadCatalogueAsync(ct) is { } text)
            {
                using var json = new MemoryStream(Encoding.UTF8.GetBytes(text));
                await catalogue.ApplyDestinationsAsync(json, ct);
            }
        }
        catch (Exception e) when (e is ArchiveException or JsonException)
        {
            logger.LogWarning("The archive's list of destinations could not be read: {Reason}", e.Message);
        }
    }
}
