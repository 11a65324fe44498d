using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>Entities and their versions over one connection. Versions are only ever added.</summary>
internal sealed class EntityStore(DbConnection connection, DbTransaction? transaction, CancellationToken ct)
{
    /// <summary>The listed entities of a scope.</summary>
    public async Task<IReadOnlyList<Guid>> ReadScopeAsync(Guid scope) =>
        (await connection.QueryAsync<Guid>(Command(SelectScope, new { Scope = scope.ToString() }))).AsList();

    /// <summary>Those of the entities whose document this program has read and upstream can recognise by its ETag.</summary>
    public async Task<Dictionary<Guid, HeldDocument>> ReadHeldAsync(IEnumerable<Guid> uuids)
    {
        var held = new Dictionary<Guid, HeldDocument>();
        foreach (var some in Chunks(uuids))
        {
            var rows = await connection.QueryAsync<(Guid Uuid, string ETag, string? Name, string? ExternalId)>(
                Command(SelectHeld, new { Uuids = some, EntityDocument.ReaderVersion }));
            foreach (var row in rows)
            {
                held.Add(row.Uuid, new HeldDocument(row.ETag, row.Name, row.ExternalId));
            }
        }

        return held;
    }

    /// <summary>The entities of these ids, locked until the transaction ends.</summary>
    public async Task<Dictionary<Guid, StoredEntity>> ReadLockedAsync(IEnumerable<Guid> uuids)
    {
        var rows = new Dictionary<Guid, StoredEntity>();
        foreach (var some in Chunks(uuids))
        {
            foreach (var row in await connection.QueryAsync<StoredEntity>(Command(SelectLocked, new { Uuids = some })))
            {
                rows.Add(row.Uuid, row);
            }
        }

        return rows;
    }

    /// <summary>What operators say of these rides, as committed last.</summary>
    public async Task<Dictionary<int, OperatorWord>> ReadWordsAsync(IReadOnlyCollection<int> rides) =>
        rides.Count == 0
            ? []
            : (await connection.QueryAsync<(int RideId, int? Tier, string? Category, string? IndoorOutdoor)>(Command(SelectWords, new { Rides = rides })))
                .ToDictionary(row => row.RideId, row => new OperatorWord(
                    row.Tier, row.Category, row.IndoorOutdoor is { } text ? EnumText.Parse<Classifying.IndoorOutdoor>(text) : null));

    /// <summary>Adds a version where the facts differ from the newest, and says for all that upstream stated them now.</summary>
    public async Task<SyncCounts> SaveAsync(IReadOnlyCollection<EntityWrite> writes, IReadOnlyDictionary<Guid, StoredEntity> known, DateTime now)
    {
        var counts = default(SyncCounts);
        var (versions, entities, seen) = (new List<object>(), new List<object>(), new List<object>());
        foreach (var write in writes.OrderBy(w => w.Uuid.ToString(), StringComparer.Ordinal))
        {
            var before = known.GetValueOrDefault(write.Uuid);
            var changes = before is null ? [] : EntityFacts.Changes(EntityFacts.Parse(before.Facts), write.Facts);
            var changed = before is null || changes.Count > 0;
            // A clock that was set back must not put a newer version before an older one.
            var from = before?.ChangedAt > now ? before.ChangedAt : now;
            if (changed)
            {
                var version = (before?.Version ?? 0) + 1;
                versions.Add(new
                {
                    Uuid = write.Uuid.ToString(),
                    Version = version,
                    ValidFrom = from,
                    Cause = write.Cause.ToUpperSnake(),
                    Facts = write.Facts.ToJson(),
                    Changes = JsonSerializer.Serialize(changes, ApiJson.Options),
                });
                entities.Add(Row(write, version, from, now, before));
            }
            else if (write.Cause == VersionCause.Sync)
            {
                seen.Add(new { Uuid = write.Uuid.ToString(), Scope = write.Scope.ToString(), write.ETag, write.ReaderVersion, Now = now });
            }

            counts += !write.Facts.Listed ? new SyncCounts { Delisted = changed ? 1 : 0 }
                : before is null ? new SyncCounts { Created = 1 }
                : changed ? new SyncCounts { Updated = 1 }
                : new SyncCounts { Unchanged = 1 };
        }

        await connection.ExecuteAsync(Command(InsertVersion, versions));
        await connection.ExecuteAsync(Command(UpsertEntity, entities));
        await connection.ExecuteAsync(Command(UpdateSeen, seen));
        return counts;
    }

    /// <summary>Points each ride at the entity that speaks for it: one that is listed before one that is not, then its own id, then the latest seen.</summary>
    public Task PointRidesAsync(IReadOnlyCollection<int> rides) =>
        rides.Count == 0 ? Task.CompletedTask : connection.ExecuteAsync(Command(UpdatePointers, new { Rides = rides.Order() }));

