using System.Data.Common;
using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Writing;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Auditing;

/// <summary>A park's day read back from the tables and written as the writer would have sent it: its checksum is then the ledger's.</summary>
internal sealed class StoredDay : IDisposable
{
    private readonly TsvBuffer _snapshots = new(64 * 1024);
    private readonly TsvBuffer _queues = new(64 * 1024);
    private readonly TsvBuffer _shows = new(64 * 1024);

    public long Rows { get; private set; }

    public long Queues { get; private set; }

    public long Shows { get; private set; }

    public DateTime? First { get; private set; }

    public DateTime? Last { get; private set; }

    public byte[] Checksum { get; private set; } = [];

    public static async Task<StoredDay> ReadAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<int> rides, DateOnly utcDay, DataSource source, CancellationToken cancellationToken)
    {
        var from = utcDay.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var asked = new { Rides = rides.DefaultIfEmpty(0), From = from, To = from.AddDays(1), Source = (int)source };
        CommandDefinition Command(string sql) => new(sql, asked, transaction, cancellationToken: cancellationToken);
        var snapshots = (await connection.QueryAsync<Snapshot>(Command(SelectSnapshots))).AsList();
        var queues = (await connection.QueryAsync<Queue>(Command(SelectQueues))).AsList();
        var shows = (await connection.QueryAsync<Show>(Command(SelectShows))).AsList();
        var day = new StoredDay
        {
            Rows = snapshots.Count,
            Queues = queues.Count,
            Shows = shows.Count,
            First = snapshots.Count == 0 ? null : snapshots.Min(s => s.RecordedAt),
            Last = snapshots.Count == 0 ? null : snapshots.Max(s => s.RecordedAt),
        };
        day.Encode(snapshots, queues, shows, perPoll: source == DataSource.Live);
        return day;
    }

    public void Dispose()
    {
        _snapshots.Dispose();
        _queues.Dispose();
        _shows.Dispose();
    }

    // What was written together is hashed together: a ride's day of the archive, a ride's poll of live data.
    private void Encode(List<Snapshot> snapshots, List<Queue> queues, List<Show> shows, bool perPoll)
    {
        using var park = new ParkDay(0);
        var queuesOf = queues.ToLookup(q => (q.RideId, At: perPoll ? q.RecordedAt : default));
        var showsOf = shows.ToLookup(s => (s.RideId, At: perPoll ? s.RecordedAt : default));
        foreach (var piece in snapshots.GroupBy(s => (s.RideId, At: perPoll ? s.RecordedAt : default)))
        {
            var begun = (_snapshots.Length, _queues.Length, _shows.Length);
            foreach (var row in piece)
            {
                DayEncoder.WriteSnapshot(
                    _snapshots, row.RideId, IsoInstant.FromDateTime(row.RecordedAt), row.Status ?? RideStatus.None, row.Wait ?? SnapshotRow.NoWait, (ObservationFlags)row.Flags);
            }

            foreach (var queue in queuesOf[piece.Key])
            {
                var row = queue.ToRow();
                DayEncoder.WriteQueue(_queues, queue.RideId, IsoInstant.FromDateTime(queue.RecordedAt), in row);
            }

            foreach (var show in showsOf[piece.Key])
            {
                var row = show.ToRow();
                DayEncoder.WriteShow(_shows, show.RideId, IsoInstant.FromDateTime(show.RecordedAt), show.Position, in row);
            }

            park.AddRide(_snapshots.From(begun.Item1), _queues.From(begun.Item2), _shows.From(begun.Item3));
        }

        Checksum = park.Checksum;
    }

    private static long Instant(DateTime? value) => value is { } at ? IsoInstant.FromDateTime(at) : QueueRow.NoInstant;

    private sealed class Snapshot
    {
        public int RideId { get; init; }
        public DateTime RecordedAt { get; init; }
        public RideStatus? Status { get; init; }
        public short? Wait { get; init; }
        public int Flags { get; init; }
    }

    private sealed class Queue
    {
        public int RideId { get; init; }
        public DateTime RecordedAt { get; init; }
        public QueueType Type { get; init; }
        public short? Wait { get; init; }
        public QueueState? State { get; init; }
        public DateTime? ReturnStart { get; init; }
        public DateTime? ReturnEnd { get; init; }
        public int? PriceMinor { get; init; }
        public string? Currency { get; init; }
        public int? GroupStart { get; init; }
        public int? GroupEnd { get; init; }
        public DateTime? NextAllocation { get; init; }
        public int? EstimatedWait { get; init; }
        public int Flags { get; init; }

        public QueueRow ToRow()
        {
            var row = QueueRow.Unknown(Type);
            row.Wait = Wait ?? SnapshotRow.NoWait;
            row.State = State ?? QueueState.None;
            row.ReturnStart = Instant(ReturnStart);
            row.ReturnEnd = Instant(ReturnEnd);
            row.PriceMinor = PriceMinor ?? QueueRow.NoInstant;
            row.Currency = Currency is null ? 0 : (Currency[0] << 16) | (Currency[1] << 8) | Currency[2];
            row.GroupStart = GroupStart ?? QueueRow.NoNumber;
            row.GroupEnd = GroupEnd ?? QueueRow.NoNumber;
            row.NextAllocation = Instant(NextAllocation);
            row.EstimatedWait = EstimatedWait ?? QueueRow.NoNumber;
            row.Flags = (ObservationFlags)Flags;
            return row;
        }
    }

    private sealed class Show
    {
        public int RideId { get; init; }
        public DateTime RecordedAt { get; init; }
        public int Position { get; init; }
        public DateTime StartAt { get; init; }
        public DateTime? EndAt { get; init; }
        public string? Kind { get; init; }

        public ShowRow ToRow() => new() { Start = Instant(StartAt), End = Instant(EndAt), Kind = Kind };
    }

    private const string SelectSnapshots =
        """
        SELECT ride_id AS RideId, recorded_at AS RecordedAt, status AS Status, wait_minutes AS Wait, flags AS Flags
        FROM ride_status_snapshots
        WHERE ride_id IN @Rides
          AND recorded_at >= @From
          AND recorded_at < @To
          AND data_source = @Source
        ORDER BY ride_id, recorded_at
        """;

    private const string SelectQueues =
        """
        SELECT
            ride_id AS RideId, recorded_at AS RecordedAt, queue_type AS Type, wait_minutes AS Wait, state AS State, return_start AS ReturnStart,
            return_end AS ReturnEnd, price_minor AS PriceMinor, currency AS Currency, group_start AS GroupStart, group_end AS GroupEnd,
            next_allocation_at AS NextAllocation, estimated_wait AS EstimatedWait, flags AS Flags
        FROM queue_data
        WHERE ride_id IN @Rides
          AND recorded_at >= @From
          AND recorded_at < @To
          AND data_source = @Source
        ORDER BY ride_id, recorded_at, queue_type
        """;

    private const string SelectShows =
        """
        SELECT ride_id AS RideId, recorded_at AS RecordedAt, position AS Position, start_at AS StartAt, end_at AS EndAt, kind AS Kind
        FROM show_times
        WHERE ride_id IN @Rides
          AND recorded_at >= @From
          AND recorded_at < @To
          AND data_source = @Source
        ORDER BY ride_id, recorded_at, position
        """;
}
