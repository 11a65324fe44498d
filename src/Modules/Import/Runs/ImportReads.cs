using System.Text.Json;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Which runs to show; null is any.</summary>
internal sealed record ImportFilter(
    IReadOnlyCollection<string>? ImportIds = null, string? BatchId = null, ImportStatus? Status = null, int? DestinationId = null, string? Sort = null);

/// <summary>
/// Reads runs as operators see them. Every count is summed over the files' own records: a counter that is kept beside the facts
/// drifts from them.
/// </summary>
internal sealed class ImportReads(MySqlDatabase database, ICatalogue catalogue, IJobs jobs)
{
    public const string DefaultSort = "-created";
    private const int LatestErrors = 10;

    /// <summary>What lists may be sorted by; <c>-</c> turns the order round.</summary>
    public static IReadOnlyList<string> Sorts { get; } = [DefaultSort, "created", "status", "-status", "duration", "-duration", "files_failed", "-files_failed"];

    public async Task<ImportView?> FindAsync(string importId, CancellationToken ct) =>
        (await ListAsync(new ImportFilter([importId]), 1, 0, ct)).Imports.SingleOrDefault();

    public async Task<(IReadOnlyList<ImportView> Imports, long Total)> ListAsync(ImportFilter filter, int limit, int offset, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var parameters = new
        {
            AnyImport = filter.ImportIds is null,
            ImportIds = (filter.ImportIds ?? []).DefaultIfEmpty("").ToArray(),
            filter.BatchId,
            Status = filter.Status?.ToUpperSnake(),
            filter.DestinationId,
            Sort = filter.Sort ?? DefaultSort,
            Limit = limit,
            Offset = offset,
        };
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: ct));
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(SelectPage, parameters, cancellationToken: ct))).AsList();
        var ids = rows.Select(r => r.CheckpointId).DefaultIfEmpty(0).ToArray();
        var sums = (await connection.QueryAsync<Sums>(new CommandDefinition(SelectSums, new { Ids = ids }, cancellationToken: ct))).ToDictionary(s => s.CheckpointId);
        var entities = (await connection.QueryAsync<(int Id, int Seen, int Matched)>(new CommandDefinition(SelectEntities, new { Ids = ids }, cancellationToken: ct)))
            .ToDictionary(e => e.Id);
        var open = (await connection.QueryAsync<(int Destination, int Open)>(new CommandDefinition(
            SelectOpen, new { Ids = rows.Select(r => r.DestinationId).DefaultIfEmpty(0).ToArray() }, cancellationToken: ct))).ToDictionary(o => o.Destination, o => o.Open);
        var errors = (await connection.QueryAsync<ErrorRow>(new CommandDefinition(SelectErrors, new { Ids = ids, Latest = LatestErrors }, cancellationToken: ct)))
            .ToLookup(e => e.CheckpointId);
        var names = (await catalogue.ListDestinationsAsync(ct)).ToDictionary(d => d.DestinationId, d => d.Name);

        var views = new List<ImportView>(rows.Count);
        foreach (var row in rows)
        {
            var sum = sums.GetValueOrDefault(row.CheckpointId) ?? new Sums();
            var entity = entities.GetValueOrDefault(row.CheckpointId);
            views.Add(View(row, sum, entity.Seen, entity.Matched, open.GetValueOrDefault(row.DestinationId), errors[row.CheckpointId], names, await StatusAsync(row, ct)));
        }

        return (views, total);
    }

    // A run whose job ended for good without a word (lost too often, out of retries) is not in progress, whatever its row says.
    private async Task<string> StatusAsync(Row row, CancellationToken ct)
    {
        if (row.Status != "IN_PROGRESS" || row.JobId is null || !JobId.TryParse(row.JobId, null, out var id))
        {
            return row.Status;
        }

        return await jobs.GetAsync(id, ct) is { State: JobState.Failed or JobState.Cancelled } ? ImportStatus.Interrupted.ToUpperSnake() : row.Status;
    }

    private static ImportView View(
        Row row, Sums sum, int seen, int matched, int open, IEnumerable<ErrorRow> errors, Dictionary<int, string?> names, string status)
    {
        var done = sum.Imported + sum.Skipped + sum.Failed;
        var isLive = status == "IN_PROGRESS";
        var observed = sum.Rows + sum.Duplicates + sum.KeptLive + sum.Unmatched;
        return new ImportView(
            row.ImportId,
            row.BatchId,
            row.DestinationId,
            row.DestinationUuid,
            names.GetValueOrDefault(row.DestinationId),
            status,
            row.StartDate,
            row.EndDate,
            row.DryRun,
            row.Source,
            row.StartedBy,
            row.CreatedAt,
            row.StartedAt,
            row.CompletedAt,
            row.UpdatedAt,
            new ImportProgress(
                row.ListedAt is null ? null : sum.Total,
                sum.Imported,
                sum.Failed,
                sum.Skipped,
                row.ListedAt is null ? null : sum.Total == 0 ? 100 : Math.Round(100d * done / sum.Total, 2),
                isLive ? sum.FirstPending : null,
                sum.CheckpointDate,
                sum.Rows,
                sum.Replaced,
                sum.Queues,
                sum.ChangedDays),
            new ImportPerformance(
                row.RecordsPerSecond,
                row.FilesPerSecond,
                isLive && row.FilesPerSecond > 0 ? Math.Round((sum.Total - done) / row.FilesPerSecond.Value, 1) : null,
                row.ElapsedSeconds,
                row.PeakMemoryMb,
                row.Phases is null ? null : JsonSerializer.Deserialize<Dictionary<string, double>>(row.Phases)),
            new ImportMatching(
                seen,
                matched,
                seen == 0 ? null : Math.Round(100d * matched / seen, 2),
                observed == 0 ? null : Math.Round(100d * (observed - sum.Unmatched) / observed, 2),
                open),
            new ImportErrors(
                sum.Failed + (row.ErrorKind is null ? 0 : 1),
                [.. errors.Select(e => new ImportError(e.Key, e.Day, e.Reason, e.Error, e.Events))],
                row.ErrorKind,
                row.ErrorMessage),
            new ImportAccounts(row.Door, row.JobId, row.Refetch, row.FromRaw, row.CreateMissing, row.Overlap, JsonElement.Parse(row.Versions)));
    }

    private sealed class Row
    {
        public int CheckpointId { get; init; }
        public string ImportId { get; init; } = "";
        public string? BatchId { get; init; }
        public int DestinationId { get; init; }
        public Guid DestinationUuid { get; init; }
        public string Status { get; init; } = "";
        public DateOnly? StartDate { get; init; }
        public DateOnly? EndDate { get; init; }
        public bool DryRun { get; init; }
        public bool Refetch { get; init; }
        public bool FromRaw { get; init; }
        public bool CreateMissing { get; init; }
        public string Overlap { get; init; } = "";
        public string Source { get; init; } = "";
        public string StartedBy { get; init; } = "";
        public string Door { get; init; } = "";
        public string? JobId { get; init; }
        public string Versions { get; init; } = "{}";
        public DateTime CreatedAt { get; init; }
        public DateTime? StartedAt { get; init; }
        public DateTime? ListedAt { get; init; }
        public DateTime? CompletedAt { get; init; }
        public DateTime UpdatedAt { get; init; }
        public double ElapsedSeconds { get; init; }
        public double? RecordsPerSecond { get; init; }
        public double? FilesPerSecond { get; init; }
        public string? Phases { get; init; }
        public double? PeakMemoryMb { get; init; }
        public string? ErrorKind { get; init; }
        public string? ErrorMessage { get; init; }
    }

    private sealed class Sums
    {
        public int CheckpointId { get; init; }
        public int Total { get; init; }
        public int Imported { get; init; }
        public int Skipped { get; init; }
        public int Failed { get; init; }
        public DateOnly? FirstPending { get; init; }
        public DateOnly? CheckpointDate { get; init; }
        public long Rows { get; init; }
        public long Replaced { get; init; }
        public long Queues { get; init; }
        public long Duplicates { get; init; }
        public long KeptLive { get; init; }
        public long Unmatched { get; init; }
        public int ChangedDays { get; init; }
    }

    private sealed class ErrorRow
    {
        public int CheckpointId { get; init; }
        public string Key { get; init; } = "";
        public DateOnly? Day { get; init; }
        public string Reason { get; init; } = "";
        public string? Error { get; init; }
        public long Events { get; init; }
    }

    private const string Filter =
        """
        WHERE (@AnyImport OR import_id IN @ImportIds)
          AND (@BatchId IS NULL OR batch_id = @BatchId)
          AND (@Status IS NULL OR status = @Status)
          AND (@DestinationId IS NULL OR destination_id = @DestinationId)
        """;

    private const string Count = $"SELECT COUNT(*) FROM import_checkpoints {Filter}";

    private const string Failed =
        "(SELECT COUNT(*) FROM import_files AS f WHERE f.checkpoint_id = import_checkpoints.checkpoint_id AND f.outcome = 'FAILED')";

    private const string SelectPage =
        $"""
        SELECT
            checkpoint_id AS CheckpointId, import_id AS ImportId, batch_id AS BatchId, destination_id AS DestinationId,
            destination_uuid AS DestinationUuid, status AS Status, start_date AS StartDate, end_date AS EndDate, dry_run AS DryRun,
            refetch AS Refetch, from_raw AS FromRaw, create_missing AS CreateMissing, overlap AS Overlap, source AS Source,
            started_by AS StartedBy, door AS Door, job_id AS JobId, versions AS Versions, created_at AS CreatedAt,
            started_at AS StartedAt, listed_at AS ListedAt, completed_at AS CompletedAt, updated_at AS UpdatedAt,
            elapsed_seconds AS ElapsedSeconds, records_per_second AS RecordsPerSecond, files_per_second AS FilesPerSecond,
            phases AS Phases, peak_memory_mb AS PeakMemoryMb, error_kind AS ErrorKind, error_message AS ErrorMessage
        FROM import_checkpoints
        {Filter}
        ORDER BY
            CASE @Sort WHEN 'status' THEN status END,
            CASE @Sort WHEN '-status' THEN status END DESC,
            CASE @Sort WHEN 'duration' THEN elapsed_seconds WHEN 'files_failed' THEN {Failed} END,
            CASE @Sort WHEN '-duration' THEN elapsed_seconds WHEN '-files_failed' THEN {Failed} END DESC,
            CASE @Sort WHEN 'created' THEN checkpoint_id END,
            checkpoint_id DESC
        LIMIT @Limit OFFSET @Offset
        """;

    // The checkpoint date is the last day before which nothing is pending.
    private const string SelectSums =
        """
        SELECT
            f.checkpoint_id AS CheckpointId,
            COUNT(*) AS Total,
            SUM(f.outcome = 'IMPORTED') AS Imported,
            SUM(f.outcome = 'SKIPPED') AS Skipped,
            SUM(f.outcome = 'FAILED') AS Failed,
            MIN(IF(f.outcome = 'PENDING', f.object_day, NULL)) AS FirstPending,
            MAX(IF(f.outcome <> 'PENDING' AND (p.first_pending IS NULL OR f.object_day < p.first_pending), f.object_day, NULL)) AS CheckpointDate,
            SUM(f.`rows`) AS `Rows`,
            SUM(f.replaced) AS Replaced,
            SUM(f.queue_rows) AS Queues,
            SUM(f.duplicates) AS Duplicates,
            SUM(f.kept_live) AS KeptLive,
            SUM(f.unmatched) AS Unmatched,
            SUM(f.changed_days) AS ChangedDays
        FROM import_files AS f
        LEFT JOIN (
            SELECT checkpoint_id, MIN(object_day) AS first_pending
            FROM import_files
            WHERE checkpoint_id IN @Ids
              AND outcome = 'PENDING'
            GROUP BY checkpoint_id) AS p
            ON p.checkpoint_id = f.checkpoint_id
        WHERE f.checkpoint_id IN @Ids
        GROUP BY f.checkpoint_id
        """;

    private const string SelectEntities =
        """
        SELECT checkpoint_id, COUNT(*), COALESCE(SUM(ride_id IS NOT NULL), 0)
        FROM import_entities
        WHERE checkpoint_id IN @Ids
        GROUP BY checkpoint_id
        """;

    private const string SelectOpen =
        """
        SELECT destination_id, COUNT(*)
        FROM unmatched_entities
        WHERE destination_id IN @Ids
          AND status NOT IN ('RESOLVED', 'IGNORED')
        GROUP BY destination_id
        """;

    private const string SelectErrors =
        """
        SELECT CheckpointId, `Key`, Day, Reason, Error, Events
        FROM (
            SELECT
                checkpoint_id AS CheckpointId,
                object_key AS `Key`,
                object_day AS Day,
                reason AS Reason,
                error AS Error,
                events AS Events,
                ROW_NUMBER() OVER (PARTITION BY checkpoint_id ORDER BY finished_at DESC, object_key DESC) AS place
            FROM import_files
            WHERE checkpoint_id IN @Ids
              AND outcome = 'FAILED') AS failed
        WHERE place <= @Latest
        """;
}
