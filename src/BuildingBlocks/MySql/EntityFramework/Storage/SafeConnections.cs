using System.Data.Common;

namespace ThemePark.MySql.EntityFramework.Storage;

/// <summary>The one place where the provider meets the connection type.</summary>
internal static class SafeConnections
{
    public static DbConnection Create(string connectionString) => new SafeMySqlConnection(connectionString);

    public static void ThrowIfBare(DbConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection is not SafeMySqlConnection)
        {
            throw new ArgumentException(
                $"EF needs a {nameof(SafeMySqlConnection)}, not a {connection.GetType().Name}: the bare driver hangs on timeouts and ignores cancellation.",
                nameof(connection));
        }
    }
}
