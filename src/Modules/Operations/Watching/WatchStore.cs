using System.Data.Common;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>The watches and their samples.</summary>
internal sealed class WatchStore(MySqlDatabase database)
{
    // Of the column.
    private const int LongestWhy = 2000;

    /// <summary>The one that goes on.</summary>
    public Task<Watch?> RunningAsync(CancellationToken cancellationToken) => OneAsync($"{SelectWatch} WHERE state = 'WATCHING'", cancellationToken);

    /// <summary>The one that goes on, or else the last; null: there never was one.</summary>
    public Task<Watch?> LatestAsync(CancellationToken cancellationToken) => OneAsync($"{SelectWatch} ORDER BY watch_id DESC LIMIT 1", cancellationToken);

    /// <exception cref="DbException">A duplicate key: another one goes on.</exception>
    public async Task<Watch> AddAsync(Watch watch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var id = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            InsertWatch, new { watch.Version, State = watch.State.ToUpperSnake(), watch.BegunAt, watch.BegunBy, watch.Why }, cancellationToken: cancellationToken));
        return watch with { WatchId = id };
    }

    /// <returns>False when it had ended before.</returns>
    public async Task<bool> EndAsync(int watchId, WatchState state, DateTime at, string by, string? why, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);
        var ended = await EndAsync(tx, watchId, state, at, by, why, cancellationToken);
        await tx.CommitAsync(cancellationToken);
        return ended;
    }

    public static async Task<bool> EndAsync(DbTransaction tx, int watchId, WatchState state, DateTime at, string by, string? why, CancellationToken cancellationToken)
    {
        var kept = why?.Length > LongestWhy ? why[..(LongestWhy - 1)] + "…" : why;
        return await tx.Connection!.ExecuteAsync(new CommandDefinition(
            EndWatch, new { WatchId = watchId, State = state.ToUpperSnake(), At = at, By = by, Why = kept }, tx, cancellationToken: cancellationToken)) == 1;
    }

    public async Task<bool> IsSampledAsync(int watchId, int slot, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            CountSlot, new { WatchId = watchId, Slot = slot }, cancellationToken: cancellationToken));
    }

    /// <summary>Keeps the readings of a half hour; those it has already stay as they are. Of a watch that has ended nothing is kept.</summary>
    public static async Task<bool> AddSamplesAsync(
        DbTransaction tx, int watchId, int slot, DateTime at, IEnumerable<Reading> readings, CancellationToken cancellationToken)
    {
        var connection = tx.Connection!;
        if (await connection.ExecuteScalarAsync<int?>(new CommandDefinition(HoldRunning, new { WatchId = watchId }, tx, cancellationToken: cancellationToken)) is null)
        {
            return false;
        }

        await connection.ExecuteAsync(new CommandDefinition(
            InsertSample,
            readings.Select(r => new
            {
                WatchId = watchId, Metric = r.Metric.ToUpperSnake(), Slot = slot, At = at, r.Value, r.Threshold, Verdict = r.Verdict.ToUpperSnake(), r.Detail,
            }),
            tx,
            cancellationToken: cancellationToken));
        return true;
    }

    /// <summary>All of a watch by metric, oldest first; at most one for each metric and half hour of seven days.</summary>
    public async Task<IReadOnlyList<Sample>> SamplesAsync(int watchId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Slot, DateTime SampledAt, string Metric, double? Value, string Threshold, string Verdict, string? Detail)>(
            new CommandDefinition(SelectSamples, new { WatchId = watchId }, cancellationToken: cancellationToken));
        // A metric of another release's program is of no use here.
        return
        [
            .. from row in rows
               let metric = EnumText.TryParse<WatchMetric>(row.Metric, out var known) ? known : (WatchMetric?)null
               where metric is not null
               select new Sample(row.Slot, row.SampledAt, new Reading(metric.Value, row.Value, row.Threshold, EnumText.Parse<Verdict>(row.Verdict), row.Detail)),
        ];
    }

    private async Task<Watch?> OneAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, cancellationToken: cancellationToken)))?.Watch();
    }

    private sealed class Row
    {
        public int WatchId { get; init; }
        public string Version { get; init; } = "";
        public string State { get; init; } = "";
        public DateTime BegunAt { get; init; }
        public string BegunBy { get; init; } = "";
        public string? Why { get; init; }
        public DateTime? EndedAt { get; init; }
        public string? EndedBy { get; init; }
        public string? EndWhy { get; init; }

        public Watch Watch() => new()
        {
            WatchId = WatchId,
            Version = Version,
            State = EnumText.Parse<WatchState>(State),
            BegunAt = BegunAt,
            BegunBy = BegunBy,
            Why = Why,
            EndedAt = EndedAt,
            EndedBy = EndedBy,
            EndWhy = EndWhy,
        };
    }

    private const string SelectWatch =
        """
        SELECT
            watch_id AS WatchId, release_version AS Version, state AS State, begun_at AS BegunAt, begun_by AS BegunBy, why AS Why,
            ended_at AS EndedAt, ended_by AS EndedBy, end_why AS EndWhy
        FROM watches
        """;

    private const string InsertWatch =
        """
        INSERT INTO watches (release_version, state, begun_at, begun_by, why)
        VALUES (@Version, @State, @BegunAt, @BegunBy, @Why);
        SELECT LAST_INSERT_ID()
        """;

    private const string EndWatch =
        """
        UPDATE watches
        SET
            state = @State,
            ended_at = @At,
            ended_by = @By,
            end_why = @Why
        WHERE watch_id = @WatchId
          AND state = 'WATCHING'
        """;

    private const string HoldRunning = "SELECT watch_id FROM watches WHERE watch_id = @WatchId AND state = 'WATCHING' FOR UPDATE";

    private const string CountSlot = "SELECT EXISTS (SELECT 1 FROM watch_samples WHERE watch_id = @WatchId AND slot = @Slot)";

    private const string InsertSample =
        """
        INSERT INTO watch_samples (watch_id, metric, slot, sampled_at, value, threshold, verdict, detail)
        VALUES (@WatchId, @Metric, @Slot, @At, @Value, @Threshold, @Verdict, @Detail)
        ON DUPLICATE KEY UPDATE slot = VALUES(slot)
        """;

    private const string SelectSamples =
        """
        SELECT slot, sampled_at, metric, value, threshold, verdict, detail
        FROM watch_samples
        WHERE watch_id = @WatchId
        ORDER BY metric, slot
        """;
}
