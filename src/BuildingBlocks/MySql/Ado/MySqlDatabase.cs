namespace ThemePark.MySql;

/// <summary>
/// The way to a MySQL or MariaDB database. Connections speak utf8mb4, run in strict mode with session time zone UTC, obey cancellation and
/// CommandTimeout, and never block a thread while they wait.
/// </summary>
public sealed class MySqlDatabase : IAsyncDisposable
{
    private readonly MySqlOptions _options;

    /// <param name="connectionString">
    /// MySql.Data keywords, naming one server and not a load balancer: a kill must reach the server of its statement. Charset, user
    /// variables, affected rows and enlistment are forced; <c>Connection Timeout</c> (seconds, default 15) also limits the wait for a free
    /// connection; <c>Default Command Timeout</c> is in seconds (default 30).
    /// </param>
    /// <param name="maxPoolSize">
    /// Connections open at a time, over every user of the same database in this process; a few more exist to send kills.
    /// </param>
    /// <exception cref="ArgumentException">The string is not usable; the message never holds the password.</exception>
    public MySqlDatabase(string connectionString, int maxPoolSize = 40) => _options = MySqlOptions.Parse(connectionString, maxPoolSize);

    /// <summary>
    /// The checked connection string, password included: for EF and Quartz, never for a log. Connections made from it share this pool.
    /// </summary>
    public string ConnectionString => _options.PublicString;

    /// <summary>A pooled connection. Change no session state on it: the next user would inherit it.</summary>
    /// <exception cref="MySqlTimeoutException">The pool stayed exhausted, or the server did not answer.</exception>
    public ValueTask<SafeMySqlConnection> OpenAsync(CancellationToken ct) => OpenAsync(pooled: _options.Pooling, ct);

    /// <summary>A connection of its own, closed for real on dispose: session variables and locks (<c>GET_LOCK</c>) belong here.</summary>
    public ValueTask<SafeMySqlConnection> OpenDedicatedAsync(CancellationToken ct) => OpenAsync(pooled: false, ct);

    /// <summary>How the pool stands now. Dedicated connections are none of it.</summary>
    public PoolReading ReadPool() => ConnectionPool.For(_options).Read();

    /// <summary>Closes the idle connections; those in use are closed on their return.</summary>
    public ValueTask DisposeAsync() => ConnectionPool.CloseAsync(_options);

    private async ValueTask<SafeMySqlConnection> OpenAsync(bool pooled, CancellationToken ct)
    {
        var connection = new SafeMySqlConnection(_options, pooled);
        await connection.OpenAsync(ct);
        return connection;
    }
}
