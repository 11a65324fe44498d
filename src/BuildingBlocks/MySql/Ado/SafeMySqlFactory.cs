using System.Data.Common;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>The wrapper as an ADO.NET provider, for libraries that make their own connections.</summary>
public sealed class SafeMySqlFactory : DbProviderFactory
{
    /// <summary>The only instance; a field of this name is what ADO.NET looks for.</summary>
    public static readonly SafeMySqlFactory Instance = new();

    private SafeMySqlFactory()
    {
    }

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new SafeMySqlConnection();

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new SafeMySqlCommand();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new MySqlParameter();

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new MySqlConnectionStringBuilder();
}
