using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Writing;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Auditing;

internal sealed class LedgerAudit(MySqlDatabase database, TimeProvider clock) : ILedgerAudit
{
    private static readonly byte[] NoChecksum = new byte[32];

    public async Task<LedgerCounts> CountAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (entries, rows) = (0, 0L);
        var wrong = new List<WrongEntry>();
        var stray = new List<StrayRows>();
        for (var from = first; from <= last;)
        {
            var month = new DateOnly(from.Year, from.Month, 1).AddMonths(1);
            var to = month <= last ? month : last.AddDays(1);
            // One moment for both, or a poll between them would look like a difference.
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            var asked = new { From = Start(from), To = Start(to), FirstDay = from, EndDay = to };
            var ledger = (await connection.QueryAsync<Entry>(new CommandDefinition(
                SelectEntries, asked, transaction, cancellationToken: cancellationToken))).AsList();
            var counted = (await connection.QueryAsync<(int Ride, DateOnly Day, DataSource Source, long Rows)>(new CommandDefinition(
                CountRows, asked, transaction, commandTimeout: 0, cancellationToken: cancellationToken)))
                .ToDictionary(r => (r.Ride, r.Day, r.Source), r => r.Rows);
            await transaction.CommitAsync(cancellationToken);

            entries += ledger.Count;
            rows += counted.Values.Sum();
            foreach (var entry in ledger)
            {
                var sum = ParkDay.Unpack(entry.Rides).Sum(ride => counted.Remove((ride, entry.UtcDay, entry.Source), out var of) ? of : 0);
                if (sum != entry.Listed)
                {
                    wrong.Add(new WrongEntry(entry.ParkId, entry.UtcDay, entry.Source, entry.Listed, sum));
                }
            }

            stray.AddRange(counted.Select(c => new StrayRows(c.Key.Ride, c.Key.Day, c.Key.Source, c.Value)));
            from = to;
        }

