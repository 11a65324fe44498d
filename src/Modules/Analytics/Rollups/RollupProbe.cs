using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>How far the figures are, for health.</summary>
internal sealed class RollupProbe(MySqlDatabase database, DirtyDays dirty, TimeProvider clock) : IRollupProbe
{
    public async Task<RollupReading> ReadAsync(CancellationToken cancellationToken)
    {
        var (waiting, since) = await dirty.WaitingAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        var (day, completed) = await connection.QuerySingleAsync<(DateOnly?, DateTime?)>(new CommandDefinition(
            Select, new { Now = clock.GetUtcNow().UtcDateTime }, cancellationToken: cancellationToken));
        return new RollupReading(day, completed, waiting, since);
    }

    private const string Select =
        """
        SELECT
            (SELECT stat_date FROM park_daily_stats WHERE day_end <= @Now ORDER BY stat_date DESC LIMIT 1),
            (SELECT MAX(updated_at) FROM stats_parks)
        """;
}
