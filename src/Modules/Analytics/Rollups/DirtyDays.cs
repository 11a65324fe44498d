using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>A ledger entry the figures do not have yet.</summary>
/// <param name="ChangedFrom">UTC: nothing before it has changed.</param>
internal sealed record DirtyDay(int ParkId, DateOnly UtcDay, DataSource Source, uint Revision, uint RowCount, DateTime? LastAt, DateTime ChangedFrom)
{
    public long From => new DateTimeOffset(ChangedFrom, TimeSpan.Zero).ToUnixTimeSeconds();

    public long To => new DateTimeOffset(UtcDay.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>A state this entry holds may last into the day, or lies in it.</summary>
    public bool Touches(OperatingDay day) => day.Start - RideTimeline.CarrySeconds < To && day.End > From;
}

/// <summary>Compares the ledger with the watermarks.</summary>
internal sealed class DirtyDays(MySqlDatabase database)
{
    /// <summary>By park, in time order.</summary>
    public async Task<ILookup<int, DirtyDay>> FindAsync(IReadOnlyCollection<int> parkIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Select, new { ParkIds = parkIds.DefaultIfEmpty(0) }, commandTimeout: 120, cancellationToken: cancellationToken));
        return rows.Select(r => r.ToDirtyDay()).ToLookup(d => d.ParkId);
    }

    /// <summary>All entries of a park, in time order: as if the figures had none of them.</summary>
    public async Task<IReadOnlyList<DirtyDay>> EntriesAsync(int parkId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            SelectEntries, new { ParkId = parkId, First = first, Last = last }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.ToDirtyDay())];
    }

    /// <summary>The parks a destination's files and polls have written days of.</summary>
    public async Task<IReadOnlyCollection<int>> ParksAsync(int destinationId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<int>(new CommandDefinition(
            "SELECT DISTINCT park_id FROM v_ledger WHERE destination_id = @DestinationId", new { DestinationId = destinationId }, cancellationToken: cancellationToken))];
    }

    /// <summary>How many there are of all parks, and since when (UTC) the oldest waits.</summary>
    public async Task<(long Days, DateTime? Since)> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<(long, DateTime?)>(new CommandDefinition(Count, cancellationToken: cancellationToken));
    }

    private sealed class Row
    {
        public int ParkId { get; init; }
        public DateOnly UtcDay { get; init; }
        public DataSource Source { get; init; }
        public uint Revision { get; init; }
        public uint RowCount { get; init; }
        public DateTime? LastAt { get; init; }
        public uint? KnownRows { get; init; }
        public DateTime? KnownLast { get; init; }

        public DirtyDay ToDirtyDay()
        {
            // Live rows are only ever added at the end of a day. When the archive removes them, its own entry of the day moves too, and covers all of it.
            var appended = Source == DataSource.Live && RowCount > KnownRows && KnownLast is not null;
            return new DirtyDay(ParkId, UtcDay, Source, Revision, RowCount, LastAt, appended ? KnownLast!.Value : UtcDay.ToDateTime(TimeOnly.MinValue));
        }
    }

    private const string SelectEntries =
        """
        SELECT park_id AS ParkId, utc_day AS UtcDay, data_source AS Source, revision AS Revision, row_count AS RowCount, last_at AS LastAt
        FROM v_ledger
        WHERE park_id = @ParkId
          AND utc_day >= @First
          AND utc_day <= @Last
        ORDER BY utc_day, data_source
        """;

    // The inner query reads two keys side by side and nothing else: that is what makes asking every few minutes cheap at ten years.
    private const string Select =
        """
        SELECT
            l.park_id AS ParkId, l.utc_day AS UtcDay, l.data_source AS Source, l.revision AS Revision, l.row_count AS RowCount, l.last_at AS LastAt,
            w.row_count AS KnownRows, w.last_at AS KnownLast
        FROM (
            SELECT n.park_id, n.utc_day, n.data_source
            FROM v_ledger AS n
            LEFT JOIN stats_watermarks AS k
                ON k.park_id = n.park_id
                AND k.utc_day = n.utc_day
                AND k.data_source = n.data_source
            WHERE n.park_id IN @ParkIds
              AND (k.revision IS NULL OR k.revision <> n.revision)) AS d
        INNER JOIN v_ledger AS l
            ON l.park_id = d.park_id
            AND l.utc_day = d.utc_day
            AND l.data_source = d.data_source
        LEFT JOIN stats_watermarks AS w
            ON w.park_id = d.park_id
            AND w.utc_day = d.utc_day
            AND w.data_source = d.data_source
        ORDER BY l.park_id, l.utc_day, l.data_source
        """;

    private const string Count =
        """
        SELECT COUNT(*), MIN(n.written_at)
        FROM v_ledger AS n
        LEFT JOIN stats_watermarks AS k
            ON k.park_id = n.park_id
            AND k.utc_day = n.utc_day
            AND k.data_source = n.data_source
        WHERE k.revision IS NULL OR k.revision <> n.revision
        """;
}