        return new LedgerCounts(entries, rows, wrong, [.. stray.OrderBy(s => s.UtcDay).ThenBy(s => s.RideId)]);
    }

    public async Task<bool?> IsIntactAsync(int parkId, DateOnly utcDay, DataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var entry = await connection.QuerySingleOrDefaultAsync<Entry>(new CommandDefinition(
            SelectEntry, Key(parkId, utcDay, source), transaction, cancellationToken: cancellationToken));
        if (entry is null)
        {
            return null;
        }

        using var stored = await StoredDay.ReadAsync(connection, transaction, [.. ParkDay.Unpack(entry.Rides)], utcDay, source, cancellationToken);
        return stored.Rows == entry.Listed
            && stored.Queues == entry.Queues
            && stored.Shows == entry.Shows
            && stored.Checksum.AsSpan().SequenceEqual(entry.Checksum);
    }

    public async Task<bool> DistrustAsync(int parkId, DateOnly utcDay, DataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            UpdateChecksum, new { ParkId = parkId, UtcDay = utcDay, Source = (int)source, NoChecksum }, cancellationToken: cancellationToken)) > 0;
    }

    public async Task AdmitAsync(int destinationId, int parkId, StrayRows stray, CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken))
        {
            var entry = await connection.QuerySingleOrDefaultAsync<Entry>(new CommandDefinition(
                SelectEntry + " FOR UPDATE", Key(parkId, stray.UtcDay, stray.Source), transaction, cancellationToken: cancellationToken));
            int[] rides = [.. (entry is null ? [] : ParkDay.Unpack(entry.Rides)).Append(stray.RideId).Distinct().Order()];
            await connection.ExecuteAsync(new CommandDefinition(
                UpsertRides,
                new
                {
                    ParkId = parkId,
                    stray.UtcDay,
                    Source = (int)stray.Source,
                    DestinationId = destinationId,
                    stray.Rows,
                    NoChecksum,
                    Rides = ParkDay.Pack(rides),
                    Origin = stray.Source == DataSource.Live ? "live" : "",
                    Now = clock.GetUtcNow().UtcDateTime,
                },
                transaction,
                cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }

        if (stray.Source == DataSource.Live)
        {
            await RecountLiveAsync(parkId, stray.UtcDay, cancellationToken);
        }
    }

    public async Task<bool> RecountLiveAsync(int parkId, DateOnly utcDay, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        // Locked first, so that no poll is added between the counting and the writing.
        var entry = await connection.QuerySingleOrDefaultAsync<Entry>(new CommandDefinition(
            SelectEntry + " FOR UPDATE", Key(parkId, utcDay, DataSource.Live), transaction, cancellationToken: cancellationToken));
        if (entry is null)
        {
            return false;
        }

        using var stored = await StoredDay.ReadAsync(connection, transaction, [.. ParkDay.Unpack(entry.Rides)], utcDay, DataSource.Live, cancellationToken);
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            UpdateCounts,
            new { ParkId = parkId, UtcDay = utcDay, stored.Rows, stored.Queues, stored.Shows, stored.First, stored.Last, stored.Checksum, Now = clock.GetUtcNow().UtcDateTime },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return changed > 0;
    }

    private static object Key(int parkId, DateOnly utcDay, DataSource source) => new { ParkId = parkId, UtcDay = utcDay, Source = (int)source };

    private static DateTime Start(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    private sealed class Entry
    {
        public int ParkId { get; init; }
        public DateOnly UtcDay { get; init; }
        public DataSource Source { get; init; }
        public long Listed { get; init; }
        public long Queues { get; init; }
        public long Shows { get; init; }
        public byte[] Checksum { get; init; } = [];
        public byte[] Rides { get; init; } = [];
    }

    private const string SelectEntries =
        """
        SELECT park_id AS ParkId, utc_day AS UtcDay, data_source AS Source, row_count AS Listed, rides AS Rides
        FROM snapshot_days
        WHERE utc_day >= @FirstDay
          AND utc_day < @EndDay
          AND row_count > 0
        ORDER BY utc_day, park_id, data_source
        """;

    private const string CountRows =
        """
        SELECT ride_id, CAST(recorded_at AS DATE), data_source, COUNT(*)
        FROM ride_status_snapshots
        WHERE recorded_at >= @From
          AND recorded_at < @To
        GROUP BY ride_id, CAST(recorded_at AS DATE), data_source
        """;

    private const string SelectEntry =
        """
        SELECT
            park_id AS ParkId, utc_day AS UtcDay, data_source AS Source, row_count AS Listed, queue_count AS Queues, show_count AS Shows,
            checksum AS Checksum, rides AS Rides
        FROM snapshot_days
        WHERE park_id = @ParkId
          AND utc_day = @UtcDay
          AND data_source = @Source
        """;

    private const string UpsertRides =
        """
        INSERT INTO snapshot_days (
            park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, source_object, checksum, rides, revision, written_at)
        VALUES (@ParkId, @UtcDay, @Source, @DestinationId, @Rows, 0, 0, @Origin, @NoChecksum, @Rides, 1, @Now)
        ON DUPLICATE KEY UPDATE
            row_count = row_count + VALUES(row_count),
            checksum = VALUES(checksum),
            rides = VALUES(rides),
            revision = revision + 1,
            written_at = VALUES(written_at)
        """;

    private const string UpdateChecksum =
        """
        UPDATE snapshot_days
        SET checksum = @NoChecksum
        WHERE park_id = @ParkId
          AND utc_day = @UtcDay
          AND data_source = @Source
        """;

    private const string UpdateCounts =
        """
        UPDATE snapshot_days
        SET row_count = @Rows,
            queue_count = @Queues,
            show_count = @Shows,
            first_at = @First,
            last_at = @Last,
            checksum = @Checksum,
            revision = revision + 1,
            written_at = @Now
        WHERE park_id = @ParkId
          AND utc_day = @UtcDay
          AND data_source = 1
          AND (row_count <> @Rows OR queue_count <> @Queues OR show_count <> @Shows OR checksum <> @Checksum)
        """;
}
