using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Sources;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>What a run's worker reads and writes of the import tables, besides a file's own record (<see cref="FileRecords"/>).</summary>
internal sealed class RunStore(MySqlDatabase database, TimeProvider clock)
{
    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    public async Task<ImportRun?> FindAsync(string importId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<RunRow>(new CommandDefinition(SelectRun, new { ImportId = importId }, cancellationToken: ct));
        return row?.ToRun();
    }

    /// <summary>Takes the run over for a job run; the caller has fenced the transaction. False when the run was stopped meanwhile.</summary>
    public async Task<bool> BeginAsync(int checkpointId, string owner, DbTransaction tx, CancellationToken ct) =>
        await tx.Connection!.ExecuteAsync(new CommandDefinition(
            BeginRun, new { CheckpointId = checkpointId, Owner = owner, Now }, tx, cancellationToken: ct)) == 1;

    /// <summary>Ends or suspends the run.</summary>
    public Task SetStatusAsync(int checkpointId, ImportStatus status, string? errorKind, string? errorMessage, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            UpdateStatus,
            new
            {
                CheckpointId = checkpointId,
                Status = status.ToUpperSnake(),
                ErrorKind = errorKind,
                ErrorMessage = errorMessage,
                Paused = status == ImportStatus.Paused,
                Ended = status is ImportStatus.Completed or ImportStatus.CompletedWithErrors or ImportStatus.Failed or ImportStatus.Cancelled,
                Now,
            },
            tx,
            cancellationToken: ct));

    /// <summary>Writes the once-a-second figures of the run and answers what an operator asks of it.</summary>
    public async Task<StopRequest> ReportAsync(int checkpointId, string owner, RunFigures figures, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            UpdateFigures,
            new
            {
                CheckpointId = checkpointId,
                Owner = owner,
                figures.ElapsedSeconds,
                figures.RecordsPerSecond,
                figures.FilesPerSecond,
                Phases = JsonSerializer.Serialize(figures.Phases),
                figures.PeakMemoryMb,
                Now,
            },
            cancellationToken: ct));
        var requested = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            SelectRequested, new { CheckpointId = checkpointId }, cancellationToken: ct));
        return requested switch { "PAUSE" => StopRequest.Pause, "CANCEL" => StopRequest.Cancel, _ => StopRequest.None };
    }

    public async Task<double> ElapsedAsync(int checkpointId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<double>(new CommandDefinition(
            "SELECT elapsed_seconds FROM import_checkpoints WHERE checkpoint_id = @CheckpointId", new { CheckpointId = checkpointId }, cancellationToken: ct));
    }

    /// <summary>
    /// Stores what was listed, once: one record per object, the manifest brought up to date, and what needs no work skipped with
    /// its reason.
    /// </summary>
    public async Task StoreListingAsync(ImportRun run, IReadOnlyList<ArchiveObject> listed, DbTransaction tx, CancellationToken ct)
    {
        var connection = tx.Connection!;
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM import_files WHERE checkpoint_id = @CheckpointId", new { run.CheckpointId }, tx, cancellationToken: ct));
        foreach (var chunk in listed.Where(o => o.SkipReason is null).Chunk(500))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                UpsertObject,
                chunk.Select(o => new { o.Key, Destination = o.DestinationUuid, o.Day, o.ETag, o.Size, LastModified = o.LastModifiedUtc }).ToArray(),
                tx,
                cancellationToken: ct));
        }

        foreach (var chunk in listed.Chunk(500))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                InsertFile,
                chunk.Select(o => new
                {
                    run.CheckpointId,
                    o.Key,
                    o.Day,
                    Outcome = o.SkipReason is null ? FileOutcome.Pending : FileOutcome.Skipped,
                    Reason = o.SkipReason,
                    o.ETag,
                    o.Size,
                    Finished = o.SkipReason is null ? (DateTime?)null : Now,
                }).ToArray(),
                tx,
                cancellationToken: ct));
        }

        if (!run.Refetch && !run.FromRaw && !run.DryRun && run.OnlyDays is null)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                SkipUnchanged, new { run.CheckpointId, Versions.Reading, Now }, tx, cancellationToken: ct));
        }

        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE import_checkpoints SET listed_at = @Now, updated_at = @Now WHERE checkpoint_id = @CheckpointId",
            new { run.CheckpointId, Now },
            tx,
            cancellationToken: ct));
    }

    /// <summary>Objects of the destination that were fetched before, as a listing.</summary>
    public async Task<IReadOnlyList<ArchiveObject>> RawListingAsync(Guid destination, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(string Key, DateOnly Day, string ETag, long Size, DateTime Modified)>(new CommandDefinition(
            SelectRawObjects, new { Destination = destination }, cancellationToken: ct));
        return [.. rows.Select(r => new ArchiveObject(r.Key, destination, r.Day, r.Size, r.ETag, r.Modified, null))];
    }

    public async Task<IReadOnlyList<PendingFile>> PendingAsync(int checkpointId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<PendingFile>(new CommandDefinition(
            SelectPending, new { CheckpointId = checkpointId }, cancellationToken: ct));
        return rows.AsList();
    }

    /// <summary>Everything of the destination whose rows are in the database, also where a newer version has been fetched since.</summary>
    public async Task<IReadOnlyList<ImportedObject>> ImportedAsync(Guid destination, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<ImportedRow>(new CommandDefinition(
            SelectImported, new { Destination = destination }, cancellationToken: ct));
        return [.. rows.Select(r => new ImportedObject(r.Key, r.Day, r.FirstDay, r.LastDay, r.Sha256))];
    }

    public static async Task<FileCounts> CountAsync(int checkpointId, DbTransaction tx, CancellationToken ct) =>
        await tx.Connection!.QuerySingleAsync<FileCounts>(new CommandDefinition(
            SelectCounts, new { CheckpointId = checkpointId }, tx, cancellationToken: ct));

    private sealed class RunRow
    {
        public int CheckpointId { get; init; }
        public string ImportId { get; init; } = "";
        public int DestinationId { get; init; }
        public Guid DestinationUuid { get; init; }
        public string Status { get; init; } = "";
        public DateOnly? StartDate { get; init; }
        public DateOnly? EndDate { get; init; }
        public string? OnlyDays { get; init; }
        public bool DryRun { get; init; }
        public bool Refetch { get; init; }
        public bool FromRaw { get; init; }
        public bool CreateMissing { get; init; }
        public string Overlap { get; init; } = "";
        public DateTime? ListedAt { get; init; }

        public ImportRun ToRun() => new()
        {
            CheckpointId = CheckpointId,
            ImportId = ImportId,
            DestinationId = DestinationId,
            DestinationUuid = DestinationUuid,
            Status = EnumText.Parse<ImportStatus>(Status),
            StartDate = StartDate,
            EndDate = EndDate,
            OnlyDays = OnlyDays is null ? null : JsonSerializer.Deserialize<HashSet<DateOnly>>(OnlyDays),
            DryRun = DryRun,
            Refetch = Refetch,
            FromRaw = FromRaw,
            CreateMissing = CreateMissing,
            Overlap = Enum.Parse<OverlapPolicy>(Overlap, ignoreCase: true),
            Listed = ListedAt is not null,
        };
    }

    private sealed class ImportedRow
    {
        public string Key { get; init; } = "";
        public DateOnly Day { get; init; }
        public DateOnly FirstDay { get; init; }
        public DateOnly LastDay { get; init; }
        public string Sha256 { get; init; } = "";
    }

    private const string SelectRun =
        """
        SELECT
            checkpoint_id AS CheckpointId,
            import_id AS ImportId,
            destination_id AS DestinationId,
            destination_uuid AS DestinationUuid,
            status AS Status,
            start_date AS StartDate,
            end_date AS EndDate,
            only_days AS OnlyDays,
            dry_run AS DryRun,
            refetch AS Refetch,
            from_raw AS FromRaw,
            create_missing AS CreateMissing,
            overlap AS Overlap,
            listed_at AS ListedAt
        FROM import_checkpoints
        WHERE import_id = @ImportId
        """;

    private const string BeginRun =
        """
        UPDATE import_checkpoints
        SET status = 'IN_PROGRESS',
            run_owner = @Owner,
            started_at = COALESCE(started_at, @Now),
            completed_at = NULL,
            paused_at = NULL,
            error_kind = NULL,
            error_message = NULL,
            updated_at = @Now
        WHERE checkpoint_id = @CheckpointId
          AND status IN ('PENDING', 'IN_PROGRESS', 'INTERRUPTED')
        """;

    private const string UpdateStatus =
        """
        UPDATE import_checkpoints
        SET status = @Status,
            requested = NULL,
            error_kind = @ErrorKind,
            error_message = @ErrorMessage,
            paused_at = IF(@Paused, @Now, paused_at),
            completed_at = IF(@Ended, @Now, completed_at),
            updated_at = @Now
        WHERE checkpoint_id = @CheckpointId
        """;

    private const string UpdateFigures =
        """
        UPDATE import_checkpoints
        SET elapsed_seconds = @ElapsedSeconds,
            records_per_second = @RecordsPerSecond,
            files_per_second = @FilesPerSecond,
            phases = @Phases,
            peak_memory_mb = GREATEST(COALESCE(peak_memory_mb, 0), @PeakMemoryMb),
            updated_at = @Now
        WHERE checkpoint_id = @CheckpointId
          AND run_owner = @Owner
        """;

    private const string SelectRequested = "SELECT requested FROM import_checkpoints WHERE checkpoint_id = @CheckpointId";

    private const string UpsertObject =
        """
        INSERT INTO archive_objects (object_key, destination_uuid, object_day, etag, size, last_modified)
        VALUES (@Key, @Destination, @Day, @ETag, @Size, @LastModified)
        ON DUPLICATE KEY UPDATE
            etag = VALUES(etag),
            size = VALUES(size),
            last_modified = VALUES(last_modified)
        """;

    private const string InsertFile =
        """
        INSERT INTO import_files (checkpoint_id, object_key, object_day, outcome, reason, etag, size, finished_at)
        VALUES (@CheckpointId, @Key, @Day, @Outcome, @Reason, @ETag, @Size, @Finished)
        """;

    private const string SkipUnchanged =
        """
        UPDATE import_files AS f
        INNER JOIN archive_objects AS o
            ON o.object_key = f.object_key
        SET f.outcome = 'SKIPPED',
            f.reason = 'UNCHANGED',
            f.finished_at = @Now
        WHERE f.checkpoint_id = @CheckpointId
          AND f.outcome = 'PENDING'
          AND o.raw_etag = f.etag
          AND o.imported_sha256 = o.raw_sha256
          AND o.imported_with = @Reading
        """;

    private const string SelectRawObjects =
        """
        SELECT object_key, object_day, etag, size, last_modified
        FROM archive_objects
        WHERE destination_uuid = @Destination
          AND raw_path IS NOT NULL
        ORDER BY object_day
        """;

    private const string SelectPending =
        """
        SELECT
            f.object_key AS `Key`,
            f.object_day AS Day,
            f.etag AS ETag,
            f.size AS Size,
            o.last_modified AS LastModified,
            o.raw_path AS RawPath,
            o.raw_sha256 AS RawSha256,
            o.raw_size AS RawSize,
            o.raw_etag AS RawETag,
            o.imported_sha256 AS ImportedSha256,
            o.imported_with AS ImportedWith,
            o.first_day AS FirstDay,
            o.last_day AS LastDay
        FROM import_files AS f
        INNER JOIN archive_objects AS o
            ON o.object_key = f.object_key
        WHERE f.checkpoint_id = @CheckpointId
          AND f.outcome = 'PENDING'
        ORDER BY f.object_day, f.object_key
        """;

    private const string SelectImported =
        """
        SELECT
            object_key AS `Key`,
            object_day AS Day,
            first_day AS FirstDay,
            last_day AS LastDay,
            imported_sha256 AS Sha256
        FROM archive_objects
        WHERE destination_uuid = @Destination
          AND first_day IS NOT NULL
          AND imported_sha256 IS NOT NULL
        ORDER BY object_day
        """;

    private const string SelectCounts =
        """
        SELECT
            COUNT(*) AS Total,
            COALESCE(SUM(outcome = 'PENDING'), 0) AS Pending,
            COALESCE(SUM(outcome = 'IMPORTED'), 0) AS Imported,
            COALESCE(SUM(outcome = 'SKIPPED'), 0) AS Skipped,
            COALESCE(SUM(outcome = 'FAILED'), 0) AS Failed
        FROM import_files
        WHERE checkpoint_id = @CheckpointId
        """;
}

/// <summary>Listed = imported + skipped + failed, once nothing is pending.</summary>
internal sealed class FileCounts
{
    public int Total { get; init; }
    public int Pending { get; init; }
    public int Imported { get; init; }
    public int Skipped { get; init; }
    public int Failed { get; init; }
}

/// <summary>What a run says of itself once a second. Phases are seconds of work, which overlap.</summary>
internal sealed record RunFigures(
    double ElapsedSeconds, double? RecordsPerSecond, double? FilesPerSecond, IReadOnlyDictionary<string, double> Phases, double PeakMemoryMb);
