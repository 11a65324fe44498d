using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Writes the days an entity was seen on again, from the raw store, and tells what that added.</summary>
internal sealed class Replays(MySqlDatabase database, RunControl runs, ImportReads reads, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>What a replay of these entities of one destination would read: only files whose raw object was fetched.</summary>
    public static async Task<ReplayPlan> PlanAsync(
        SafeMySqlConnection connection, IReadOnlyCollection<UnmatchedEntity> entities, Guid destination, CancellationToken ct)
    {
        if (entities.Count == 0)
        {
            return ReplayPlan.Nothing;
        }

        var parameters = new
        {
            UnmatchedIds = entities.Select(e => e.UnmatchedId).ToArray(),
            ImportIds = entities.Select(e => e.LastImportId).Distinct().ToArray(),
            Destination = destination,
        };
        var files = (await connection.QueryAsync<(string Key, DateOnly Day, long Rows)>(new CommandDefinition(
            SelectHeld, parameters, cancellationToken: ct))).AsList();
        var overlaps = (await connection.QueryAsync<string>(new CommandDefinition(SelectOverlaps, parameters, cancellationToken: ct)))
            .Select(EnumText.Parse<OverlapPolicy>).ToHashSet();
        return new ReplayPlan(
            destination,
            [.. files.Select(f => f.Day).Distinct().Order()],
            files.ToDictionary(f => f.Key, f => f.Rows),
            // Where both were used, the one that takes no live row away.
            overlaps.Contains(OverlapPolicy.Fill) ? OverlapPolicy.Fill : overlaps.Contains(OverlapPolicy.Replace) ? OverlapPolicy.Replace : null);
    }

    /// <summary>
    /// Creates the run in the caller's transaction; a duplicate key means that the destination has a live one. Nothing else becomes a
    /// ride on the way: that was decided when the entities were recorded.
    /// </summary>
    public Task<string> CreateAsync(int destinationId, ReplayPlan plan, SafeMySqlTransaction tx, CancellationToken ct) => runs.CreateAsync(
        new NewRun
        {
            DestinationId = destinationId,
            DestinationUuid = plan.Destination,
            OnlyDays = plan.Days,
            FromRaw = true,
            CreateMissing = false,
            Overlap = plan.Overlap,
        },
        tx,
        ct);

    /// <summary>Waits for the run, but not for ever: a caller holds a request open meanwhile.</summary>
    public async Task<ReplayView> FollowAsync(string importId, ReplayPlan plan, int daysWithoutRaw, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var import = (await reads.FindAsync(importId, ct))!;
            var status = EnumText.Parse<ImportStatus>(import.Status);
            if (status is ImportStatus.Completed or ImportStatus.CompletedWithErrors)
            {
                return new ReplayView(importId, import.Status, plan.Days.Count, daysWithoutRaw, await AddedAsync(importId, plan, ct));
            }

            if (status is not (ImportStatus.Pending or ImportStatus.InProgress) || clock.GetElapsedTime(started) >= Patience)
            {
                return new ReplayView(
                    importId, status == ImportStatus.Pending ? "IN_PROGRESS" : import.Status, plan.Days.Count, daysWithoutRaw, RowsAdded: null);
            }

            await Task.Delay(Interval, clock, ct);
        }
    }

    private async Task<long> AddedAsync(string importId, ReplayPlan plan, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var now = await connection.QueryAsync<(string Key, long Rows)>(new CommandDefinition(SelectRows, new { ImportId = importId }, cancellationToken: ct));
        return now.Sum(f => f.Rows - plan.RowsBefore.GetValueOrDefault(f.Key));
    }

    private const string SelectHeld =
        """
        SELECT DISTINCT o.object_key, o.object_day, COALESCE(f.`rows`, 0)
        FROM unmatched_entity_days AS d
        INNER JOIN archive_objects AS o
            ON o.destination_uuid = @Destination
            AND o.object_day = d.object_day
        LEFT JOIN import_checkpoints AS c
            ON c.import_id = o.imported_by
        LEFT JOIN import_files AS f
            ON f.checkpoint_id = c.checkpoint_id
            AND f.object_key = o.object_key
        WHERE d.unmatched_id IN @UnmatchedIds
          AND o.raw_path IS NOT NULL
        """;

    private const string SelectOverlaps = "SELECT DISTINCT overlap FROM import_checkpoints WHERE import_id IN @ImportIds";

    private const string SelectRows =
        $"""
        SELECT f.object_key, f.`rows`
        FROM import_files AS f
        INNER JOIN import_checkpoints AS c
            ON c.checkpoint_id = f.checkpoint_id
        WHERE c.import_id = @ImportId
          AND f.outcome = '{FileOutcome.Imported}'
        """;
}

/// <summary>The days to write again, and how many rows each of their files has given so far.</summary>
internal sealed record ReplayPlan(
    Guid Destination, IReadOnlyList<DateOnly> Days, IReadOnlyDictionary<string, long> RowsBefore, OverlapPolicy? Overlap)
{
    public static ReplayPlan Nothing { get; } = new(Guid.Empty, [], new Dictionary<string, long>(), null);
}

/// <summary>
/// The import that wrote the affected days again, and only those; without one, <c>days</c> is 0. <c>rows_added</c> is null while
/// <c>status</c> is IN_PROGRESS: the replay takes longer than a call may wait, and GET status/{import_id} tells the rest.
/// <c>days_without_raw</c> have no raw object; they follow when they are imported again.
/// </summary>
internal sealed record ReplayView(string? ImportId, string? Status, int Days, int DaysWithoutRaw, long? RowsAdded);
