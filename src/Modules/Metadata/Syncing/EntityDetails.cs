using System.Collections.Concurrent;
using ThemePark.Upstream;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>What became of asking for one entity: its facts as stated, "not modified", or why it could not be had.</summary>
internal sealed record EntityDetail(EntityFacts? Stated, string? ETag, UpstreamException? Error)
{
    /// <summary>What is stored is still what upstream states.</summary>
    public bool NotModified => Stated is null && Error is null;
}

/// <summary>Asks for the documents of entities, a few at a time: live polls go on beside it.</summary>
internal sealed class EntityDetails(UpstreamClient upstream)
{
    private const int AtATime = 4;

    /// <param name="held">Entities whose stored facts are kept when upstream says they are still its word.</param>
    public async Task<IReadOnlyDictionary<Guid, EntityDetail>> FetchAsync(
        IEnumerable<Guid> entities, IReadOnlyDictionary<Guid, HeldDocument> held, CancellationToken ct)
    {
        var details = new ConcurrentDictionary<Guid, EntityDetail>();
        await Parallel.ForEachAsync(
            entities,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct },
            async (uuid, token) => details[uuid] = await FetchAsync(uuid, held.GetValueOrDefault(uuid)?.ETag, token));
        return details;
    }

    private async Task<EntityDetail> FetchAsync(Guid uuid, string? etag, CancellationToken ct)
    {
        try
        {
            var document = await upstream.GetEntityAsync(uuid, etag, ct);
            return new EntityDetail(document.NotModified ? null : EntityDocument.Read(document.Body, uuid), document.ETag is { Length: <= 128 } kept ? kept : null, null);
        }
        catch (UpstreamException e)
        {
            return new EntityDetail(null, null, e);
        }
    }
}
