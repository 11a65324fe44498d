using System.Globalization;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Bench;

/// <summary>
/// What a warehouse has beside its snapshots after so many days: polls, jobs, imports with their files, issues, measurements, alerts and an audit log, in the
/// numbers their schedules make. Put in by SQL: pages are asked about it, nothing works with it.
/// </summary>
internal sealed class ConsoleWorld(MySqlDatabase database, string archive, int days)
{
    private const int SlotsPerDay = 288;
    private const int IssuesPerDay = 14;
    private const int AuditedPerDay = 140;

    /// <summary>After the snapshots and one real measurement.</summary>
    public async Task WriteAsync()
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        // Instants are UTC, as all of ours.
        var today = DateTime.UtcNow.Date;
        foreach (var sql in (string[])[Polls, Entities, LiveLedger, Objects, Runs, Files, Jobs, Attempts, Issues, Measurements, Figures, Alerts, Deliveries, Audit, Unmatched, UnmatchedDays, Analyze])
        {
            await connection.ExecuteAsync(new CommandDefinition(
                sql,
                new { Today = today, Days = days, Slots = days * SlotsPerDay, Issues = days * IssuesPerDay, Audited = days * AuditedPerDay, AlertsPast = days / 2 },
                commandTimeout: 0));
        }

        foreach (var uuid in await connection.QueryAsync<Guid>("SELECT uuid FROM destinations"))
        {
            for (var day = today.AddDays(-days); day < today; day = day.AddDays(1))
            {
                var folder = Path.Combine(archive, uuid.ToString(), day.ToString("yyyy", CultureInfo.InvariantCulture), day.ToString("MM", CultureInfo.InvariantCulture));
                Directory.CreateDirectory(folder);
                await File.WriteAllBytesAsync(Path.Combine(folder, day.ToString("dd", CultureInfo.InvariantCulture) + ".json.gz"), []);
            }
        }
    }

    // The server counts again by itself some time after much has changed; until then it reads whole tables where it need not.
    private const string Analyze =
        """
        ANALYZE TABLE
            collection_runs, live_entities, snapshot_days, archive_objects, import_checkpoints, import_files, jobs, job_attempts, data_quality_log, storage_measurements,
            storage_metrics, storage_alerts, storage_alert_deliveries, activity_log, unmatched_entities, unmatched_entity_days
        """;

    private const string Polls =
        """
        INSERT INTO collection_runs (destination_id, slot, outcome, asked_at, answered_at, rows_seen, snapshots, changed, duplicates, quarantined, unmatched, error_kind)
        SELECT d.destination_id, @Today - INTERVAL 5 * s.seq MINUTE, IF(s.seq MOD 97 = 5, 'FAILED', 'OK'), @Today - INTERVAL 5 * s.seq MINUTE, @Today - INTERVAL 5 * s.seq MINUTE,
               60, 50, 7, 0, 0, 0, IF(s.seq MOD 97 = 5, 'API_UNAVAILABLE', NULL)
        FROM destinations AS d
        CROSS JOIN seq_1_to_1000000 AS s
        WHERE s.seq <= @Slots
        ORDER BY d.destination_id, s.seq DESC
        """;

    private const string Entities =
        """
        INSERT INTO live_entities (entity_uuid, destination_id, park_uuid, park_id, ride_id, entity_type, name, status, wait_minutes, flags, state_hash, shows_hash, part_hashes, last_seen_at, changed_at)
        SELECT r.uuid, p.destination_id, p.uuid, p.park_id, r.ride_id, 'ATTRACTION', r.name, 1, 20, 3, REPEAT('x', 8), REPEAT('x', 8), '{}', @Today - INTERVAL 5 MINUTE, @Today - INTERVAL 5 MINUTE
        FROM rides AS r
        INNER JOIN parks AS p
            ON p.park_id = r.park_id
        """;

    private const string LiveLedger =
        """
        INSERT INTO snapshot_days (park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, first_at, last_at, source_object, checksum, rides, revision, written_at)
        SELECT p.park_id, @Today - INTERVAL s.seq DAY, 1, p.destination_id, 4608, 0, 0, @Today - INTERVAL s.seq DAY, @Today - INTERVAL s.seq - 1 DAY, 'live', REPEAT('x', 32), '', 1, @Today
        FROM parks AS p
        CROSS JOIN seq_1_to_5000 AS s
        WHERE s.seq <= @Days
        """;

    private const string Objects =
        """
        INSERT INTO archive_objects (object_key, destination_uuid, object_day, etag, size, last_modified, raw_path, raw_sha256, raw_size, imported_sha256, imported_with, first_day, last_day, imported_at, imported_by)
        SELECT CONCAT(d.uuid, '/', DATE_FORMAT(@Today - INTERVAL s.seq DAY, '%Y/%m/%d'), '.json.gz'), d.uuid, @Today - INTERVAL s.seq DAY, 'x', 90000, @Today, 'x', REPEAT('a', 64), 90000,
               IF(s.seq MOD 53 = 7, NULL, REPEAT('a', 64)), 'x', @Today - INTERVAL s.seq DAY, @Today - INTERVAL s.seq DAY, @Today, CONCAT('imp_', LPAD(d.destination_id, 12, '0'))
        FROM destinations AS d
        CROSS JOIN seq_1_to_5000 AS s
        WHERE s.seq <= @Days
        """;

    private const string Runs =
        """
        INSERT INTO import_checkpoints (import_id, destination_id, destination_uuid, status, dry_run, refetch, from_raw, create_missing, overlap, source, started_by, door, versions, created_at, started_at, listed_at, completed_at, updated_at, phases)
        SELECT CONCAT('imp_', LPAD(d.destination_id + 1000 * s.seq, 12, '0')), d.destination_id, d.uuid, 'COMPLETED_WITH_ERRORS', 0, 0, 0, 1, 'REPLACE', 'directory:/archive', 'bench', 'CLI', '{}',
               @Today - INTERVAL s.seq DAY, @Today - INTERVAL s.seq DAY, @Today - INTERVAL s.seq DAY, @Today - INTERVAL s.seq DAY, @Today - INTERVAL s.seq DAY, '{}'
        FROM destinations AS d
        CROSS JOIN seq_0_to_4 AS s
        """;

    private const string Files =
        """
        INSERT INTO import_files (checkpoint_id, object_key, object_day, outcome, reason, etag, size, events, `rows`, findings, finished_at)
        SELECT c.checkpoint_id, o.object_key, o.object_day, IF(o.imported_sha256 IS NULL, 'FAILED', 'IMPORTED'), IF(o.imported_sha256 IS NULL, 'CORRUPT_FILE', NULL), 'x', 90000, 6000, 6000,
               IF(DAY(o.object_day) = 3, '{"DUPLICATE_INSTANT":{"count":3,"sample":"{}"}}', NULL), @Today
        FROM import_checkpoints AS c
        INNER JOIN archive_objects AS o
            ON o.destination_uuid = c.destination_uuid
        """;

    // The figures every five minutes, the polls too; a failed one now and then.
    private const string Jobs =
        """
        INSERT INTO jobs (job_id, job_name, queue, state, payload, unique_key, priority, attempts, max_attempts, run_no, dispatched_at, last_error, created_by, created_at, started_at, finished_at)
        SELECT CONCAT(LPAD(LOWER(HEX(s.seq)), 12, '0'), j.tail), j.name, j.queue, IF(s.seq MOD 501 = 9, 'FAILED', 'SUCCEEDED'), '{}', CONCAT('schedule:', j.schedule), 0, 0, 3, 1, @Today,
               IF(s.seq MOD 501 = 9, 'Upstream did not answer.', NULL), CONCAT('schedule:', j.schedule), @Today - INTERVAL 5 * (@Slots - s.seq) MINUTE, @Today - INTERVAL 5 * (@Slots - s.seq) MINUTE, @Today - INTERVAL 5 * (@Slots - s.seq) MINUTE
        FROM (
            SELECT 'collection.collect.v1' AS name, 'collection' AS queue, 'collect' AS schedule, '70008000000000000001' AS tail
            UNION ALL SELECT 'analytics.rollup.v1', 'analytics', 'rollup', '70008000000000000002') AS j
        CROSS JOIN seq_1_to_1000000 AS s
        WHERE s.seq <= @Slots
        ORDER BY s.seq
        """;

    private const string Attempts =
        """
        INSERT INTO job_attempts (job_id, run_no, attempt, owner, node, started_at, finished_at, outcome)
        SELECT job_id, 1, 1, job_id, 'bench', started_at, finished_at, state
        FROM jobs
        WHERE job_id NOT IN (SELECT job_id FROM job_attempts)
        """;

    private const string Issues =
        """
        INSERT INTO data_quality_log (detector, scope_id, cause, issue_type, severity, gap_type, data_source, destination_id, park_id, description, timestamp_start, timestamp_end, records_affected, resolution_status, is_present, created_at, updated_at, seen_at)
        SELECT 'live_gap', p.destination_id, CONCAT('park:', p.park_id, '|', s.seq), IF(s.seq MOD 5 = 0, 'INVALID', 'GAP'), 'WARNING', IF(s.seq MOD 5 = 0, NULL, 'API_UNAVAILABLE'), 1, p.destination_id, p.park_id, 'No live data.',
               @Today - INTERVAL s.seq * @Days * 1440 DIV @Issues MINUTE, @Today - INTERVAL s.seq * @Days * 1440 DIV @Issues - 90 MINUTE, 18, IF(s.seq MOD 20 = 0, 'OPEN', 'RESOLVED'), s.seq MOD 20 = 0, @Today, @Today, @Today
        FROM seq_1_to_100000 AS s
        INNER JOIN parks AS p
            ON p.park_id = 1 + s.seq MOD (SELECT MAX(park_id) FROM parks)
        WHERE s.seq <= @Issues
        """;

    private const string Measurements =
        """
        INSERT INTO storage_measurements (measured_at, duration_ms, data_bytes, index_bytes, free_bytes, on_disk_bytes, other_bytes, volume_bytes, volume_free_bytes)
        SELECT m.measured_at - INTERVAL s.seq DAY, 900, m.data_bytes * (1 - 0.9 * s.seq / @Days), m.index_bytes, 0, m.on_disk_bytes * (1 - 0.9 * s.seq / @Days), m.other_bytes, m.volume_bytes, m.volume_free_bytes
        FROM storage_measurements AS m
        CROSS JOIN seq_1_to_5000 AS s
        WHERE s.seq <= @Days
        """;

    private const string Figures =
        """
        INSERT INTO storage_metrics (measurement_id, partition_name, table_name, range_end, rows_estimated, rows_exact, data_bytes, index_bytes, free_bytes, on_disk_bytes, on_disk_source, is_compressed)
        SELECT n.measurement_id, f.partition_name, f.table_name, f.range_end, f.rows_estimated, f.rows_exact, f.data_bytes, f.index_bytes, 0, f.on_disk_bytes, 1, f.is_compressed
        FROM storage_metrics AS f
        INNER JOIN storage_measurements AS n
            ON n.measurement_id > f.measurement_id
        """;

    private const string Alerts =
        """
        INSERT INTO storage_alerts (type, subject, severity, message, threshold, current_value, opened_at, updated_at, closed_at)
        SELECT 'GROWTH_RATE', '', 'WARNING', 'Storage grew faster.', 10, 12, @Today - INTERVAL s.seq DAY, @Today, IF(s.seq = 1, NULL, @Today)
        FROM seq_1_to_5000 AS s
        WHERE s.seq <= @AlertsPast
        """;

    private const string Deliveries =
        """
        INSERT INTO storage_alert_deliveries (alert_id, event, channel, alert, created_at, attempts, delivered_at)
        SELECT a.alert_id, e.event, 'AUDIT', '{}', @Today, 1, @Today
        FROM storage_alerts AS a
        CROSS JOIN (SELECT 'OPENED' AS event UNION ALL SELECT 'CLOSED') AS e
        """;

    private const string Unmatched =
        """
        INSERT INTO unmatched_entities (destination_id, entity_uuid, name, park_uuid, time_zone, kind, reason, candidates, status, first_import_id, last_import_id, created_at)
        SELECT p.destination_id, UUID(), CONCAT('Rid ', s.seq), p.uuid, p.timezone, 'ATTRACTION', 'NO_MATCH', '[]', IF(s.seq MOD 4 = 0, 'IGNORED', 'OPEN'), c.import_id, c.import_id, @Today
        FROM seq_1_to_400 AS s
        INNER JOIN parks AS p
            ON p.park_id = 1 + s.seq MOD (SELECT MAX(park_id) FROM parks)
        INNER JOIN import_checkpoints AS c
            ON c.destination_id = p.destination_id
           AND c.created_at = @Today
        """;

    private const string UnmatchedDays =
        """
        INSERT INTO unmatched_entity_days (unmatched_id, object_day, observations, first_at, last_at)
        SELECT u.unmatched_id, @Today - INTERVAL s.seq DAY, 90, @Today - INTERVAL s.seq DAY, @Today - INTERVAL s.seq DAY
        FROM unmatched_entities AS u
        CROSS JOIN seq_1_to_30 AS s
        """;

    private const string Audit =
        """
        INSERT INTO activity_log (at, who, door, action, subject, details, why)
        SELECT @Today - INTERVAL s.seq MINUTE, 'bench', 'CONSOLE', 'job.retry', CONCAT('job ', s.seq), '{}', 'because'
        FROM seq_1_to_1000000 AS s
        WHERE s.seq <= @Audited
        """;
}
