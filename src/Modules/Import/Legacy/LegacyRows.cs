using System.Runtime.CompilerServices;
using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Streams the legacy table's rows.</summary>
internal static class LegacyRows
{
    /// <summary>
    /// A day's rows between two ids, both included, by instant and id. Bounds of both kinds, so that the server reads by time where there is an index of it and
    /// by key where there is none.
    /// </summary>
    public static async IAsyncEnumerable<LegacyRow> ReadAsync(
        SafeMySqlConnection connection, LegacyTable table, DateOnly utcDay, long minId, long maxId, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var reader = await connection.ExecuteReaderAsync(Select(table, "", utcDay, minId, maxId, ct));
        while (await reader.ReadAsync(ct))
        {
            yield return new LegacyRow(
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt32(3),
                reader.GetInt32(4),
                reader.GetInt32(5) == 1 ? null : reader.GetInt32(6),
                reader.GetInt32(7) == 1);
        }
    }

    /// <summary>The key the server would read such a day by; null: none, it would read the whole table.</summary>
    public static async Task<string?> KeyAsync(SafeMySqlConnection connection, LegacyTable table, DateOnly utcDay, long minId, long maxId, CancellationToken ct)
    {
        var plan = await connection.QueryFirstAsync(Select(table, "EXPLAIN ", utcDay, minId, maxId, ct));
        return ((IDictionary<string, object?>)plan)["key"] as string;
    }

    private static CommandDefinition Select(LegacyTable table, string prefix, DateOnly utcDay, long minId, long maxId, CancellationToken ct)
    {
        var columns = string.Concat(
            ", COALESCE(", table.Column("is_open", "NULL"), ", -1) + 0, s.wait_time IS NULL, COALESCE(s.wait_time, 0), COALESCE(", table.Column("data_source", "NULL"), " = 'ARCHIVE', 0)");
        var start = IsoInstant.ToDateTime(IsoInstant.StartOf(utcDay));
        return new CommandDefinition(
            table.Sql(prefix + SelectKnown + columns + FromDay),
            new { From = start, To = start.AddDays(1), MinId = minId, MaxId = maxId },
            commandTimeout: 0,
            cancellationToken: ct);
    }

    private const string SelectKnown =
        """
        SELECT
            s.snapshot_id,
            s.ride_id,
            CAST(UNIX_TIMESTAMP(s.recorded_at) * 1000 AS SIGNED),
            IF(s.status IS NULL, -1, FIELD(s.status, 'OPERATING', 'DOWN', 'CLOSED', 'REFURBISHMENT'))
        """;

    private const string FromDay =
        """

        FROM legacy.ride_status_snapshots AS s
        WHERE s.recorded_at >= @From
          AND s.recorded_at < @To
          AND s.snapshot_id BETWEEN @MinId AND @MaxId
        ORDER BY s.recorded_at, s.snapshot_id
        """;
}
