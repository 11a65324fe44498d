using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>
/// A MySQL connection whose limits hold. Use the async members and <c>await using</c>; the synchronous ones block a thread and exist for
/// libraries that know no others. Not for concurrent use.
/// </summary>
public sealed class SafeMySqlConnection : DbConnection
{
    private static readonly TimeSpan ControlLimit = TimeSpan.FromSeconds(60);

    private MySqlOptions? _options;
    private bool _pooled = true;
    private ConnectionPool? _pool;
    private PhysicalConnection? _physical;
    private SafeMySqlDataReader? _reader;

    /// <summary>A closed connection without a connection string.</summary>
    public SafeMySqlConnection()
    {
    }

    /// <summary>A closed connection; <c>Pooling=false</c> in the string makes it a dedicated one.</summary>
    public SafeMySqlConnection(string connectionString) => ConnectionString = connectionString;

    internal SafeMySqlConnection(MySqlOptions options, bool pooled)
    {
        _options = options;
        _pooled = pooled;
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString
    {
        get => _options?.PublicString ?? "";
        set
        {
            if (_physical is not null)
            {
                throw new InvalidOperationException("The connection string cannot change while the connection is open.");
            }

            _options = string.IsNullOrEmpty(value) ? null : MySqlOptions.Parse(value);
            _pooled = _options?.Pooling ?? true;
        }
    }

    /// <summary>The server's id of this session; 0 when closed.</summary>
    public int ServerThreadId => _physical?.ThreadId ?? 0;

    /// <inheritdoc/>
    public override string Database => _physical?.Inner.Database ?? _options?.Database ?? "";

    /// <inheritdoc/>
    public override string DataSource => _options?.DataSource ?? "";

    /// <inheritdoc/>
    public override string ServerVersion => Physical.Inner.ServerVersion;

    /// <summary>Seconds, for one connect and for the wait for a free connection.</summary>
    public override int ConnectionTimeout => (int)(_options?.ConnectTimeout.TotalSeconds ?? 0);

    /// <summary><see cref="ConnectionState.Broken"/> when the session is lost: close, then open again.</summary>
    public override ConnectionState State =>
        _physical is null ? ConnectionState.Closed : _physical.Broken ? ConnectionState.Broken : ConnectionState.Open;

    /// <summary>How often it was opened.</summary>
    internal int Openings { get; private set; }

    internal PhysicalConnection Physical => _physical ?? throw new InvalidOperationException("The MySQL connection is not open.");

    internal MySqlConnection Inner => Physical.Inner;

    internal int DefaultCommandTimeout => _options?.CommandTimeout ?? 30;

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => SafeMySqlFactory.Instance;

    /// <inheritdoc/>
    /// <exception cref="MySqlTimeoutException">The pool stayed exhausted, or the server did not answer.</exception>
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_physical is not null)
        {
            throw new InvalidOperationException("The MySQL connection is already open.");
        }

        var options = _options ?? throw new InvalidOperationException("The MySQL connection has no connection string.");
        if (_pooled)
        {
            var pool = ConnectionPool.For(options);
            _physical = await pool.TakeAsync(cancellationToken);
            _pool = pool;
        }
        else
        {
            _physical = await PhysicalConnection.OpenAsync(options, cancellationToken);
        }

        Openings++;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    /// <inheritdoc/>
    public override void Open() => OpenAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Rolls back an open transaction and gives the connection back.</summary>
    public override async Task CloseAsync()
    {
        if (_physical is not { } physical)
        {
            return;
        }

        if (physical.Busy)
        {
            // Closed under a statement nobody awaits any more: there is no other way to end it here.
            physical.Abandon();
        }

        var (pool, reader) = (_pool, _reader);
        (_physical, _pool, _reader) = (null, null, null);
        try
        {
            if (reader is not null)
            {
                await reader.CloseAsync();
            }

            await RollBackLeftoverAsync(physical);
        }
        finally
        {
            await (pool is null ? physical.CloseAsync() : pool.ReturnAsync(physical));
        }

        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    /// <inheritdoc/>
    public override void Close() => CloseAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    /// <summary>Starts a READ COMMITTED transaction.</summary>
    public new ValueTask<SafeMySqlTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default) =>
        BeginTransactionAsync(IsolationLevel.Unspecified, cancellationToken);

