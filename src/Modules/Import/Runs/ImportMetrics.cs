using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>The imports of all nodes that are not over. While none is running, or none has met an entity yet, there is no share of matches.</summary>
internal sealed class ImportMetrics(MySqlDatabase database) : IMetricSource
{
    private static readonly ImportStatus[] Live = [ImportStatus.Pending, ImportStatus.InProgress, ImportStatus.Paused, ImportStatus.Interrupted];

    public string Name => "imports";

    public async ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var imports = (await connection.QueryAsync<(string Status, long Imports)>(new CommandDefinition(
            CountLive, new { Live = Live.Select(s => s.ToUpperSnake()) }, cancellationToken: cancellationToken))).ToDictionary(r => r.Status, r => r.Imports);
        foreach (var status in Live)
        {
            var word = status.ToUpperSnake();
            writer.Gauge("themepark_imports", "Imports that are not over, by status.", imports.GetValueOrDefault(word), ("status", word));
        }

        var (seen, matched) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(CountEntities, cancellationToken: cancellationToken));
        if (seen > 0)
        {
            writer.Gauge(
                "themepark_import_match_ratio", "Share of the entities the running imports have met that have a ride; 1 is all.", (double)matched / seen);
        }
    }

    private const string CountLive =
        """
        SELECT status, COUNT(*)
        FROM import_checkpoints
        WHERE status IN @Live
        GROUP BY status
        """;

    private const string CountEntities =
        """
        SELECT COUNT(*), COALESCE(SUM(e.ride_id IS NOT NULL), 0)
        FROM import_checkpoints AS c
        INNER JOIN import_entities AS e
            ON e.checkpoint_id = c.checkpoint_id
        WHERE c.status = 'IN_PROGRESS'
        """;
}
