using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Modules.Import.Pipeline;
using ThemePark.Modules.Import.Raw;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>The record of each file: what became of it, and of every one of its events.</summary>
internal sealed class FileRecords(MySqlDatabase database, TimeProvider clock)
{
    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Remembers a raw object as soon as it is on disk, so that no run fetches it again.</summary>
    public async Task RememberRawAsync(string key, string etag, RawObject raw, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            UpdateRaw, new { Key = key, ETag = etag, Path = raw.RelativePath, Sha256 = raw.Sha256Hex, raw.Size, Now }, cancellationToken: ct));
    }

    /// <summary>
    /// Ends a file's part in the run, in the transaction that commits its last day. In a dry run the manifest is left alone: no row
    /// of the file is in the database. <paramref name="recorded"/> are the entities this run has committed before.
    /// </summary>
    public async Task FinishAsync(ImportRun run, FileWork work, FileTally tally, IReadOnlySet<(Guid, int?)> recorded, DbTransaction tx, CancellationToken ct)
    {
        var connection = tx.Connection!;
        var parsed = work.Parsed;
        await connection.ExecuteAsync(new CommandDefinition(
            UpdateFile,
            new
            {
                run.CheckpointId,
                work.File.Key,
                work.Outcome,
                work.Reason,
                Error = work.Failure?.Message,
                Events = parsed?.Events ?? 0,
                tally.Rows,
                tally.Queues,
                tally.Shows,
                tally.Replaced,
                tally.Duplicates,
                tally.KeptLive,
                tally.Unmatched,
                Rejected = parsed?.Rejected ?? 0,
                ParkEvents = parsed?.ParkEvents ?? 0,
                tally.ChangedDays,
                Findings = parsed is null ? null : Findings(parsed, tally),
                Now,
            },
            tx,
            cancellationToken: ct));

        var news = work.Resolved.Where(r => !recorded.Contains((r.Uuid, r.RideId))).ToList();
        if (news.Count > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                UpsertEntities,
                new
                {
                    run.CheckpointId,
                    // In key order: two days of a run may commit side by side, and both bring the same entities.
                    Rows = JsonSerializer.Serialize(
                        news.OrderBy(r => r.Uuid.ToString(), StringComparer.Ordinal)
                            .Select(r => new { uuid = r.Uuid, ride = r.RideId, method = r.Method.ToUpperSnake(), score = r.Score })),
                },
                tx,
                cancellationToken: ct));
        }

        if (!run.DryRun && work is { Failure: null, Unchanged: false, Raw: { } raw })
        {
            var days = parsed!.UtcDays();
            await connection.ExecuteAsync(new CommandDefinition(
                UpdateObject,
                new
                {
                    work.File.Key,
                    Sha256 = raw.Sha256Hex,
                    Versions.Reading,
                    First = days.Count > 0 ? days[0] : (DateOnly?)null,
                    Last = days.Count > 0 ? days[^1] : (DateOnly?)null,
                    run.ImportId,
                    Now,
                },
                tx,
                cancellationToken: ct));
        }
    }

    private static string Findings(DayFile parsed, FileTally tally)
    {
        var findings = parsed.Findings.ByType.Values.ToDictionary(f => f.Type.ToUpperSnake(), f => new { f.Count, f.Sample });
        if (tally.WrongPark > 0)
        {
            findings[FindingType.WrongPark.ToUpperSnake()] = new { Count = tally.WrongPark, Sample = "" };
        }

        if (tally.Duplicates > 0)
        {
            findings[FindingType.DuplicateInstant.ToUpperSnake()] = new { Count = tally.Duplicates, Sample = "" };
        }

        return JsonSerializer.Serialize(findings, Json);
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private const string UpdateRaw =
        """
        UPDATE archive_objects
        SET raw_path = @Path,
            raw_sha256 = @Sha256,
            raw_size = @Size,
            raw_etag = @ETag,
            fetched_at = @Now
        WHERE object_key = @Key
        """;

    private const string UpdateFile =
        """
        UPDATE import_files
        SET outcome = @Outcome,
            reason = @Reason,
            error = @Error,
            events = @Events,
            `rows` = @Rows,
            queue_rows = @Queues,
            show_rows = @Shows,
            replaced = @Replaced,
            duplicates = @Duplicates,
            kept_live = @KeptLive,
            unmatched = @Unmatched,
            rejected = @Rejected,
            park_events = @ParkEvents,
            changed_days = @ChangedDays,
            findings = @Findings,
            finished_at = @Now
        WHERE checkpoint_id = @CheckpointId
          AND object_key = @Key
        """;

    private const string UpsertEntities =
        """
        INSERT INTO import_entities (checkpoint_id, entity_uuid, ride_id, method, score)
        SELECT @CheckpointId, j.uuid, j.ride, j.method, j.score
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
            uuid CHAR(36) PATH '$.uuid',
            ride INT UNSIGNED PATH '$.ride',
            method VARCHAR(16) PATH '$.method',
            score TINYINT UNSIGNED PATH '$.score')) AS j
        ON DUPLICATE KEY UPDATE
            ride_id = VALUES(ride_id),
            method = IF(import_entities.method = 'CREATED' AND VALUES(method) = 'UUID', import_entities.method, VALUES(method)),
            score = VALUES(score)
        """;

    private const string UpdateObject =
        """
        UPDATE archive_objects
        SET imported_sha256 = @Sha256,
            imported_with = @Reading,
            first_day = @First,
            last_day = @Last,
            imported_at = @Now,
            imported_by = @ImportId
        WHERE object_key = @Key
        """;
}