    /// <summary>Starts a transaction; <see cref="IsolationLevel.Unspecified"/> is READ COMMITTED.</summary>
    public new async ValueTask<SafeMySqlTransaction> BeginTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken = default)
    {
        var (level, sql) = isolationLevel switch
        {
            IsolationLevel.Unspecified or IsolationLevel.ReadCommitted =>
                (IsolationLevel.ReadCommitted, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION"),
            IsolationLevel.RepeatableRead => (isolationLevel, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION"),
            IsolationLevel.Snapshot =>
                (isolationLevel, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT"),
            IsolationLevel.Serializable => (isolationLevel, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION"),
            IsolationLevel.ReadUncommitted => (isolationLevel, "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; START TRANSACTION"),
            _ => throw new NotSupportedException($"MySQL has no isolation level {isolationLevel}."),
        };
        var physical = Physical;
        if (physical.InTransaction)
        {
            throw new InvalidOperationException("The connection already has an open transaction; MySQL would commit it silently.");
        }

        await ControlAsync(physical, sql, cancellationToken);
        return new SafeMySqlTransaction(this, physical, level);
    }

    /// <inheritdoc/>
    public override async Task ChangeDatabaseAsync(string databaseName, CancellationToken cancellationToken = default)
    {
        if (_pooled)
        {
            throw new NotSupportedException("A pooled connection keeps its database; use a dedicated one or another connection string.");
        }

        await Physical.RunAsync(
            (Inner, databaseName),
            static async s =>
            {
                await s.Inner.ChangeDatabaseAsync(s.databaseName, CancellationToken.None);
                return true;
            },
            ControlLimit, cancellationToken);
    }

    /// <inheritdoc/>
    public override void ChangeDatabase(string databaseName) => ChangeDatabaseAsync(databaseName).GetAwaiter().GetResult();

    /// <inheritdoc cref="DbConnection.CreateCommand"/>
    public new SafeMySqlCommand CreateCommand() => new("", this);

    internal void Attach(SafeMySqlDataReader reader) => _reader = reader;

    internal void Detach(SafeMySqlDataReader reader)
    {
        if (ReferenceEquals(_reader, reader))
        {
            _reader = null;
        }
    }

    /// <summary>
    /// Runs a transaction-control statement. Only its start can be cancelled: a COMMIT given up half-way would leave its outcome unknown.
    /// </summary>
    internal static Task<int> ControlAsync(PhysicalConnection physical, string sql, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return physical.RunAsync(
            (physical.Inner, sql),
            static async s =>
            {
                await using var command = s.Inner.CreateCommand();
#pragma warning disable CA2100 // One of the fixed texts of this class and of SafeMySqlTransaction.
                command.CommandText = s.sql;
#pragma warning restore CA2100
                command.CommandTimeout = 0;
                return await command.ExecuteNonQueryAsync(CancellationToken.None);
            },
            ControlLimit, CancellationToken.None);
    }

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        BeginTransactionAsync(isolationLevel).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await BeginTransactionAsync(isolationLevel, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }
        else if (_physical is { } forgotten)
        {
            // From the finalizer: whoever forgot to dispose must not cost the pool a place for ever.
            forgotten.Abandon();
            _pool?.Forget();
        }

        base.Dispose(disposing);
    }

    private static async Task RollBackLeftoverAsync(PhysicalConnection physical)
    {
        if (physical.Broken || !physical.InTransaction)
        {
            return;
        }

        try
        {
            await ControlAsync(physical, "ROLLBACK", CancellationToken.None);
        }
        catch (Exception ex) when (ex is DbException or TimeoutException or IOException or NullReferenceException or InvalidOperationException)
        {
            // The server rolls back when the session ends.
            physical.Abandon();
        }
    }
}
