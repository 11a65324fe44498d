using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>The pool of connections all modules share.</summary>
internal sealed class PoolMetrics(MySqlDatabase database) : IMetricSource
{
    public string Name => "mysql_pool";

    public ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        var pool = database.ReadPool();
        const string Connections = "Connections of the pool: lent out, and open for the next who asks.";
        writer.Gauge("themepark_mysql_pool_connections", Connections, pool.InUse, ("state", "in_use"));
        writer.Gauge("themepark_mysql_pool_connections", Connections, pool.Idle, ("state", "idle"));
        writer.Gauge("themepark_mysql_pool_size", "Connections that may be lent out at a time.", pool.Size);
        writer.Gauge("themepark_mysql_pool_waiting", "Callers that wait for a connection to become free.", pool.Waiting);
        writer.Counter("themepark_mysql_pool_timeouts_total", "Callers that waited for a connection in vain.", pool.Timeouts);
        return ValueTask.CompletedTask;
    }
}
