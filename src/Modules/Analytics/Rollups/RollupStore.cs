using System.Data;
using System.Data.Common;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>Writes a park's days as a whole: what was there is removed, what was computed is loaded, and the watermarks say so, in one transaction.</summary>
internal sealed class RollupStore(MySqlDatabase database, TimeProvider clock)
{
    private const int LoadedRows = 20_000;

    /// <summary>The hash of everything that counts besides the ledger, by park, as the figures have it.</summary>
    public async Task<IReadOnlyDictionary<int, byte[]>> BasesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int ParkId, byte[] Basis)>(
            new CommandDefinition("SELECT park_id, basis FROM stats_parks", cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.ParkId, r => r.Basis);
    }

    /// <summary>Forgets which days the figures of a park have, so that they are all computed again.</summary>
    public async Task RestartAsync(int parkId, byte[] basis, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await TouchParkAsync(connection, transaction, parkId, basis, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM stats_watermarks WHERE park_id = @ParkId", new { ParkId = parkId }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Forgets it of the UTC days from first to last, both included, of one park or of every one.</summary>
    public async Task<int> ForgetAsync(int? parkId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            DeleteWatermarks, new { ParkId = parkId, First = first, Last = last }, cancellationToken: cancellationToken));
    }

    /// <summary>The dates of which these rows are not those that are stored. Writes them, looks, and takes everything back.</summary>
    public async Task<IReadOnlyList<DateOnly>> DifferAsync(
        int parkId, IReadOnlyList<int> rideIds, DateOnly first, DateOnly last, EncodedRollup rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var span = new { ParkId = parkId, RideIds = rideIds.DefaultIfEmpty(0), First = first, Last = last };
        var stored = await ReadAsync();
        await ReplaceAsync(connection, transaction, span, rows, cancellationToken);
        var computed = await ReadAsync();
        await transaction.RollbackAsync(cancellationToken);
        return [.. stored.Keys.Union(computed.Keys).Where(d => stored.GetValueOrDefault(d) != computed.GetValueOrDefault(d)).Order()];

        async Task<Dictionary<DateOnly, string>> ReadAsync()
        {
            var days = new Dictionary<DateOnly, string>();
            foreach (var hashes in Hashes)
            {
                foreach (var (day, count, hash) in await connection.QueryAsync<(DateOnly, long, decimal)>(
                    new CommandDefinition(hashes, span, transaction, commandTimeout: 300, cancellationToken: cancellationToken)))
                {
                    days[day] = FormattableString.Invariant($"{days.GetValueOrDefault(day)}|{count}:{hash}");
                }
            }

            return days;
        }
    }

    /// <summary>False when another run has written with newer days meanwhile: then nothing is written.</summary>
    public async Task<bool> WriteAsync(RollupChunk chunk, EncodedRollup rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await TouchParkAsync(connection, transaction, chunk.ParkId, chunk.Basis, cancellationToken);
        if (await IsOlderAsync(connection, transaction, chunk, cancellationToken))
        {
            return false;
        }

        var removed = new { chunk.ParkId, RideIds = chunk.RideIds.DefaultIfEmpty(0), First = chunk.Days[0].Date, Last = chunk.Days[^1].Date };
        await ReplaceAsync(connection, transaction, removed, rows, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            UpsertWatermark,
            chunk.Finishes.Select(d => new { d.ParkId, d.UtcDay, Source = (int)d.Source, d.Revision, d.RowCount, d.LastAt }),
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task ReplaceAsync(SafeMySqlConnection connection, DbTransaction transaction, object removed, EncodedRollup rows, CancellationToken cancellationToken)
    {
        foreach (var delete in Deletes)
        {
            await connection.ExecuteAsync(new CommandDefinition(delete, removed, transaction, commandTimeout: 300, cancellationToken: cancellationToken));
        }

        foreach (var (target, text) in rows.Loads)
        {
            foreach (var (batch, count) in text.Batches(LoadedRows))
            {
                await BulkLoader.LoadAsync(connection, target, batch, count, cancellationToken);
            }
        }
    }

    // The first statement of every write: runs of the same park come one after the other.
    private Task<int> TouchParkAsync(SafeMySqlConnection connection, DbTransaction transaction, int parkId, byte[] basis, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            UpsertPark, new { ParkId = parkId, Basis = basis, Now = clock.GetUtcNow().UtcDateTime }, transaction, cancellationToken: cancellationToken));

    private static async Task<bool> IsOlderAsync(SafeMySqlConnection connection, DbTransaction transaction, RollupChunk chunk, CancellationToken cancellationToken)
    {
        var known = await connection.QueryAsync<(DateOnly Day, int Source, uint Revision)>(new CommandDefinition(
            SelectWatermarks,
            new { chunk.ParkId, First = chunk.Days[0].Date.AddDays(-3), Last = chunk.Days[^1].Date.AddDays(3) },
            transaction,
            cancellationToken: cancellationToken));
        var seen = chunk.Ledger.ToDictionary(d => (d.UtcDay, (int)d.Source), d => d.Revision);
        return known.Any(k => seen.TryGetValue((k.Day, k.Source), out var revision) && revision < k.Revision);
    }

    private static readonly string[] Deletes =
    [
        "DELETE FROM ride_hourly_stats WHERE ride_id IN @RideIds AND stat_date >= @First AND stat_date <= @Last",
        "DELETE FROM ride_daily_stats WHERE ride_id IN @RideIds AND stat_date >= @First AND stat_date <= @Last",
        "DELETE FROM ride_downtimes WHERE ride_id IN @RideIds AND stat_date >= @First AND stat_date <= @Last",
        "DELETE FROM park_hourly_stats WHERE park_id = @ParkId AND stat_date >= @First AND stat_date <= @Last",
        "DELETE FROM park_daily_stats WHERE park_id = @ParkId AND stat_date >= @First AND stat_date <= @Last",
    ];

    // A sum of hashes does not depend on the order of the rows. A separator keeps what is NULL apart from what is empty.
    private static readonly string[] Hashes =
    [
        """
        SELECT stat_date, COUNT(*), SUM(CRC32(CONCAT_WS('|', ride_id, hour_start, local_hour, operating_s, down_s, closed_s, refurbishment_s, unknown_s,
            COALESCE(open_s, '-'), COALESCE(open_known_s, '-'), COALESCE(uptime_s, '-'), COALESCE(downtime_s, '-'), wait_s, wait_sum, COALESCE(wait_max, '-'),
            HEX(waits), snapshots)))
        FROM ride_hourly_stats
        WHERE ride_id IN @RideIds AND stat_date >= @First AND stat_date <= @Last
        GROUP BY stat_date
        """,
        """
        SELECT stat_date, COUNT(*), SUM(CRC32(CONCAT_WS('|', ride_id, park_id, counted, operating_s, down_s, closed_s, refurbishment_s, unknown_s,
            COALESCE(open_s, '-'), COALESCE(open_known_s, '-'), COALESCE(uptime_s, '-'), COALESCE(downtime_s, '-'), COALESCE(operated, '-'),
            COALESCE(downtime_events, '-'), COALESCE(longest_downtime_s, '-'), status_changes, wait_s, wait_sum, COALESCE(wait_min, '-'),
            COALESCE(wait_max, '-'), COALESCE(wait_p50, '-'), COALESCE(wait_p90, '-'), COALESCE(wait_p95, '-'), snapshots)))
        FROM ride_daily_stats
        WHERE ride_id IN @RideIds AND stat_date >= @First AND stat_date <= @Last
        GROUP BY stat_date
        """,
        """
        SELECT stat_date, COUNT(*), SUM(CRC32(CONCAT_WS('|', ride_id, started_at, ended_at)))
        FROM ride_downtimes
        WHERE ride_id IN @RideIds AND stat_date >= @First AND stat_date <= @Last
        GROUP BY stat_date
        """,
        """
        SELECT stat_date, COUNT(*), SUM(CRC32(CONCAT_WS('|', hour_start, local_hour, COALESCE(open_s, '-'), rides_operating, rides_down, uptime_s, downtime_s,
            weighted_downtime_s, weighted_known_s, wait_s, wait_sum, COALESCE(wait_max, '-'))))
        FROM park_hourly_stats
        WHERE park_id = @ParkId AND stat_date >= @First AND stat_date <= @Last
        GROUP BY stat_date
        """,
        """
        SELECT stat_date, COUNT(*), SUM(CRC32(CONCAT_WS('|', day_start, day_end, covered_s, COALESCE(open_s, '-'), COALESCE(first_open_at, '-'),
            COALESCE(last_open_at, '-'), hours_source, rides_tracked, rides_operated, rides_with_downtime, uptime_s, downtime_s, weighted_downtime_s,
            weighted_known_s, effective_weight, wait_s, wait_sum, COALESCE(wait_max, '-'), rides_with_waits, snapshots)))
        FROM park_daily_stats
        WHERE park_id = @ParkId AND stat_date >= @First AND stat_date <= @Last
        GROUP BY stat_date
        """,
    ];

    private const string DeleteWatermarks =
        """
        DELETE FROM stats_watermarks
        WHERE utc_day >= @First
          AND utc_day <= @Last
          AND (@ParkId IS NULL OR park_id = @ParkId)
        """;

    private const string UpsertPark =
        """
        INSERT INTO stats_parks (park_id, basis, revision, updated_at)
        VALUES (@ParkId, @Basis, 1, @Now)
        ON DUPLICATE KEY UPDATE basis = VALUES(basis), revision = revision + 1, updated_at = VALUES(updated_at)
        """;

    private const string SelectWatermarks =
        """
        SELECT utc_day, data_source, revision
        FROM stats_watermarks
        WHERE park_id = @ParkId
          AND utc_day >= @First
          AND utc_day <= @Last
        """;

    private const string UpsertWatermark =
        """
        INSERT INTO stats_watermarks (park_id, utc_day, data_source, revision, row_count, last_at)
        VALUES (@ParkId, @UtcDay, @Source, @Revision, @RowCount, @LastAt)
        ON DUPLICATE KEY UPDATE revision = VALUES(revision), row_count = VALUES(row_count), last_at = VALUES(last_at)
        """;
}
