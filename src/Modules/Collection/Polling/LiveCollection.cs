using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>Answers what live collection knows of itself.</summary>
internal sealed class LiveCollection(MySqlDatabase database, IOptions<CollectionOptions> options, TimeProvider clock) : ILiveCollection, IDataCollectionProbe
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(24);

    /// <summary>The last good poll of anything. One that found nothing changed counts: it is a heartbeat.</summary>
    public async Task<DataCollectionReading?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<(DateTime Slot, bool Simulated)?>(new CommandDefinition(SelectLast, cancellationToken: cancellationToken));
        return row is { } last ? new DataCollectionReading(Utc(last.Slot), last.Simulated) : null;
    }

    public async Task<IReadOnlyList<ParkFreshness>> FreshnessAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Park, DateTime Seen)>(new CommandDefinition(SelectFreshness, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new ParkFreshness(r.Park, Utc(r.Seen)))];
    }

    public async Task<IReadOnlyList<LiveState>> StatesAsync(int? parkId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Ride, int Park, int? Status, int? Wait, DateTime Seen, DateTime Changed)>(new CommandDefinition(
            SelectStates, new { ParkId = parkId }, cancellationToken: cancellationToken));
        var unseen = clock.GetUtcNow().UtcDateTime - Forgotten;
        return
        [
            .. rows.Select(r => Utc(r.Seen) < unseen
                ? new LiveState(r.Ride, r.Park, RideStatus.None, null, Utc(r.Seen), Utc(r.Changed))
                : new LiveState(r.Ride, r.Park, (RideStatus)(r.Status ?? 0), r.Wait, Utc(r.Seen), Utc(r.Changed))),
        ];
    }

    public async Task<IReadOnlyList<LiveGap>> GapsAsync(int destinationId, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var first = await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(
            "SELECT MIN(slot) FROM collection_runs WHERE destination_id = @DestinationId", new { DestinationId = destinationId }, cancellationToken: cancellationToken));
        // The slot of now may be under way.
        var until = Instants.Earlier(to, options.Value.SlotOf(clock.GetUtcNow()));
        var begin = options.Value.SlotOf(new DateTimeOffset(DateTime.SpecifyKind(from, DateTimeKind.Utc)));
        if (first is not { } start || start >= until)
        {
            return [];
        }

        begin = start > begin ? Utc(start) : begin;
        var slots = await connection.QueryAsync<(DateTime Slot, string? ErrorKind)>(new CommandDefinition(
            SelectSlots, new { DestinationId = destinationId, From = begin, Until = until }, cancellationToken: cancellationToken));
        return GapFinder.Find(slots.Select(s => new PolledSlot(Utc(s.Slot), s.ErrorKind)), begin, until, options.Value.Interval);
    }

    private static DateTime Utc(DateTime value) => DateTime.SpecifyKind(value, DateTimeKind.Utc);

    private const string SelectLast = "SELECT slot, simulated FROM collection_runs WHERE outcome = 'OK' ORDER BY slot DESC LIMIT 1";

    private const string SelectFreshness =
        """
        SELECT park_id, MAX(last_seen_at)
        FROM live_entities
        WHERE park_id IS NOT NULL
        GROUP BY park_id
        """;

    private const string SelectStates =
        """
        SELECT ride_id, park_id, status, wait_minutes, last_seen_at, changed_at
        FROM live_entities
        WHERE ride_id IS NOT NULL
          AND park_id IS NOT NULL
          AND (@ParkId IS NULL OR park_id = @ParkId)
        ORDER BY ride_id
        """;

    private const string SelectSlots =
        """
        SELECT slot, error_kind
        FROM collection_runs
        WHERE destination_id = @DestinationId
          AND slot >= @From
          AND slot < @Until
        ORDER BY slot
        """;
}
