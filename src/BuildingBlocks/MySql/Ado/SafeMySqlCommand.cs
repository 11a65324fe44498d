using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

#pragma warning disable CA2100 // The text is passed through; callers are checked where they write it.

/// <summary>
/// A statement on a <see cref="SafeMySqlConnection"/>. The token and <see cref="CommandTimeout"/> hold while it runs and while its rows are
/// read; values of DateOnly, TimeOnly, DateTimeOffset and Guid are sent in the column's form, a DateTime must be UTC or unspecified.
/// </summary>
public sealed class SafeMySqlCommand : DbCommand
{
    private readonly MySqlCommand _inner = new();
    private SafeMySqlConnection? _connection;
    private DbTransaction? _transaction;
    private int? _commandTimeout;

    /// <summary>An empty command.</summary>
    public SafeMySqlCommand()
    {
    }

    /// <summary>A command on a connection.</summary>
    public SafeMySqlCommand(string commandText, SafeMySqlConnection? connection)
    {
        CommandText = commandText;
        _connection = connection;
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText
    {
        get => _inner.CommandText ?? "";
        set => _inner.CommandText = value ?? "";
    }

    /// <summary>Seconds without progress after which the statement is killed; 0 is no limit.</summary>
    public override int CommandTimeout
    {
        get => _commandTimeout ?? _connection?.DefaultCommandTimeout ?? 30;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _commandTimeout = value;
        }
    }

    /// <inheritdoc/>
    public override CommandType CommandType
    {
        get => _inner.CommandType;
        set => _inner.CommandType = value;
    }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource
    {
        get => _inner.UpdatedRowSource;
        set => _inner.UpdatedRowSource = value;
    }

    /// <summary>The AUTO_INCREMENT value of the last INSERT of this command, or -1.</summary>
    public long LastInsertedId => _inner.LastInsertedId;

    /// <summary>The driver's parameters, in the driver's types.</summary>
    internal MySqlParameterCollection InnerParameters => _inner.Parameters;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => _connection = value switch
        {
            null => null,
            SafeMySqlConnection safe => safe,
            _ => throw new ArgumentException("A SafeMySqlCommand runs on a SafeMySqlConnection only.", nameof(value)),
        };
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => _inner.Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set => _transaction = value;
    }

    private TimeSpan Limit => CommandTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(CommandTimeout);

    /// <summary>Nothing to do: cancel by token; a command without one runs until its timeout.</summary>
    public override void Cancel()
    {
    }

    /// <summary>Nothing to do: statements always go as text.</summary>
    public override void Prepare()
    {
    }

    /// <inheritdoc/>
    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        var physical = Arm();
        return await physical.RunAsync(
            _inner,
            static async inner =>
            {
                // Not the driver's ExecuteNonQueryAsync: that one closes its reader synchronously.
                var reader = (MySqlDataReader?)await inner.ExecuteReaderAsync(CommandBehavior.Default, CancellationToken.None)
                    ?? throw new IOException("MySQL ended the statement without a result.");
                while (await reader.NextResultAsync(CancellationToken.None))
                {
                }

                await reader.CloseAsync();
                return reader.RecordsAffected;
            },
            Limit, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken);
        var value = await reader.ReadAsync(cancellationToken) && reader.FieldCount > 0 ? reader.GetValue(0) : null;

        // Mostly there is no second row: at the end of its rows a reader closes without a drain.
        if (!await reader.ReadAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
        }

        return value;
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery() => ExecuteNonQueryAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override object? ExecuteScalar() => ExecuteScalarAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => new MySqlParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        ExecuteDbDataReaderAsync(behavior, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var physical = Arm();

        // SingleRow would cost two SET statements, CloseConnection would close the driver's connection under the pool.
        var wanted = behavior & ~(CommandBehavior.CloseConnection | CommandBehavior.SingleRow);
        var inner = await physical.RunAsync(
            (_inner, wanted),
            static async s => (MySqlDataReader?)await s._inner.ExecuteReaderAsync(s.wanted, CancellationToken.None)
                ?? throw new IOException("MySQL ended the statement without a result."),
            Limit, cancellationToken);
        var reader = new SafeMySqlDataReader(
            _connection!, physical, inner, Limit, behavior.HasFlag(CommandBehavior.CloseConnection), cancellationToken);
        _connection!.Attach(reader);
        return reader;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private PhysicalConnection Arm()
    {
        var connection = _connection ?? throw new InvalidOperationException("The command has no connection.");
        var physical = connection.Physical;
        if (_transaction is SafeMySqlTransaction { Connection: null })
        {
            throw new InvalidOperationException("The command's transaction was already committed or rolled back.");
        }

        foreach (MySqlParameter parameter in _inner.Parameters)
        {
            ParameterValues.Normalise(parameter);
        }

        if (!ReferenceEquals(_inner.Connection, physical.Inner))
        {
            _inner.Connection = physical.Inner;
        }

        _inner.CommandTimeout = 0;
        return physical;
    }
}
