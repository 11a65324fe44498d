using System.Data.Common;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>How the last sync of each scope went. A run that takes over from another one of its job goes on behind what is done.</summary>
internal sealed class SyncStates(MySqlDatabase database) : IMetadataSync
{
    public async Task<IReadOnlyList<ParkSync>> OutcomesAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(int ParkId, DateTime Attempted, DateTime? Succeeded, string Outcome, string? Reason, int? Listed, int Delisted)>(
            new CommandDefinition(SelectParks, cancellationToken: ct));
        return [.. rows.Select(r => new ParkSync(r.ParkId, r.Attempted, r.Succeeded, EnumText.Parse<SyncOutcome>(r.Outcome), r.Reason, r.Listed, r.Delisted))];
    }

    /// <summary>Scopes this job has done with, in whichever run.</summary>
    public async Task<IReadOnlySet<Guid>> DoneAsync(JobId job, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<Guid>(new CommandDefinition(SelectDone, new { Job = job.ToString() }, cancellationToken: ct))).ToHashSet();
    }

    /// <summary>Every scope ever tried, with its destination then.</summary>
    public async Task<IReadOnlyList<(Guid Scope, Guid Destination)>> ScopesAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(Guid, Guid)>(new CommandDefinition(SelectScopes, cancellationToken: ct))).AsList();
    }

    /// <summary>Whether anything here is upstream's own word: then a simulator's must not be mixed into it.</summary>
    public async Task<bool> HoldsRealDataAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(SelectReal, cancellationToken: ct));
    }

    public static Task WriteAsync(DbTransaction tx, Scope scope, JobId job, int? parkId, ScopeResult result, DateTime now, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            Upsert,
            new
            {
                Scope = scope.Uuid.ToString(),
                Destination = scope.DestinationUuid.ToString(),
                ParkId = parkId,
                Job = job.ToString(),
                Now = now,
                Succeeded = result.Outcome is SyncOutcome.Synced or SyncOutcome.Partial ? now : default(DateTime?),
                Outcome = result.Outcome.ToUpperSnake(),
                Reason = result.Reason is { Length: > 500 } reason ? reason[..500] : result.Reason,
                result.Listed,
                result.Counts.Created,
                result.Counts.Updated,
                result.Counts.Unchanged,
                result.Counts.Failed,
                result.Counts.Delisted,
                scope.Simulated,
            },
            tx,
            cancellationToken: ct));

    private const string SelectParks =
        """
        SELECT p.park_id, s.attempted_at, s.succeeded_at, s.outcome, s.reason, s.listed, s.delisted
        FROM metadata_syncs AS s
        JOIN parks AS p
            ON p.park_id = s.park_id
        ORDER BY p.park_id
        """;

    private const string SelectDone =
        """
        SELECT scope_uuid
        FROM metadata_syncs
        WHERE job_id = @Job
          AND outcome <> 'FAILED'
        """;

    private const string SelectScopes =
        """
        SELECT scope_uuid, destination_uuid
        FROM metadata_syncs
        """;

    private const string SelectReal =
        """
        SELECT EXISTS (
            SELECT 1
            FROM metadata_syncs
            WHERE simulated = 0
              AND succeeded_at IS NOT NULL)
        """;

    private const string Upsert =
        """
        INSERT INTO metadata_syncs (
            scope_uuid, destination_uuid, park_id, job_id, attempted_at, succeeded_at, outcome, reason, listed,
            created, updated, unchanged, failed, delisted, simulated)
        VALUES (
            @Scope, @Destination, @ParkId, @Job, @Now, @Succeeded, @Outcome, @Reason, @Listed,
            @Created, @Updated, @Unchanged, @Failed, @Delisted, @Simulated)
        ON DUPLICATE KEY UPDATE
            destination_uuid = @Destination,
            park_id = @ParkId,
            job_id = @Job,
            attempted_at = @Now,
            succeeded_at = COALESCE(@Succeeded, succeeded_at),
            outcome = @Outcome,
            reason = @Reason,
            listed = @Listed,
            created = @Created,
            updated = @Updated,
            unchanged = @Unchanged,
            failed = @Failed,
            delisted = @Delisted,
            simulated = IF(@Succeeded IS NULL, simulated, @Simulated)
        """;
}
