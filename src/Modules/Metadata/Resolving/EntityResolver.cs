using System.Data.Common;
using Microsoft.Extensions.Logging;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Matching;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Resolving;

/// <summary>Recognise by id, decide the rest park by park, then write. Keeps nothing between calls: a rolled-back answer leaves no trace.</summary>
internal sealed class EntityResolver(MySqlDatabase database, TimeProvider time, ILogger<EntityResolver> logger) : IEntityResolver
{
    public async ValueTask<ResolvedEntities> ResolveAsync(ResolveRequest request, DbTransaction? transaction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = time.GetUtcNow().UtcDateTime;
        var entities = request.Entities.Select(observed => Entity.From(observed, now)).ToList();
        if (entities.DistinctBy(entity => entity.Uuid).Count() != entities.Count)
        {
            throw new ArgumentException("An entity is listed twice.", nameof(request));
        }

        if (transaction is not null)
        {
            var connection = transaction.Connection ?? throw new ArgumentException("The transaction has ended.", nameof(transaction));
            return await WriteAsync(new CatalogueSession(connection, transaction, ct), request, entities);
        }

        return await ReadAsync(request, entities, ct)
            ?? await CatalogueTransaction.RunAsync(database, time, logger, session => WriteAsync(session, request, entities), ct);
    }

    /// <summary>Null when something has to be written or decided.</summary>
    private async Task<ResolvedEntities?> ReadAsync(ResolveRequest request, List<Entity> entities, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var session = new CatalogueSession(connection, null, ct);
        if (await session.FindDestinationAsync(request.DestinationUuid) is not { } destinationId)
        {
            return null;
        }

        if (entities.Count == 0)
        {
            return new ResolvedEntities(destinationId, RideMatcher.Version, [], new Dictionary<Guid, int>());
        }

        var recognition = await session.RecogniseAsync(entities.ConvertAll(entity => entity.Uuid));
        var resolved = entities.ConvertAll(recognition.Recognise);
        return resolved.Zip(entities).All(pair => pair.First is not null && recognition.News(pair.Second, pair.First) is null)
            ? new ResolvedEntities(destinationId, RideMatcher.Version, resolved!, await StatedParksAsync(session, entities))
            : null;
    }

    private static async Task<ResolvedEntities> WriteAsync(CatalogueSession session, ResolveRequest request, List<Entity> entities)
    {
        var destinationId = await session.EnsureDestinationAsync(request.DestinationUuid);
        if (entities.Count == 0)
        {
            return new ResolvedEntities(destinationId, RideMatcher.Version, [], new Dictionary<Guid, int>());
        }

        var recognition = await session.RecogniseAsync(entities.ConvertAll(entity => entity.Uuid));
        var parks = await ParkPlan.PrepareAsync(session, destinationId, request, entities.FindAll(entity => recognition.Recognise(entity) is null));
        if (parks.ParkIds.Count > 0)
        {
            // What another session created before it gave up the parks' locks is known now.
            await session.LockParksAsync(parks.ParkIds);
            recognition = await session.RecogniseAsync(entities.ConvertAll(entity => entity.Uuid));
        }

        var decisions = new Decisions(request, parks, parks.ParkIds.Count > 0 ? await session.ReadParkRidesAsync(parks.ParkIds) : null);
        foreach (var entity in entities)
        {
            decisions.Add(entity, recognition.Recognise(entity));
        }

        var resolved = await decisions.SaveAsync(session);
        var sightings = entities
            .Select(entity => decisions.IsNew(entity) ? decisions.News(entity, resolved[entity.Uuid]) : recognition.News(entity, resolved[entity.Uuid]))
            .OfType<Sighting>()
            .ToList();
        await session.RecordAsync(sightings, request.Source);
        return new ResolvedEntities(
            destinationId, RideMatcher.Version, entities.ConvertAll(entity => resolved[entity.Uuid]), await StatedParksAsync(session, entities));
    }

    private static async Task<IReadOnlyDictionary<Guid, int>> StatedParksAsync(CatalogueSession session, List<Entity> entities) =>
        await session.FindParksAsync(entities.Select(entity => entity.ParkUuid).OfType<Guid>().ToHashSet());
}