    private static object Row(EntityWrite write, int version, DateTime changed, DateTime now, StoredEntity? before)
    {
        var facts = write.Facts;
        return new
        {
            Uuid = write.Uuid.ToString(),
            Scope = write.Scope.ToString(),
            facts.ParkId,
            facts.RideId,
            facts.EntityType,
            facts.AttractionType,
            facts.Name,
            facts.Slug,
            facts.ExternalId,
            facts.Latitude,
            facts.Longitude,
            facts.MinHeightCm,
            facts.MaxHeightCm,
            HeightFlags = string.Join(',', facts.HeightFlags),
            Tags = facts.Tags?.GetRawText(),
            Attributes = facts.Attributes?.GetRawText(),
            IndoorOutdoor = facts.IndoorOutdoor.ToUpperSnake(),
            Confidence = (decimal)facts.IndoorOutdoorConfidence,
            Evidence = facts.IndoorOutdoorEvidence,
            Version = version,
            Changed = changed,
            Now = now,
            Delisted = facts.Listed ? default(DateTime?) : before?.DelistedAt ?? now,
            write.ETag,
            write.ReaderVersion,
            BySync = write.Cause == VersionCause.Sync,
        };
    }

    // In the order of the key: two that lock the same rows must not do it crosswise.
    private static IEnumerable<string[]> Chunks(IEnumerable<Guid> uuids) =>
        uuids.Select(uuid => uuid.ToString()).Order(StringComparer.Ordinal).Chunk(1_000);

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, transaction, cancellationToken: ct);

    private const string SelectScope =
        """
        SELECT uuid
        FROM entity_metadata
        WHERE scope_uuid = @Scope
          AND delisted_at IS NULL
        """;

    private const string SelectHeld =
        """
        SELECT uuid, details_etag, name, external_id
        FROM entity_metadata
        WHERE uuid IN @Uuids
          AND details_etag IS NOT NULL
          AND reader_version = @ReaderVersion
        """;

    private const string SelectLocked =
        """
        SELECT
            m.uuid,
            m.scope_uuid AS ScopeUuid,
            m.version,
            m.changed_at AS ChangedAt,
            m.delisted_at AS DelistedAt,
            m.details_etag AS DetailsEtag,
            m.reader_version AS ReaderVersion,
            h.facts
        FROM entity_metadata AS m
        JOIN entity_metadata_history AS h
            ON h.uuid = m.uuid
            AND h.version = m.version
        WHERE m.uuid IN @Uuids
        FOR UPDATE
        """;

    private const string SelectWords =
        """
        SELECT ride_id, tier, category, indoor_outdoor
        FROM rides
        WHERE ride_id IN @Rides
        LOCK IN SHARE MODE
        """;

    private const string InsertVersion =
        """
        INSERT INTO entity_metadata_history (uuid, version, valid_from, cause, facts, changes)
        VALUES (@Uuid, @Version, @ValidFrom, @Cause, @Facts, @Changes)
        """;

    private const string UpsertEntity =
        """
        INSERT INTO entity_metadata (
            uuid, scope_uuid, park_id, ride_id, entity_type, attraction_type, name, slug, external_id, latitude, longitude,
            min_height_cm, max_height_cm, height_flags, tags, attributes, indoor_outdoor, indoor_outdoor_confidence, indoor_outdoor_evidence,
            version, first_seen_at, changed_at, synced_at, delisted_at, details_etag, reader_version)
        VALUES (
            @Uuid, @Scope, @ParkId, @RideId, @EntityType, @AttractionType, @Name, @Slug, @ExternalId, @Latitude, @Longitude,
            @MinHeightCm, @MaxHeightCm, @HeightFlags, @Tags, @Attributes, @IndoorOutdoor, @Confidence, @Evidence,
            @Version, @Now, @Changed, @Now, @Delisted, @ETag, @ReaderVersion)
        ON DUPLICATE KEY UPDATE
            scope_uuid = @Scope,
            park_id = @ParkId,
            ride_id = @RideId,
            entity_type = @EntityType,
            attraction_type = @AttractionType,
            name = @Name,
            slug = @Slug,
            external_id = @ExternalId,
            latitude = @Latitude,
            longitude = @Longitude,
            min_height_cm = @MinHeightCm,
            max_height_cm = @MaxHeightCm,
            height_flags = @HeightFlags,
            tags = @Tags,
            attributes = @Attributes,
            indoor_outdoor = @IndoorOutdoor,
            indoor_outdoor_confidence = @Confidence,
            indoor_outdoor_evidence = @Evidence,
            version = @Version,
            changed_at = @Changed,
            synced_at = IF(@BySync AND @Delisted IS NULL, @Now, synced_at),
            delisted_at = @Delisted,
            details_etag = @ETag,
            reader_version = @ReaderVersion
        """;

    private const string UpdateSeen =
        """
        UPDATE entity_metadata
        SET synced_at = @Now, scope_uuid = @Scope, details_etag = @ETag, reader_version = @ReaderVersion
        WHERE uuid = @Uuid
          AND delisted_at IS NULL
        """;

    private const string UpdatePointers =
        """
        UPDATE rides AS r
        SET r.metadata_uuid = (
            SELECT m.uuid
            FROM entity_metadata AS m
            WHERE m.ride_id = r.ride_id
            ORDER BY m.delisted_at IS NOT NULL, m.uuid <> r.uuid, m.synced_at DESC, m.uuid
            LIMIT 1)
        WHERE r.ride_id IN @Rides
        """;
}
