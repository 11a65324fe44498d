using System.Data.Common;
using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Partitions;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Writing;

internal sealed partial class SnapshotWriter(PartitionKeeper partitions, WriterOptions options, TimeProvider clock) : ISnapshotWriter
{
    private static readonly BulkTarget SnapshotTarget = new(
        "ride_status_snapshots",
        ["ride_id", "recorded_at", "status", "wait_minutes", "flags"],
        Ascii: true);

    private static readonly BulkTarget QueueTarget = new(
        "queue_data",
        [
            "ride_id", "recorded_at", "queue_type", "wait_minutes", "state", "return_start", "return_end", "price_minor", "currency",
            "group_start", "group_end", "next_allocation_at", "estimated_wait", "flags",
        ],
        Ascii: true);

    private static readonly BulkTarget ShowTarget = new("show_times", ["ride_id", "recorded_at", "position", "start_at", "end_at", "kind"]);

    public EncodedDay Encode(DayContent content) => DayEncoder.Encode(content, held: null);

    public Task<int> EnsurePartitionsAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        partitions.EnsureAsync(first, last, cancellationToken);

    public async Task<DayWritten> WriteAsync(EncodedDay day, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var content = day.Content;
        var connection = (SafeMySqlConnection)transaction.Connection!;
        var before = await LedgerAsync(connection, transaction, day, cancellationToken);
        var mine = before.Where(l => l.Source == content.Source && l.DestinationId == content.DestinationId).ToList();
        // An entry that was emptied before holds nothing: it must not make the day look overlapped for ever.
        var others = before.Where(l => l.Source != content.Source && l.Rows > 0 && content.Source != DataSource.Live).ToList();
        var replaces = content is { Source: DataSource.Archive, Overlap: OverlapPolicy.Replace, OwnsDay: true };

        if (others.Count > 0 && !replaces)
        {
            var held = await HeldAsync(connection, transaction, content, others, cancellationToken);
            using var filled = DayEncoder.Encode(content, held);
            return await StoreAsync(filled, mine, before, removed: mine, connection, transaction, cancellationToken);
        }

        return await StoreAsync(day, mine, before, [.. mine, .. others], connection, transaction, cancellationToken);
    }

    private async Task<DayWritten> StoreAsync(
        EncodedDay day,
        List<LedgerEntry> mine,
        IReadOnlyList<LedgerEntry> before,
        List<LedgerEntry> removed,
        SafeMySqlConnection connection,
        DbTransaction transaction,
        CancellationToken cancellationToken)
    {
        var othersRemoved = removed.Where(l => l.Source != day.Content.Source).ToList();
        if (othersRemoved.Count == 0 && IsSame(day, mine))
        {
            return new DayWritten(Changed: false, Replaced: 0, day.Slices);
        }

        var others = before.Except(removed).Where(l => l.Source == day.Content.Source && l.Rows > 0).ToList();
        var replaced = 0;
        if (removed.Any(l => l.Rows > 0) || others.Count > 0)
        {
            // A park written by another destination's file before: for the rides both hold, the newer write wins.
            var rides = removed.SelectMany(l => ParkDay.Unpack(l.Rides)).ToHashSet();
            rides.UnionWith(others.SelectMany(l => ParkDay.Unpack(l.Rides)).Intersect(day.Parks.SelectMany(p => p.Rides)));
            replaced = await DeleteAsync(connection, transaction, day.Content, rides, othersRemoved, cancellationToken);
        }

        await LoadAsync(connection, day, cancellationToken);
        await WriteLedgerAsync(connection, transaction, day, before, mine, othersRemoved, cancellationToken);
        return new DayWritten(Changed: true, replaced, day.Slices);
    }

    private static bool IsSame(EncodedDay day, List<LedgerEntry> mine)
    {
        var held = mine.Where(l => l.Rows > 0).ToDictionary(l => l.ParkId);
        return held.Count == day.Parks.Count
               && day.Parks.All(p => held.TryGetValue(p.ParkId, out var entry) && entry.Checksum.AsSpan().SequenceEqual(p.Checksum));
    }

