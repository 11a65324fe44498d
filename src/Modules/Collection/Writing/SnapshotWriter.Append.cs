using System.Data.Common;
using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Writing;

/// <summary>Live polls are added to their day; nothing is replaced.</summary>
internal sealed partial class SnapshotWriter
{
    /// <summary>
    /// Adds one poll inside the caller's transaction. A ride that has a row at the instant already keeps it: its neighbour's feed may have
    /// shown it first, or the archive has the day.
    /// </summary>
    public async Task<IReadOnlyList<SliceTally>> AppendAsync(EncodedDay poll, long instant, DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (poll.RowCount == 0)
        {
            return poll.Slices;
        }

        var connection = (SafeMySqlConnection)transaction.Connection!;
        var before = (await connection.QueryAsync<LedgerEntry>(new CommandDefinition(
            SelectLiveLedger, new { poll.Content.UtcDay, Parks = poll.Parks.Select(p => p.ParkId) }, transaction, cancellationToken: cancellationToken))).ToDictionary(l => l.ParkId);
        var ofDay = instant - IsoInstant.StartOf(poll.Content.UtcDay);
        var held = (await connection.QueryAsync<uint>(new CommandDefinition(
                SelectHeld, new { Rides = poll.Parks.SelectMany(p => p.Rides), At = IsoInstant.ToDateTime(instant) }, transaction, cancellationToken: cancellationToken)))
            .Select(ride => DayEncoder.Key((int)ride, ofDay)).ToHashSet();
        if (held.Count == 0)
        {
            await AddAsync(poll, before, connection, transaction, cancellationToken);
            return poll.Slices;
        }

        using var rest = DayEncoder.Encode(poll.Content, held);
        await AddAsync(rest, before, connection, transaction, cancellationToken);
        return rest.Slices;
    }

    private async Task AddAsync(
        EncodedDay poll, Dictionary<int, LedgerEntry> before, SafeMySqlConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        await LoadAsync(connection, poll, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        await connection.ExecuteAsync(new CommandDefinition(
            AddToLedger,
            poll.Parks.Where(p => p.Rows > 0).OrderBy(p => p.ParkId).Select(p =>
            {
                var entry = before.GetValueOrDefault(p.ParkId);
                return new
                {
                    p.ParkId,
                    poll.Content.UtcDay,
                    Source = (int)DataSource.Live,
                    poll.Content.DestinationId,
                    p.Rows,
                    p.Queues,
                    p.Shows,
                    First = IsoInstant.ToDateTime(p.First),
                    Last = IsoInstant.ToDateTime(p.Last),
                    Checksum = entry is { Rows: > 0 } ? ParkDay.Combine(entry.Checksum, p.Checksum) : p.Checksum,
                    Rides = ParkDay.Pack(entry is { Rows: > 0 } ? [.. ParkDay.Unpack(entry.Rides).Union(p.Rides).Order()] : p.Rides),
                    Now = now,
                };
            }).ToArray(),
            transaction,
            cancellationToken: cancellationToken));
    }

    private const string SelectLiveLedger =
        """
        SELECT
            park_id AS ParkId,
            row_count AS `Rows`,
            checksum AS Checksum,
            rides AS Rides
        FROM snapshot_days
        WHERE utc_day = @UtcDay
          AND data_source = 1
          AND park_id IN @Parks
        FOR UPDATE
        """;

    private const string SelectHeld = "SELECT ride_id FROM ride_status_snapshots WHERE ride_id IN @Rides AND recorded_at = @At";

    private const string AddToLedger =
        """
        INSERT INTO snapshot_days (
            park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, first_at, last_at,
            source_object, checksum, rides, revision, written_at)
        VALUES (
            @ParkId, @UtcDay, @Source, @DestinationId, @Rows, @Queues, @Shows, @First, @Last,
            'live', @Checksum, @Rides, 1, @Now)
        ON DUPLICATE KEY UPDATE
            destination_id = VALUES(destination_id),
            row_count = row_count + VALUES(row_count),
            queue_count = queue_count + VALUES(queue_count),
            show_count = show_count + VALUES(show_count),
            first_at = LEAST(COALESCE(first_at, VALUES(first_at)), VALUES(first_at)),
            last_at = GREATEST(COALESCE(last_at, VALUES(last_at)), VALUES(last_at)),
            source_object = VALUES(source_object),
            checksum = VALUES(checksum),
            rides = VALUES(rides),
            revision = revision + 1,
            written_at = VALUES(written_at)
        """;
}
