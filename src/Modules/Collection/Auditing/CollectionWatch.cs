using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Collection.Polling;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Auditing;

internal sealed class CollectionWatch(MySqlDatabase database, PollSums sums, IOptions<CollectionOptions> options, TimeProvider clock) : ICollectionWatch
{
    private static readonly TimeSpan NoLongerTracked = TimeSpan.FromHours(24);

    public async Task<IReadOnlyList<PolledDestination>> PolledAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(int Destination, DateTime First, DateTime Last)>(
            new CommandDefinition(SelectPolled, cancellationToken: cancellationToken))).AsList();
        var newest = rows.Count == 0 ? default : rows.Max(r => r.Last);
        return [.. rows.Select(r => new PolledDestination(r.Destination, r.First, r.Last, newest - r.Last <= NoLongerTracked))];
    }

    public async Task<PollTotals> TotalsAsync(int? destinationId, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var interval = options.Value.Interval;
        // The slot of now may be under way: it counts for those that have polled it.
        var now = options.Value.SlotOf(clock.GetUtcNow());
        var slots = 0L;
        foreach (var polled in (await PolledAsync(cancellationToken)).Where(p => destinationId is null || p.DestinationId == destinationId))
        {
            var start = Instants.Later(options.Value.SlotOf(from), polled.First);
            var end = Instants.Earlier(Instants.Earlier(to, now), polled.IsTracked ? DateTime.MaxValue : polled.Last + interval);
            slots += end > start ? (end - start).Ticks / interval.Ticks : 0;
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        var (first, behind) = (options.Value.SlotOf(from), Instants.Earlier(to, now + interval));
        var sum = destinationId is { } destination
            ? await PollSums.OfAsync(connection, destination, first, behind, now, cancellationToken)
            : await sums.ReadAsync(connection, first, behind, now, cancellationToken);
        return new PollTotals(slots + sum.Current, sum.Good, sum.Snapshots, sum.Duplicates, sum.Last);
    }

    public async Task<IReadOnlyDictionary<DateOnly, int>> GoodPollsAsync(int destinationId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(DateOnly Day, long Polls)>(new CommandDefinition(
            CountGood,
            new { DestinationId = destinationId, From = first.ToDateTime(TimeOnly.MinValue), To = last.AddDays(1).ToDateTime(TimeOnly.MinValue) },
            cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Day, r => (int)r.Polls);
    }

    public async Task<IReadOnlyList<QuarantineTotal>> QuarantineAsync(DateTime since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Destination, string Reason, long Rows, long Occurrences, DateTime First, DateTime Last, string Sample)>(
            new CommandDefinition(SumQuarantine, new { Since = since }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new QuarantineTotal(r.Destination, r.Reason, (int)r.Rows, r.Occurrences, r.First, r.Last, r.Sample))];
    }

    public async Task<IReadOnlyList<StatedPark>> StatedParksAsync(DateTime since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Destination, int Park, Guid? Stated, long Entities, string? Sample)>(
            new CommandDefinition(CountStatedParks, new { Since = since }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new StatedPark(r.Destination, r.Park, r.Stated, (int)r.Entities, r.Sample))];
    }

    public async Task<IReadOnlyList<SteadyStretch>> StretchesAsync(
        IReadOnlyCollection<int> rideIds, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Ride, DateTime First, DateTime Last, int? Status, int? Wait)>(new CommandDefinition(
            SelectStretches,
            new { RideIds = rideIds.DefaultIfEmpty(0), From = from, To = to, options.Value.IntervalMinutes },
            commandTimeout: 0,
            cancellationToken: cancellationToken));
        return [.. rows.Select(r => new SteadyStretch(r.Ride, r.First, r.Last, (RideStatus)(r.Status ?? 0), r.Wait))];
    }

    public async Task<IReadOnlyList<FlaggedRows>> FlaggedAsync(
        IReadOnlyCollection<int> rideIds, ObservationFlags flags, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Ride, long Rows, DateTime First, DateTime Last, int? Lowest, int? Highest)>(new CommandDefinition(
            CountFlagged,
            new { RideIds = rideIds.DefaultIfEmpty(0), Flags = (int)flags, From = from, To = to },
            commandTimeout: 0,
            cancellationToken: cancellationToken));
        return [.. rows.Select(r => new FlaggedRows(r.Ride, r.Rows, r.First, r.Last, r.Lowest, r.Highest))];
    }

    private const string SelectPolled =
        """
        SELECT destination_id, MIN(slot), MAX(slot)
        FROM collection_runs
        GROUP BY destination_id
        ORDER BY destination_id
        """;

    private const string CountGood =
        """
        SELECT CAST(slot AS DATE), COUNT(*)
        FROM collection_runs
        WHERE destination_id = @DestinationId
          AND slot >= @From
          AND slot < @To
          AND outcome = 'OK'
        GROUP BY CAST(slot AS DATE)
        """;

    private const string SumQuarantine =
        """
        SELECT destination_id, reason, COUNT(*), SUM(occurrences), MIN(first_slot), MAX(last_slot), LEFT(MAX(raw), 400)
        FROM collection_quarantine
        WHERE last_slot >= @Since
        GROUP BY destination_id, reason
        ORDER BY destination_id, reason
        """;

    private const string CountStatedParks =
        """
        SELECT destination_id, park_id, park_uuid, COUNT(*), MIN(name)
        FROM live_entities
        WHERE ride_id IS NOT NULL
          AND park_id IS NOT NULL
          AND last_seen_at >= @Since
        GROUP BY destination_id, park_id, park_uuid
        ORDER BY park_id, park_uuid
        """;

    private const string SelectStretches =
        """
        WITH marked AS (
            SELECT
                ride_id,
                recorded_at,
                status,
                wait_minutes,
                IF(
                    status <=> LAG(status) OVER (PARTITION BY ride_id ORDER BY recorded_at)
                    AND wait_minutes <=> LAG(wait_minutes) OVER (PARTITION BY ride_id ORDER BY recorded_at)
                    AND LAG(recorded_at) OVER (PARTITION BY ride_id ORDER BY recorded_at) >= recorded_at - INTERVAL @IntervalMinutes MINUTE,
                    0, 1) AS begins
            FROM ride_status_snapshots
            WHERE ride_id IN @RideIds
              AND recorded_at >= @From
              AND recorded_at < @To
              AND data_source = 1
        ), numbered AS (
            SELECT ride_id, recorded_at, status, wait_minutes, SUM(begins) OVER (PARTITION BY ride_id ORDER BY recorded_at) AS stretch
            FROM marked
        )
        SELECT ride_id, MIN(recorded_at), MAX(recorded_at), status, wait_minutes
        FROM numbered
        GROUP BY ride_id, stretch, status, wait_minutes
        ORDER BY ride_id, stretch
        """;

    private const string CountFlagged =
        """
        SELECT ride_id, COUNT(*), MIN(recorded_at), MAX(recorded_at), MIN(wait_minutes), MAX(wait_minutes)
        FROM ride_status_snapshots
        WHERE ride_id IN @RideIds
          AND recorded_at >= @From
          AND recorded_at < @To
          AND data_source = 1
          AND flags & @Flags <> 0
        GROUP BY ride_id
        ORDER BY ride_id
        """;
}
