using Dapper;
using ThemePark.MySql;

namespace ThemePark.ProcessTests.Import;

/// <summary>
/// What an import left behind, as one line per destination and table: the number of rows and the sum of their hashes. Rows are named by what they
/// are about, never by the ids a database happened to give them.
/// </summary>
internal static class Content
{
    private const string Status =
        """
        SELECT p.uuid AS park, r.uuid, s.recorded_at, s.status, s.wait_minutes, s.data_source, s.flags
        FROM ride_status_snapshots AS s JOIN rides AS r ON r.ride_id = s.ride_id JOIN parks AS p ON p.park_id = r.park_id
        """;

    private const string Queues =
        """
        SELECT p.uuid AS park, r.uuid, q.recorded_at, q.queue_type, q.wait_minutes, q.state, q.return_start, q.return_end, q.price_minor, q.currency,
               q.group_start, q.group_end, q.next_allocation_at, q.estimated_wait, q.data_source, q.flags
        FROM queue_data AS q JOIN rides AS r ON r.ride_id = q.ride_id JOIN parks AS p ON p.park_id = r.park_id
        """;

    private const string Shows =
        """
        SELECT p.uuid AS park, r.uuid, t.recorded_at, t.position, t.start_at, t.end_at, t.kind, t.data_source
        FROM show_times AS t JOIN rides AS r ON r.ride_id = t.ride_id JOIN parks AS p ON p.park_id = r.park_id
        """;

    // The revision too: a day that is written twice with different rows has a higher one.
    private const string Ledger =
        """
        SELECT p.uuid AS park, l.utc_day, l.data_source, l.row_count, l.queue_count, l.show_count, l.first_at, l.last_at, l.source_object, l.revision
        FROM snapshot_days AS l JOIN parks AS p ON p.park_id = l.park_id
        """;

    private const string Rides =
        "SELECT p.uuid AS park, r.uuid, r.name, r.normalized_name, r.entity_type, r.external_id FROM rides AS r JOIN parks AS p ON p.park_id = r.park_id";

    private const string Names =
        """
        SELECT p.uuid AS park, r.uuid, a.kind, a.value, a.valid_from, a.valid_to, a.source
        FROM ride_aliases AS a JOIN rides AS r ON r.ride_id = a.ride_id JOIN parks AS p ON p.park_id = r.park_id
        """;

    // The figures made of them: a kill while they are computed leaves nothing behind either.
    private const string RideDays =
        """
        SELECT p.uuid AS park, r.uuid, d.stat_date, d.operating_s, d.down_s, d.closed_s, d.refurbishment_s, d.unknown_s, d.open_s, d.open_known_s, d.uptime_s, d.downtime_s,
               d.downtime_events, d.longest_downtime_s, d.status_changes, d.wait_s, d.wait_sum, d.wait_p50, d.snapshots
        FROM ride_daily_stats AS d JOIN rides AS r ON r.ride_id = d.ride_id JOIN parks AS p ON p.park_id = d.park_id
        """;

    private const string ParkDays =
        """
        SELECT p.uuid AS park, d.stat_date, d.day_start, d.day_end, d.covered_s, d.open_s, d.hours_source, d.rides_operated, d.weighted_downtime_s, d.weighted_known_s, d.wait_sum
        FROM park_daily_stats AS d JOIN parks AS p ON p.park_id = d.park_id
        """;

    private const string Unmatched =
        """
        SELECT d.uuid AS destination, u.entity_uuid, u.name, u.park_uuid, u.reason, u.status, y.object_day, y.observations, y.first_at, y.last_at
        FROM unmatched_entities AS u JOIN unmatched_entity_days AS y ON y.unmatched_id = u.unmatched_id JOIN destinations AS d ON d.destination_id = u.destination_id
        """;

    private const string Files =
        """
        SELECT c.destination_uuid AS destination, f.object_key, f.outcome, f.reason, f.events, f.`rows`, f.queue_rows, f.show_rows, f.duplicates, f.rejected
        FROM import_files AS f JOIN import_checkpoints AS c ON c.checkpoint_id = f.checkpoint_id
        """;

    public static async Task<IReadOnlyList<string>> ReadAsync(MySqlDatabase database)
    {
        var lines = new List<string>();
        await using var connection = await database.OpenDedicatedAsync(CancellationToken.None);
        foreach (var (name, rows) in new[]
        {
            ("status", Status), ("queues", Queues), ("shows", Shows), ("ledger", Ledger), ("rides", Rides), ("names", Names), ("ride days", RideDays), ("park days", ParkDays), ("unmatched", Unmatched), ("files", Files),
        })
        {
            await using var columns = await connection.ExecuteReaderAsync(new CommandDefinition($"{rows} LIMIT 0", commandTimeout: 60));
            var all = Enumerable.Range(0, columns.FieldCount).Select(i => $"COALESCE(x.`{columns.GetName(i)}`, '~')").ToList();
            var place = columns.GetName(0);
            await columns.CloseAsync();
            var destination = place == "park" ? "(SELECT d.uuid FROM parks AS p JOIN destinations AS d ON d.destination_id = p.destination_id WHERE p.uuid = x.park)" : "x.destination";
            lines.AddRange(await connection.QueryAsync<string>(new CommandDefinition(
                $"""
                SELECT CONCAT({destination}, ' {name}: ', SUM(x.n), ' rows, ', SUM(x.total))
                FROM (
                    SELECT x.{place}, COUNT(*) AS n, SUM(CAST(CONV(LEFT(MD5(CONCAT_WS('|', {string.Join(", ", all)})), 15), 16, 10) AS DECIMAL(30))) AS total
                    FROM ({rows}) AS x
                    GROUP BY x.{place}) AS x
                GROUP BY {destination}
                """,
                commandTimeout: 120)));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
