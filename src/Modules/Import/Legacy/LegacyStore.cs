using System.Data.Common;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>The journal of copies and who their rides are.</summary>
internal sealed class LegacyStore(MySqlDatabase database, TimeProvider clock)
{
    private const int RidesPerInsert = 500;

    /// <summary>The row of a warehouse, made when it is new.</summary>
    public async Task<LegacyCopy> EnsureAsync(string source, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            InsertCopy, new { Source = source, State = LegacyState.Planned.ToUpperSnake(), Now = clock.GetUtcNow().UtcDateTime }, cancellationToken: ct));
        return (await FindAsync(source, ct))!;
    }

    /// <summary>Null: nothing was begun with this warehouse.</summary>
    public async Task<LegacyCopy?> FindAsync(string source, CancellationToken ct) =>
        await OneAsync(SelectCopy + " WHERE source = @source", new { source }, ct);

    public async Task<LegacyCopy?> FindAsync(int copyId, CancellationToken ct) =>
        await OneAsync(SelectCopy + " WHERE copy_id = @copyId", new { copyId }, ct);

    /// <summary>The warehouse something was done with last; null: none.</summary>
    public async Task<LegacyCopy?> FindLastAsync(CancellationToken ct) =>
        await OneAsync(SelectCopy + " ORDER BY updated_at DESC, copy_id DESC LIMIT 1", null, ct);

    public static Task SetJobAsync(int copyId, string jobId, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE legacy_copies SET job_id = @jobId, error = NULL WHERE copy_id = @copyId", new { copyId, jobId }, tx, cancellationToken: ct));

    /// <summary>Begins a state or a step; what went wrong before is forgotten.</summary>
    public Task SetAsync(int copyId, LegacyState state, LegacyStep? step, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            UpdateState,
            new { copyId, State = state.ToUpperSnake(), Step = step?.ToUpperSnake(), Now = clock.GetUtcNow().UtcDateTime },
            tx,
            cancellationToken: ct));

    public static Task SetFrozenAsync(int copyId, DateTime? frozenAt, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE legacy_copies SET frozen_at = @frozenAt, write_down_ms = NULL, read_down_ms = NULL, probe_reads = NULL WHERE copy_id = @copyId",
            new { copyId, frozenAt }, tx, cancellationToken: ct));

    public static Task SetDowntimeAsync(int copyId, long writeDownMs, ProbeReading? probe, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE legacy_copies SET write_down_ms = @writeDownMs, read_down_ms = @LongestMs, probe_reads = @Reads WHERE copy_id = @copyId",
            new { copyId, writeDownMs, probe?.LongestMs, probe?.Reads }, tx, cancellationToken: ct));

    public static Task AddWrittenBackAsync(int copyId, long rows, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE legacy_copies SET written_back = written_back + @rows WHERE copy_id = @copyId", new { copyId, rows }, tx, cancellationToken: ct));

    public Task SetErrorAsync(int copyId, string error, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE legacy_copies SET error = @error, updated_at = @Now WHERE copy_id = @copyId",
            new { copyId, error, Now = clock.GetUtcNow().UtcDateTime }, tx, cancellationToken: ct));

    /// <summary>All rides of a warehouse, met rides that it does not list included.</summary>
    public async Task<IReadOnlyList<LegacyRide>> RidesAsync(int copyId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<LegacyRide>(new CommandDefinition(SelectRides, new { copyId }, cancellationToken: ct))).AsList();
    }

    /// <summary>
    /// Takes over who the rides are now. Days with rows of a ride that has become known, or all days when one has become another, are to be copied again.
    /// </summary>
    public static async Task SaveRidesAsync(int copyId, IReadOnlyList<LegacyRide> before, IReadOnlyList<LegacyRide> now, DbTransaction tx, CancellationToken ct)
    {
        var known = before.ToDictionary(r => r.LegacyRideId);
        var changed = now.Where(r => !known.TryGetValue(r.LegacyRideId, out var old) || old != r).ToList();
        foreach (var chunk in changed.Chunk(RidesPerInsert))
        {
            await tx.Connection!.ExecuteAsync(new CommandDefinition(
                UpsertRide,
                chunk.Select(r => new { copyId, r.LegacyRideId, r.Name, r.ParkName, r.WikiId, r.RideId, r.ParkId, r.DestinationId, r.Reason }),
                tx,
                cancellationToken: ct));
        }

        var another = changed.Any(r => known.TryGetValue(r.LegacyRideId, out var old) && old.RideId is not null
                                       && (old.RideId, old.ParkId, old.DestinationId) != (r.RideId, r.ParkId, r.DestinationId));
        var found = changed.Where(r => r.RideId is not null).Select(r => r.LegacyRideId).ToArray();
        if (another || found.Length > 0)
        {
            await tx.Connection!.ExecuteAsync(new CommandDefinition(
                another ? ReopenAll : ReopenDaysOf, new { copyId, Rides = found.DefaultIfEmpty(0) }, tx, cancellationToken: ct));
        }
    }

    private async Task<LegacyCopy?> OneAsync(string sql, object? parameters, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<LegacyCopy, Words, LegacyCopy>(
            new CommandDefinition(sql, parameters, cancellationToken: ct),
            (copy, words) => copy with { State = EnumText.Parse<LegacyState>(words.State), Step = words.Step is { } step ? EnumText.Parse<LegacyStep>(step) : null },
            nameof(Words.State));
        return rows.SingleOrDefault();
    }

    // What the table has as words and the record as values.
    private sealed record Words(string State, string? Step);

    private const string SelectCopy =
        """
        SELECT
            copy_id AS CopyId, source AS Source, watermark AS Watermark, undated_rows AS UndatedRows, job_id AS JobId, error AS Error,
            frozen_at AS FrozenAt, write_down_ms AS WriteDownMs, read_down_ms AS ReadDownMs, probe_reads AS ProbeReads, written_back AS WrittenBack,
            created_at AS CreatedAt, updated_at AS UpdatedAt, state AS State, step AS Step
        FROM legacy_copies
        """;

    private const string InsertCopy =
        """
        INSERT INTO legacy_copies (source, state, created_at, updated_at)
        VALUES (@Source, @State, @Now, @Now)
        ON DUPLICATE KEY UPDATE copy_id = copy_id
        """;

    private const string UpdateState =
        """
        UPDATE legacy_copies
        SET state = @State,
            step = @Step,
            error = NULL,
            updated_at = @Now
        WHERE copy_id = @copyId
        """;

    private const string SelectRides =
        """
        SELECT
            legacy_ride_id AS LegacyRideId, name AS Name, park_name AS ParkName, wiki_id AS WikiId, ride_id AS RideId,
            park_id AS ParkId, destination_id AS DestinationId, reason AS Reason
        FROM legacy_rides
        WHERE copy_id = @copyId
        ORDER BY legacy_ride_id
        """;

    private const string UpsertRide =
        """
        INSERT INTO legacy_rides (copy_id, legacy_ride_id, name, park_name, wiki_id, ride_id, park_id, destination_id, reason)
        VALUES (@copyId, @LegacyRideId, @Name, @ParkName, @WikiId, @RideId, @ParkId, @DestinationId, @Reason)
        ON DUPLICATE KEY UPDATE
            name = VALUES(name),
            park_name = VALUES(park_name),
            wiki_id = VALUES(wiki_id),
            ride_id = VALUES(ride_id),
            park_id = VALUES(park_id),
            destination_id = VALUES(destination_id),
            reason = VALUES(reason)
        """;

    private const string ReopenAll = "UPDATE legacy_days SET state = 'PENDING' WHERE copy_id = @copyId";

    private const string ReopenDaysOf =
        """
        UPDATE legacy_days AS d
        SET d.state = 'PENDING'
        WHERE d.copy_id = @copyId
          AND d.utc_day IN (SELECT u.utc_day FROM legacy_unknown_days AS u WHERE u.copy_id = @copyId AND u.legacy_ride_id IN @Rides)
        """;
}
