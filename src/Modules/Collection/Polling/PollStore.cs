using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>Reads and writes what is known of polls and of upstream's entities; the rows of rides go through the snapshot writer.</summary>
internal sealed class PollStore(MySqlDatabase database)
{
    private const int MaxError = 1000;

    public async Task<IReadOnlyList<int>> PolledDestinationsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<int>(new CommandDefinition("SELECT DISTINCT destination_id FROM collection_runs", cancellationToken: ct))).AsList();
    }

    /// <summary>Whether real data have been collected into this database: then a simulator's are not welcome.</summary>
    public async Task<bool> HoldsRealDataAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(CountReal, cancellationToken: ct)) > 0;
    }

    /// <summary>Whether the slot has its good poll, as far as anybody knows now: upstream need not be asked then.</summary>
    public async Task<bool> IsPolledAsync(int destinationId, DateTime slot, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            SelectOutcome, new { DestinationId = destinationId, Slot = slot }, cancellationToken: ct)) == "OK";
    }

    /// <summary>False when the slot has its good poll; otherwise its row is ours until the transaction ends, which must save what it is.</summary>
    public static async Task<bool> ClaimAsync(int destinationId, DateTime slot, DbTransaction tx, CancellationToken ct)
    {
        var place = new { DestinationId = destinationId, Slot = slot };
        // There must be a row to be locked: two processes that find none would both go on.
        await tx.Connection!.ExecuteAsync(new CommandDefinition(InsertPlace, place, tx, cancellationToken: ct));
        return await tx.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(SelectOutcome + " FOR UPDATE", place, tx, cancellationToken: ct)) != "OK";
    }

    public static async Task<IReadOnlyDictionary<Guid, int>> LastParkRowsAsync(int destinationId, DateTime slot, DbTransaction tx, CancellationToken ct) =>
        await tx.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(
            SelectLastParkRows, new { DestinationId = destinationId, Slot = slot }, tx, cancellationToken: ct)) is { } json
            ? JsonSerializer.Deserialize<Dictionary<Guid, int>>(json)!
            : [];

    public static Task SaveRunAsync(PollRun run, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            UpsertRun, run with { ErrorMessage = run.ErrorMessage is { } message ? JsonValues.Cut(message, MaxError) : null }, tx, cancellationToken: ct));

    public static async Task<Dictionary<Guid, KnownState>> StatesAsync(IReadOnlyCollection<Guid> uuids, DbTransaction tx, CancellationToken ct)
    {
        var states = new Dictionary<Guid, KnownState>(uuids.Count);
        foreach (var chunk in uuids.Chunk(1000))
        {
            foreach (var row in await tx.Connection!.QueryAsync<StateRow>(new CommandDefinition(SelectStates, new { Uuids = chunk }, tx, cancellationToken: ct)))
            {
                states[row.EntityUuid] = row.ToKnown();
            }
        }

        return states;
    }

    public static Task SaveStatesAsync(int destinationId, IReadOnlyList<EntityState> states, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            UpsertStates,
            new
            {
                DestinationId = destinationId,
                // In key order: two destinations may show the same entity.
                Rows = JsonSerializer.Serialize(states.OrderBy(s => s.EntityUuid.ToString(), StringComparer.Ordinal).Select(s => new
                {
                    uuid = s.EntityUuid,
                    park_uuid = s.ParkUuid,
                    park = s.ParkId,
                    ride = s.RideId,
                    type = s.EntityType,
                    name = s.Name,
                    reason = s.UnmatchedReason,
                    status = s.Status,
                    wait = s.WaitMinutes,
                    flags = s.Flags,
                    state = Convert.ToHexString(s.StateHash),
                    shows = Convert.ToHexString(s.ShowsHash),
                    parts = JsonSerializer.Serialize(s.PartHashes),
                    updated = s.LastUpdatedAt?.ToString("yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture),
                    seen = s.LastSeenAt.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
                    changed = s.ChangedAt.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
                })),
            },
            tx,
            cancellationToken: ct));

    public static async Task SavePartsAsync(IReadOnlyList<PartChange> parts, DateTime slot, DbTransaction tx, CancellationToken ct)
    {
        if (parts.Count > 0)
        {
            await tx.Connection!.ExecuteAsync(new CommandDefinition(
                UpsertParts,
                new { Slot = slot, Rows = JsonSerializer.Serialize(parts.Select(p => new { uuid = p.EntityUuid, part = p.Part, value = p.Value })) },
                tx,
                cancellationToken: ct));
        }
    }

    public static Task SaveQuarantineAsync(int destinationId, DateTime slot, IEnumerable<QuarantinedRow> rows, DbTransaction tx, CancellationToken ct) =>
        tx.Connection!.ExecuteAsync(new CommandDefinition(
            UpsertQuarantine,
            rows.Select(r => new
            {
                DestinationId = destinationId,
                Slot = slot,
                Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(r.Reason + "\n" + r.Raw)),
                r.Reason,
                r.EntityId,
                r.Raw,
            }).ToArray(),
            tx,
            cancellationToken: ct));

    private sealed class StateRow
    {
        public Guid EntityUuid { get; init; }
        public byte[] StateHash { get; init; } = [];
        public byte[] ShowsHash { get; init; } = [];
        public string PartHashes { get; init; } = "{}";
        public DateTime ChangedAt { get; init; }
        public DateTime LastSeenAt { get; init; }

        public KnownState ToKnown() => new(StateHash, ShowsHash, JsonSerializer.Deserialize<Dictionary<string, string>>(PartHashes)!, ChangedAt, LastSeenAt);
    }

    private const string CountReal = "SELECT EXISTS (SELECT 1 FROM collection_runs WHERE outcome = 'OK' AND simulated = 0)";

    private const string SelectOutcome = "SELECT outcome FROM collection_runs WHERE destination_id = @DestinationId AND slot = @Slot";

    private const string InsertPlace =
        """
        INSERT INTO collection_runs (destination_id, slot, outcome, asked_at)
        VALUES (@DestinationId, @Slot, 'FAILED', @Slot)
        ON DUPLICATE KEY UPDATE destination_id = destination_id
        """;

    private const string SelectLastParkRows =
        """
        SELECT park_rows
        FROM collection_runs
        WHERE destination_id = @DestinationId
          AND slot < @Slot
          AND outcome = 'OK'
        ORDER BY slot DESC
        LIMIT 1
        """;

    private const string UpsertRun =
        """
        INSERT INTO collection_runs (
            destination_id, slot, outcome, asked_at, answered_at, not_modified, simulated, rows_seen, snapshots, changed, duplicates,
            quarantined, unmatched, park_rows, park_losses, error_kind, error_message)
        VALUES (
            @DestinationId, @Slot, @Outcome, @AskedAt, @AnsweredAt, @NotModified, @Simulated, @RowsSeen, @Snapshots, @Changed, @Duplicates,
            @Quarantined, @Unmatched, @ParkRows, @ParkLosses, @ErrorKind, @ErrorMessage)
        ON DUPLICATE KEY UPDATE
            outcome = VALUES(outcome),
            asked_at = VALUES(asked_at),
            answered_at = VALUES(answered_at),
            not_modified = VALUES(not_modified),
            simulated = VALUES(simulated),
            rows_seen = VALUES(rows_seen),
            snapshots = VALUES(snapshots),
            changed = VALUES(changed),
            duplicates = VALUES(duplicates),
            quarantined = VALUES(quarantined),
            unmatched = VALUES(unmatched),
            park_rows = VALUES(park_rows),
            park_losses = VALUES(park_losses),
            error_kind = VALUES(error_kind),
            error_message = VALUES(error_message)
        """;

    private const string SelectStates =
        """
        SELECT
            entity_uuid AS EntityUuid,
            state_hash AS StateHash,
            shows_hash AS ShowsHash,
            part_hashes AS PartHashes,
            changed_at AS ChangedAt,
            last_seen_at AS LastSeenAt
        FROM live_entities
        WHERE entity_uuid IN @Uuids
        """;

    private const string UpsertStates =
        """
        INSERT INTO live_entities (
            entity_uuid, destination_id, park_uuid, park_id, ride_id, entity_type, name, unmatched_reason, status, wait_minutes, flags,
            state_hash, shows_hash, part_hashes, last_updated_at, last_seen_at, changed_at)
        SELECT
            j.uuid, @DestinationId, j.park_uuid, j.park, j.ride, j.type, j.name, j.reason, j.status, j.wait, j.flags,
            UNHEX(j.state), UNHEX(j.shows), j.parts, j.updated, j.seen, j.changed
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
            uuid CHAR(36) PATH '$.uuid',
            park_uuid CHAR(36) PATH '$.park_uuid',
            park INT UNSIGNED PATH '$.park',
            ride INT UNSIGNED PATH '$.ride',
            type VARCHAR(32) PATH '$.type',
            name VARCHAR(255) PATH '$.name',
            reason VARCHAR(40) PATH '$.reason',
            status TINYINT UNSIGNED PATH '$.status',
            wait SMALLINT PATH '$.wait',
            flags SMALLINT UNSIGNED PATH '$.flags',
            state CHAR(16) PATH '$.state',
            shows CHAR(16) PATH '$.shows',
            parts TEXT PATH '$.parts',
            updated VARCHAR(23) PATH '$.updated',
            seen VARCHAR(19) PATH '$.seen',
            changed VARCHAR(19) PATH '$.changed')) AS j
        ON DUPLICATE KEY UPDATE
            destination_id = VALUES(destination_id),
            park_uuid = VALUES(park_uuid),
            park_id = VALUES(park_id),
            ride_id = VALUES(ride_id),
            entity_type = VALUES(entity_type),
            name = VALUES(name),
            unmatched_reason = VALUES(unmatched_reason),
            status = VALUES(status),
            wait_minutes = VALUES(wait_minutes),
            flags = VALUES(flags),
            state_hash = VALUES(state_hash),
            shows_hash = VALUES(shows_hash),
            part_hashes = VALUES(part_hashes),
            last_updated_at = VALUES(last_updated_at),
            last_seen_at = VALUES(last_seen_at),
            changed_at = VALUES(changed_at)
        """;

    private const string UpsertParts =
        """
        INSERT INTO live_parts (entity_uuid, part, observed_at, value)
        SELECT j.uuid, j.part, @Slot, j.value
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
            uuid CHAR(36) PATH '$.uuid',
            part VARCHAR(64) PATH '$.part',
            value MEDIUMTEXT PATH '$.value')) AS j
        ON DUPLICATE KEY UPDATE
            value = VALUES(value)
        """;

    private const string UpsertQuarantine =
        """
        INSERT INTO collection_quarantine (destination_id, raw_sha256, reason, entity_uuid, raw, first_slot, last_slot, occurrences)
        VALUES (@DestinationId, @Sha256, @Reason, @EntityId, @Raw, @Slot, @Slot, 1)
        ON DUPLICATE KEY UPDATE
            last_slot = VALUES(last_slot),
            occurrences = occurrences + 1
        """;
}

/// <summary>The row of <c>collection_runs</c>.</summary>
internal sealed record PollRun
{
    public required int DestinationId { get; init; }
    public required DateTime Slot { get; init; }
    public required string Outcome { get; init; }
    public required DateTime AskedAt { get; init; }
    public DateTime? AnsweredAt { get; init; }
    public bool NotModified { get; init; }
    public bool Simulated { get; init; }
    public int? RowsSeen { get; init; }
    public int? Snapshots { get; init; }
    public int? Changed { get; init; }
    public int? Duplicates { get; init; }
    public int? Quarantined { get; init; }
    public int? Unmatched { get; init; }
    public string? ParkRows { get; init; }
    public string? ParkLosses { get; init; }
    public string? ErrorKind { get; init; }
    public string? ErrorMessage { get; init; }
}