    private static async Task<IReadOnlyList<LedgerEntry>> LedgerAsync(
        SafeMySqlConnection connection, DbTransaction transaction, EncodedDay day, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<LedgerEntry>(new CommandDefinition(
            SelectLedger,
            new { day.Content.UtcDay, day.Content.DestinationId, Parks = day.Parks.Select(p => p.ParkId).DefaultIfEmpty(0).ToArray() },
            transaction,
            cancellationToken: cancellationToken));
        return rows.AsList();
    }

    private static async Task<HashSet<ulong>> HeldAsync(
        SafeMySqlConnection connection, DbTransaction transaction, DayContent content, List<LedgerEntry> others, CancellationToken cancellationToken)
    {
        var start = IsoInstant.ToDateTime(IsoInstant.StartOf(content.UtcDay));
        var rides = others.SelectMany(l => ParkDay.Unpack(l.Rides)).Distinct().DefaultIfEmpty(0).ToArray();
        var rows = await connection.QueryAsync<(uint Ride, DateTime At)>(new CommandDefinition(
            SelectKeysOfOthers, new { Rides = rides, From = start, To = start.AddDays(1), Own = (int)content.Source }, transaction, cancellationToken: cancellationToken));
        return rows.Select(r => DayEncoder.Key((int)r.Ride, (long)(r.At - start).TotalMilliseconds)).ToHashSet();
    }

