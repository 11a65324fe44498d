using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Sources;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Exactly one of the three ways to name a destination; a park stands for its own.</summary>
internal interface INamesDestination
{
    int? DestinationId { get; }

    Guid? DestinationUuid { get; }

    int? ParkId { get; }

    bool FromRaw { get; }
}

/// <summary>Finds the destination a request names, and that there is something of it to read.</summary>
internal sealed class ArchiveDestinations(ICatalogue catalogue, IArchiveSource source)
{
    public static bool IsNamedOnce(INamesDestination named) =>
        (named.DestinationId is null ? 0 : 1) + (named.DestinationUuid is null ? 0 : 1) + (named.ParkId is null ? 0 : 1) == 1;

    /// <summary>Its UUID, and the destination itself where the catalogue has it already.</summary>
    public async Task<Outcome<(Guid Uuid, Destination? Known)>> FindAsync(INamesDestination named, CancellationToken ct)
    {
        var known = named switch
        {
            { ParkId: { } park } => await catalogue.FindDestinationOfParkAsync(park, ct),
            { DestinationId: { } id } => await catalogue.FindDestinationAsync(id, ct),
            _ => await catalogue.FindDestinationAsync(named.DestinationUuid!.Value, ct),
        };
        if (known is null && named.DestinationUuid is null)
        {
            return named.ParkId is null
                ? Failure.NotFound("DESTINATION_NOT_FOUND", $"There is no destination {named.DestinationId}.")
                : Failure.NotFound("PARK_NOT_FOUND", $"There is no park {named.ParkId}.");
        }

        var uuid = known?.Uuid ?? named.DestinationUuid!.Value;
        if (named.FromRaw)
        {
            return known is null ? NotInArchive(uuid) : (uuid, known);
        }

        // One cheap request: a source that is down or does not know the destination is told now, not by a failed run.
        try
        {
            return await source.ListDestinationsAsync(ct).ContainsAsync(uuid, ct) ? (uuid, known) : NotInArchive(uuid);
        }
        catch (ArchiveException e)
        {
            return ArchiveFailures.Unavailable(e);
        }
    }

    private static Failure NotInArchive(Guid uuid) =>
        Failure.NotFound("DESTINATION_NOT_FOUND", $"The archive has no destination {uuid}; GET /api/admin/import/destinations lists what it has.");
}
