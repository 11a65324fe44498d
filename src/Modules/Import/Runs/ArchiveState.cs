using System.Text.Json;
using Dapper;
using ThemePark.Modules.Import.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

internal sealed class ArchiveState(MySqlDatabase database) : IArchiveState
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<IReadOnlyList<Guid>> DestinationsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<Guid>(new CommandDefinition(SelectDestinations, cancellationToken: cancellationToken))).AsList();
    }

    public async Task<IReadOnlyList<ArchiveDay>> DaysAsync(Guid destination, CancellationToken cancellationToken) =>
        [.. (await DaysAsync([destination], DateOnly.MinValue, DateOnly.MaxValue, cancellationToken))[destination]];

    public async Task<ILookup<Guid, ArchiveDay>> DaysAsync(IReadOnlyCollection<Guid> destinations, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var asked = new { Destinations = destinations, First = first, Last = last };
        var failures = new Dictionary<string, FailureRow>(StringComparer.Ordinal);
        foreach (var failure in await connection.QueryAsync<FailureRow>(new CommandDefinition(SelectFailures, asked, cancellationToken: cancellationToken)))
        {
            failures[failure.ObjectKey] = failure;
        }

        var objects = await connection.QueryAsync<ObjectRow>(new CommandDefinition(SelectObjects, asked, cancellationToken: cancellationToken));
        // A day may be listed twice, under another spelling of the destination; the one that is held speaks for it.
        return objects.GroupBy(o => (o.Destination, o.Day)).ToLookup(day => day.Key.Destination, day => ToDay(day.MaxBy(o => o.IsHeld)!, failures));
    }

    public async Task<IReadOnlyDictionary<Guid, ArchiveExtent>> ExtentsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(Guid Destination, DateOnly First, DateOnly Last)>(new CommandDefinition(SelectExtents, cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Destination, r => new ArchiveExtent(r.First, r.Last));
    }

    public async Task<IReadOnlyList<ArchiveFinding>> FindingsAsync(Guid destination, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var files = await connection.QueryAsync<(DateOnly Day, string Findings)>(new CommandDefinition(
            SelectFindings, new { Destination = destination }, cancellationToken: cancellationToken));
        var totals = new Dictionary<string, ArchiveFinding>(StringComparer.Ordinal);
        foreach (var (day, findings) in files)
        {
            foreach (var (type, finding) in JsonSerializer.Deserialize<Dictionary<string, FindingJson>>(findings, Json)!)
            {
                totals[type] = totals.TryGetValue(type, out var known)
                    ? known with { Records = known.Records + finding.Count, Files = known.Files + 1, Last = day }
                    : new ArchiveFinding(type, finding.Count, 1, day, day, finding.Sample);
            }
        }

        return [.. totals.Values.OrderByDescending(f => f.Records).ThenBy(f => f.Type, StringComparer.Ordinal)];
    }

    public async Task<UnmatchedTotals> UnmatchedAsync(Guid destination, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleAsync<UnmatchedRow>(new CommandDefinition(
            SelectUnmatched, new { Destination = destination }, cancellationToken: cancellationToken));
        return new UnmatchedTotals(row.Entities, row.Observations, row.AllObservations, row.First, row.Last, row.Sample);
    }

    private static ArchiveDay ToDay(ObjectRow row, Dictionary<string, FailureRow> failures)
    {
        var failure = failures.GetValueOrDefault(row.ObjectKey);
        // A later run may have read it after all.
        return failure is not null && (row.ImportedAt is null || failure.FinishedAt > row.ImportedAt)
            ? new ArchiveDay(row.Day, row.ObjectKey, row.IsHeld, row.HasRaw, failure.Reason, failure.Error)
            : new ArchiveDay(row.Day, row.ObjectKey, row.IsHeld, row.HasRaw, null, null);
    }

    private sealed record FindingJson(long Count, string Sample);

    private sealed class ObjectRow
    {
        public string ObjectKey { get; init; } = "";
        public Guid Destination { get; init; }
        public DateOnly Day { get; init; }
        public bool IsHeld { get; init; }
        public bool HasRaw { get; init; }
        public DateTime? ImportedAt { get; init; }
    }

    private sealed class FailureRow
    {
        public string ObjectKey { get; init; } = "";
        public string? Reason { get; init; }
        public string? Error { get; init; }
        public DateTime? FinishedAt { get; init; }
    }

    private sealed class UnmatchedRow
    {
        public int Entities { get; init; }
        public long Observations { get; init; }
        public long AllObservations { get; init; }
        public DateTime? First { get; init; }
        public DateTime? Last { get; init; }
        public string? Sample { get; init; }
    }

    private const string SelectDestinations = "SELECT DISTINCT destination_uuid FROM archive_objects ORDER BY destination_uuid";

    private const string SelectObjects =
        """
        SELECT
            object_key AS ObjectKey, destination_uuid AS Destination, object_day AS Day, imported_sha256 IS NOT NULL AS IsHeld,
            raw_path IS NOT NULL AS HasRaw, imported_at AS ImportedAt
        FROM archive_objects
        WHERE destination_uuid IN @Destinations
          AND object_day >= @First
          AND object_day <= @Last
        ORDER BY destination_uuid, object_day, object_key
        """;

    // From the ends of the key alone.
    private const string SelectExtents = "SELECT destination_uuid, MIN(object_day), MAX(object_day) FROM archive_objects GROUP BY destination_uuid";

    // The newest failure of a file comes last.
    private const string SelectFailures =
        """
        SELECT f.object_key AS ObjectKey, f.reason AS Reason, f.error AS Error, f.finished_at AS FinishedAt
        FROM import_checkpoints AS c
        INNER JOIN import_files AS f
            ON f.checkpoint_id = c.checkpoint_id
        WHERE c.destination_uuid IN @Destinations
          AND c.dry_run = FALSE
          AND f.outcome = 'FAILED'
          AND f.object_day >= @First
          AND f.object_day <= @Last
        ORDER BY f.checkpoint_id
        """;

    private const string SelectFindings =
        """
        SELECT o.object_day, f.findings
        FROM archive_objects AS o
        INNER JOIN import_checkpoints AS c
            ON c.import_id = o.imported_by
        INNER JOIN import_files AS f
            ON f.checkpoint_id = c.checkpoint_id
           AND f.object_key = o.object_key
        WHERE o.destination_uuid = @Destination
          AND o.imported_sha256 IS NOT NULL
          AND f.findings IS NOT NULL
        ORDER BY o.object_day
        """;

    private const string SelectUnmatched =
        """
        SELECT
            COUNT(DISTINCT u.unmatched_id) AS Entities,
            COALESCE(SUM(d.observations), 0) AS Observations,
            (
                SELECT COALESCE(SUM(f.events), 0)
                FROM archive_objects AS o
                INNER JOIN import_checkpoints AS c
                    ON c.import_id = o.imported_by
                INNER JOIN import_files AS f
                    ON f.checkpoint_id = c.checkpoint_id
                   AND f.object_key = o.object_key
                WHERE o.destination_uuid = @Destination
                  AND o.imported_sha256 IS NOT NULL
            ) AS AllObservations,
            MIN(d.first_at) AS First,
            MAX(d.last_at) AS Last,
            MIN(COALESCE(u.name, u.entity_uuid)) AS Sample
        FROM unmatched_entities AS u
        LEFT JOIN unmatched_entity_days AS d
            ON d.unmatched_id = u.unmatched_id
        WHERE u.status IN ('OPEN', 'AMBIGUOUS', 'SUGGESTED', 'REOPENED')
          AND u.destination_id IN (SELECT destination_id FROM import_checkpoints WHERE destination_uuid = @Destination)
        """;
}
