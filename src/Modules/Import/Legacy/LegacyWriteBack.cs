using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>Gives the legacy table the rows our collection has stored since it was frozen, so that the old system misses nothing.</summary>
internal sealed class LegacyWriteBack(LegacySource source, MySqlDatabase database, IJobRun job, TimeProvider clock, ILogger<LegacyWriteBack> logger)
{
    private const int RowsPerLoad = 100_000;

    /// <summary>A ride and second the table has already are left alone: it may be done again at any time.</summary>
    public async Task WriteAsync(int copyId, LegacyTable table, DateTime since, CancellationToken ct)
    {
        var end = clock.GetUtcNow().UtcDateTime.AddMinutes(10);
        for (var from = since; from < end;)
        {
            var to = from.Date.AddDays(1) < end ? DateTime.SpecifyKind(from.Date.AddDays(1), DateTimeKind.Utc) : end;
            var written = await WriteAsync(copyId, table, from, to, ct);
            if (written > 0)
            {
                await job.WriteAsync(database, (tx, token) => LegacyStore.AddWrittenBackAsync(copyId, written, tx, token), clock, logger, ct);
            }

            from = to;
        }
    }

    private async Task<long> WriteAsync(int copyId, LegacyTable table, DateTime from, DateTime to, CancellationToken ct)
    {
        IEnumerable<(long Ride, DateTime At, RideStatus? Status, short? Wait)> rows;
        await using (var connection = await database.OpenAsync(ct))
        {
            rows = await connection.QueryAsync<(long, DateTime, RideStatus?, short?)>(new CommandDefinition(
                SelectLive, new { copyId, from, to, Live = (int)DataSource.Live }, commandTimeout: 0, cancellationToken: ct));
        }

        await using var theirs = await source.OpenAsync(ct);
        var held = (await theirs.QueryAsync<(long Ride, long Second)>(new CommandDefinition(
            table.Sql(SelectHeld), new { from = from.AddSeconds(-1), to }, commandTimeout: 0, cancellationToken: ct))).ToHashSet();
        using var text = new TsvBuffer(64 * 1024);
        foreach (var (ride, at, status, wait) in rows)
        {
            var instant = IsoInstant.FromDateTime(at);
            if (held.Add((ride, instant / 1000)))
            {
                text.BeginRow();
                text.Number(ride);
                text.Tab();
                text.Instant(instant);
                text.Tab();
                if (status is { } word)
                {
                    text.Text(word.ToUpperSnake());
                }
                else
                {
                    text.Null();
                }

                text.Tab();
                text.Number((long?)wait);
                text.Tab();
                text.Number(status is null ? null : status == RideStatus.Operating ? 1 : (long?)0);
                text.Tab();
                text.Number(status == RideStatus.Operating || (status is null && wait > 0) ? 1 : 0);
                text.EndRow();
            }
        }

        var written = 0L;
        await using var transaction = await theirs.BeginTransactionAsync(ct);
        foreach (var (chunk, count) in text.Batches(RowsPerLoad))
        {
            written += await BulkLoader.LoadAsync(theirs, Target(table), chunk, count, ct);
        }

        await transaction.CommitAsync(ct);
        return written;
    }

    private static BulkTarget Target(LegacyTable table) => new(
        table.Name,
        ["ride_id", "recorded_at", "status", "wait_time", "is_open", "computed_is_open"],
        table.Columns.Contains("data_source") ? new Dictionary<string, string> { ["data_source"] = "'LIVE'" } : null);

    private const string SelectLive =
        """
        SELECT r.legacy_ride_id, s.recorded_at, s.status, s.wait_minutes
        FROM v_legacy_rides AS r
        INNER JOIN v_snapshots AS s ON s.ride_id = r.ride_id
        WHERE r.copy_id = @copyId
          AND s.recorded_at >= @from
          AND s.recorded_at < @to
          AND s.data_source = @Live
        ORDER BY r.legacy_ride_id, s.recorded_at
        """;

    private const string SelectHeld =
        """
        SELECT CAST(s.ride_id AS SIGNED), CAST(FLOOR(UNIX_TIMESTAMP(s.recorded_at)) AS SIGNED)
        FROM legacy.ride_status_snapshots AS s
        WHERE s.recorded_at >= @from
          AND s.recorded_at < @to
        """;
}