    private static async Task<int> DeleteAsync(
        SafeMySqlConnection connection,
        DbTransaction transaction,
        DayContent content,
        HashSet<int> rides,
        List<LedgerEntry> othersRemoved,
        CancellationToken cancellationToken)
    {
        var start = IsoInstant.ToDateTime(IsoInstant.StartOf(content.UtcDay));
        int[] sources = [.. othersRemoved.Select(l => (int)l.Source).Append((int)content.Source).Distinct()];
        var replaced = 0;
        foreach (var chunk in rides.Order().Chunk(500))
        {
            var parameters = new { Rides = chunk, From = start, To = start.AddDays(1), Sources = sources };
            replaced += await connection.ExecuteAsync(new CommandDefinition(DeleteSnapshots, parameters, transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(DeleteQueues, parameters, transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(DeleteShows, parameters, transaction, cancellationToken: cancellationToken));
        }

        return replaced;
    }

    private async Task LoadAsync(SafeMySqlConnection connection, EncodedDay day, CancellationToken cancellationToken)
    {
        foreach (var (target, text) in new[] { (SnapshotTarget, day.Snapshots), (QueueTarget, day.Queues), (ShowTarget, day.Shows) })
        {
            foreach (var (rows, count) in text.Batches(options.RowsPerLoad))
            {
                await BulkLoader.LoadAsync(connection, From(target, day.Content.Source), rows, count, cancellationToken);
            }
        }
    }

    private static BulkTarget From(BulkTarget target, DataSource source) =>
        target with { SetExpressions = SourceExpressions[source] };

    private static readonly Dictionary<DataSource, Dictionary<string, string>> SourceExpressions =
        Enum.GetValues<DataSource>().ToDictionary(s => s, s => new Dictionary<string, string> { ["data_source"] = s.ToString("D") });

    private async Task WriteLedgerAsync(
        SafeMySqlConnection connection,
        DbTransaction transaction,
        EncodedDay day,
        IReadOnlyList<LedgerEntry> before,
        List<LedgerEntry> mine,
        List<LedgerEntry> othersRemoved,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var content = day.Content;
        var objects = string.Join(',', content.Slices.Select(s => s.SourceObject).Distinct().Order(StringComparer.Ordinal));
        var revisions = before.Where(l => l.Source == content.Source).ToDictionary(l => l.ParkId, l => l.Revision);
        var entries = day.Parks.Select(p => Entry(p.ParkId, content.Source, p.Rows, p.Queues, p.Shows,
            p.Rows == 0 ? null : p.First, p.Rows == 0 ? null : p.Last, p.Checksum, ParkDay.Pack(p.Rides), revisions.GetValueOrDefault(p.ParkId) + 1));

        // A park that no longer has rows on this day keeps its entry, empty, so that whoever reads revisions sees the change.
        var emptied = mine.Concat(othersRemoved)
            .Where(l => l.Source != content.Source || day.Parks.All(p => p.ParkId != l.ParkId))
            .Where(l => l.Rows > 0)
            .Select(l => Entry(l.ParkId, l.Source, 0, 0, 0, null, null, new byte[32], [], l.Revision + 1));

        await connection.ExecuteAsync(new CommandDefinition(
            UpsertLedger, entries.Concat(emptied).ToArray(), transaction, cancellationToken: cancellationToken));

        object Entry(int park, DataSource source, int rows, int queues, int shows, long? first, long? last, byte[] checksum, byte[] rides, uint revision) => new
        {
            ParkId = park,
            content.UtcDay,
            Source = (int)source,
            content.DestinationId,
            Rows = rows,
            Queues = queues,
            Shows = shows,
            First = first is { } f ? IsoInstant.ToDateTime(f) : (DateTime?)null,
            Last = last is { } l ? IsoInstant.ToDateTime(l) : (DateTime?)null,
            Objects = objects,
            Checksum = checksum,
            Rides = rides,
            Revision = revision,
            Now = now,
        };
    }

    private sealed class LedgerEntry
    {
        public int ParkId { get; init; }
        public DataSource Source { get; init; }
        public int DestinationId { get; init; }
        public int Rows { get; init; }
        public byte[] Checksum { get; init; } = [];
        public byte[] Rides { get; init; } = [];
        public uint Revision { get; init; }
    }

    private const string SelectLedger =
        """
        SELECT
            park_id AS ParkId,
            data_source AS Source,
            destination_id AS DestinationId,
            row_count AS `Rows`,
            checksum AS Checksum,
            rides AS Rides,
            revision AS Revision
        FROM snapshot_days
        WHERE utc_day = @UtcDay
          AND (destination_id = @DestinationId OR park_id IN @Parks)
        FOR UPDATE
        """;

    private const string SelectKeysOfOthers =
        """
        SELECT ride_id, recorded_at
        FROM ride_status_snapshots
        WHERE ride_id IN @Rides
          AND recorded_at >= @From
          AND recorded_at < @To
          AND data_source <> @Own
        """;

    private const string DeleteSnapshots =
        "DELETE FROM ride_status_snapshots WHERE ride_id IN @Rides AND recorded_at >= @From AND recorded_at < @To AND data_source IN @Sources";

    private const string DeleteQueues =
        "DELETE FROM queue_data WHERE ride_id IN @Rides AND recorded_at >= @From AND recorded_at < @To AND data_source IN @Sources";

    private const string DeleteShows =
        "DELETE FROM show_times WHERE ride_id IN @Rides AND recorded_at >= @From AND recorded_at < @To AND data_source IN @Sources";

    private const string UpsertLedger =
        """
        INSERT INTO snapshot_days (
            park_id, utc_day, data_source, destination_id, row_count, queue_count, show_count, first_at, last_at,
            source_object, checksum, rides, revision, written_at)
        VALUES (
            @ParkId, @UtcDay, @Source, @DestinationId, @Rows, @Queues, @Shows, @First, @Last,
            @Objects, @Checksum, @Rides, @Revision, @Now)
        ON DUPLICATE KEY UPDATE
            destination_id = VALUES(destination_id),
            row_count = VALUES(row_count),
            queue_count = VALUES(queue_count),
            show_count = VALUES(show_count),
            first_at = VALUES(first_at),
            last_at = VALUES(last_at),
            source_object = VALUES(source_object),
            checksum = VALUES(checksum),
            rides = VALUES(rides),
            revision = VALUES(revision),
            written_at = VALUES(written_at)
        """;
}
