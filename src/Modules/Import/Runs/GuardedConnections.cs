using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Connections for the long transactions of job runs.</summary>
internal static class GuardedConnections
{
    /// <summary>
    /// A connection of its own for a transaction: if this process freezes in the middle, the server ends the transaction after a
    /// few seconds, and whoever takes the run over finds no lock left.
    /// </summary>
    public static async Task<SafeMySqlConnection> OpenGuardedAsync(this MySqlDatabase database, CancellationToken ct)
    {
        var connection = await database.OpenDedicatedAsync(ct);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? GuardMariaDb : GuardMySql, cancellationToken: ct));
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private const string GuardMariaDb = "SET SESSION idle_transaction_timeout = 5, net_read_timeout = 5, innodb_lock_wait_timeout = 15";
    private const string GuardMySql = "SET SESSION wait_timeout = 60, net_read_timeout = 5, innodb_lock_wait_timeout = 15";
}
