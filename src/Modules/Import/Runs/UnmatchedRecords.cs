using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Pipeline;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Runs;

/// <summary>
/// Entities without a ride, and the days they were seen on: resolving one replays just those. Written with the file, so a second
/// reading of it counts nothing twice.
/// </summary>
internal sealed class UnmatchedRecords(TimeProvider clock)
{
    /// <summary>An ignored entity that is seen this many times more comes back to the list.</summary>
    private const int ReopenAfter = 10_000;

    public async Task RecordAsync(ImportRun run, FileWork work, DbTransaction tx, CancellationToken ct)
    {
        var file = work.Parsed!;
        var unmatched = file.Entities.Zip(work.Resolved).Where(p => p.Second.RideId is null).ToList();
        var connection = tx.Connection!;
        await connection.ExecuteAsync(new CommandDefinition(
            ForgetDay, new { run.DestinationId, Day = work.File.Day, Uuids = unmatched.Select(p => p.First.Uuid).DefaultIfEmpty().ToArray() }, tx, cancellationToken: ct));
        if (unmatched.Count == 0)
        {
            return;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var (entity, answer) in unmatched)
        {
            var observed = EntityDirectory.Observed(file, entity);
            await connection.ExecuteAsync(new CommandDefinition(
                UpsertEntity,
                new
                {
                    run.DestinationId,
                    entity.Uuid,
                    Name = observed.Names.Count > 0 ? observed.Names[^1].Name : null,
                    observed.ExternalId,
                    observed.ParkUuid,
                    observed.ParkSlug,
                    observed.TimeZone,
                    Kind = observed.Kind.ToUpperSnake(),
                    Reason = answer.UnmatchedReason ?? UnmatchedReasons.NoMatch,
                    Candidates = JsonSerializer.Serialize(answer.Candidates.Take(5).Select(c => new UnmatchedCandidate(c.RideId, c.Name, c.Method.ToUpperSnake(), c.Score)), Json),
                    Status = answer.UnmatchedReason == UnmatchedReasons.Ambiguous ? "AMBIGUOUS" : answer.Candidates.Count > 0 ? "SUGGESTED" : "OPEN",
                    run.ImportId,
                    Now = now,
                },
                tx,
                cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(
                InsertDay,
                new
                {
                    run.DestinationId,
                    entity.Uuid,
                    work.File.Day,
                    entity.Observations,
                    First = IsoInstant.ToDateTime(entity.FirstSeen),
                    Last = IsoInstant.ToDateTime(entity.LastSeen),
                },
                tx,
                cancellationToken: ct));
        }

        await connection.ExecuteAsync(new CommandDefinition(Reopen, new { run.DestinationId, ReopenAfter }, tx, cancellationToken: ct));
    }

    /// <summary>The candidates as they were stored.</summary>
    public static IReadOnlyList<UnmatchedCandidate> Candidates(string json) => JsonSerializer.Deserialize<List<UnmatchedCandidate>>(json, Json)!;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // An entity that has a ride by now is no longer unmatched on this day.
    private const string ForgetDay =
        """
        DELETE d
        FROM unmatched_entity_days AS d
        INNER JOIN unmatched_entities AS u
            ON u.unmatched_id = d.unmatched_id
        WHERE u.destination_id = @DestinationId
          AND d.object_day = @Day
          AND u.entity_uuid NOT IN @Uuids
        """;

    // A resolved entity without a ride again: its mapping has an end, or was taken away.
    private const string UpsertEntity =
        """
        INSERT INTO unmatched_entities (
            destination_id, entity_uuid, name, external_id, park_uuid, park_slug, time_zone, kind, reason, candidates, status,
            first_import_id, last_import_id, created_at)
        VALUES (
            @DestinationId, @Uuid, @Name, @ExternalId, @ParkUuid, @ParkSlug, @TimeZone, @Kind, @Reason, @Candidates, @Status,
            @ImportId, @ImportId, @Now)
        ON DUPLICATE KEY UPDATE
            name = COALESCE(VALUES(name), name),
            external_id = COALESCE(VALUES(external_id), external_id),
            park_uuid = COALESCE(VALUES(park_uuid), park_uuid),
            park_slug = COALESCE(VALUES(park_slug), park_slug),
            time_zone = COALESCE(VALUES(time_zone), time_zone),
            reason = VALUES(reason),
            candidates = VALUES(candidates),
            status = IF(status IN ('IGNORED', 'REOPENED'), status, IF(status = 'RESOLVED', 'REOPENED', VALUES(status))),
            last_import_id = VALUES(last_import_id)
        """;

    private const string InsertDay =
        """
        INSERT INTO unmatched_entity_days (unmatched_id, object_day, observations, first_at, last_at)
        SELECT unmatched_id, @Day, @Observations, @First, @Last
        FROM unmatched_entities
        WHERE destination_id = @DestinationId
          AND entity_uuid = @Uuid
        ON DUPLICATE KEY UPDATE
            observations = VALUES(observations),
            first_at = VALUES(first_at),
            last_at = VALUES(last_at)
        """;

    private const string Reopen =
        """
        UPDATE unmatched_entities AS u
        SET u.status = 'REOPENED'
        WHERE u.destination_id = @DestinationId
          AND u.status = 'IGNORED'
          AND u.ignored_at_occurrences + @ReopenAfter < (
              SELECT COALESCE(SUM(d.observations), 0)
              FROM unmatched_entity_days AS d
              WHERE d.unmatched_id = u.unmatched_id)
        """;
}

/// <summary>A ride an unmatched entity may be.</summary>
internal sealed record UnmatchedCandidate(int RideId, string? Name, string Method, int Score);
