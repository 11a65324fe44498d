using System.Data.Common;
using Microsoft.EntityFrameworkCore.Infrastructure;
using ThemePark.MySql.EntityFramework;
using ThemePark.MySql.EntityFramework.Storage;

namespace Microsoft.EntityFrameworkCore;

/// <summary>The entry of the provider, with the shape of Pomelo's.</summary>
public static class MySqlDbContextOptionsBuilderExtensions
{
    /// <summary>The context opens and closes connections of its own.</summary>
    public static DbContextOptionsBuilder UseMySql(
        this DbContextOptionsBuilder optionsBuilder,
        string connectionString,
        ServerVersion serverVersion,
        Action<MySqlDbContextOptionsBuilder>? mySqlOptionsAction = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return Use(optionsBuilder, serverVersion, e => e.WithConnectionString(connectionString), mySqlOptionsAction);
    }

    /// <summary>The context works on a connection its caller owns, so that one transaction can span EF, Dapper and bulk loads.</summary>
    /// <exception cref="ArgumentException">The connection is a bare driver connection.</exception>
    public static DbContextOptionsBuilder UseMySql(
        this DbContextOptionsBuilder optionsBuilder,
        DbConnection connection,
        ServerVersion serverVersion,
        Action<MySqlDbContextOptionsBuilder>? mySqlOptionsAction = null)
    {
        SafeConnections.ThrowIfBare(connection);
        return Use(optionsBuilder, serverVersion, e => e.WithConnection(connection), mySqlOptionsAction);
    }

    /// <inheritdoc cref="UseMySql(DbContextOptionsBuilder, string, ServerVersion, Action{MySqlDbContextOptionsBuilder}?)" />
    public static DbContextOptionsBuilder<TContext> UseMySql<TContext>(
        this DbContextOptionsBuilder<TContext> optionsBuilder,
        string connectionString,
        ServerVersion serverVersion,
        Action<MySqlDbContextOptionsBuilder>? mySqlOptionsAction = null)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)UseMySql((DbContextOptionsBuilder)optionsBuilder, connectionString, serverVersion, mySqlOptionsAction);

    /// <inheritdoc cref="UseMySql(DbContextOptionsBuilder, DbConnection, ServerVersion, Action{MySqlDbContextOptionsBuilder}?)" />
    public static DbContextOptionsBuilder<TContext> UseMySql<TContext>(
        this DbContextOptionsBuilder<TContext> optionsBuilder,
        DbConnection connection,
        ServerVersion serverVersion,
        Action<MySqlDbContextOptionsBuilder>? mySqlOptionsAction = null)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)UseMySql((DbContextOptionsBuilder)optionsBuilder, connection, serverVersion, mySqlOptionsAction);

    private static DbContextOptionsBuilder Use(
        DbContextOptionsBuilder options,
        ServerVersion serverVersion,
        Func<MySqlOptionsExtension, RelationalOptionsExtension> connect,
        Action<MySqlDbContextOptionsBuilder>? action)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(serverVersion);
        var extension = (options.Options.FindExtension<MySqlOptionsExtension>() ?? new MySqlOptionsExtension()).WithServerVersion(serverVersion);
        var infrastructure = (IDbContextOptionsBuilderInfrastructure)options;
        infrastructure.AddOrUpdateExtension((MySqlOptionsExtension)connect(extension));
        infrastructure.AddOrUpdateExtension(
            RelationalOptionsExtension.WithDefaultWarningConfiguration(options.Options.FindExtension<CoreOptionsExtension>() ?? new CoreOptionsExtension()));
        action?.Invoke(new MySqlDbContextOptionsBuilder(options));
        return options;
    }
}

/// <summary>Provider options: those of every relational provider, and retries.</summary>
public sealed class MySqlDbContextOptionsBuilder(DbContextOptionsBuilder optionsBuilder)
    : RelationalDbContextOptionsBuilder<MySqlDbContextOptionsBuilder, MySqlOptionsExtension>(optionsBuilder)
{
    /// <summary>
    /// Repeats a unit of work after a deadlock, a lock timeout or a lost connection. A transaction begun by hand must then run inside
    /// <c>Database.CreateExecutionStrategy().ExecuteAsync</c>.
    /// </summary>
    public MySqlDbContextOptionsBuilder EnableRetryOnFailure(int maxRetryCount = 6, TimeSpan? maxRetryDelay = null) =>
        ExecutionStrategy(d => new MySqlRetryingExecutionStrategy(d, maxRetryCount, maxRetryDelay ?? TimeSpan.FromSeconds(30)));
}
