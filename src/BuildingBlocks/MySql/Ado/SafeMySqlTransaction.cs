using System.Data;
using System.Data.Common;

namespace ThemePark.MySql;

/// <summary>A transaction of a <see cref="SafeMySqlConnection"/>; disposed without commit it rolls back.</summary>
public sealed class SafeMySqlTransaction : DbTransaction
{
    private SafeMySqlConnection? _connection;

    internal SafeMySqlTransaction(SafeMySqlConnection connection, IsolationLevel isolationLevel)
    {
        _connection = connection;
        IsolationLevel = isolationLevel;
    }

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel { get; }

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <summary>Null once committed or rolled back.</summary>
    public new SafeMySqlConnection? Connection => _connection;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection => _connection;

    /// <summary>Commits. The token is seen before the statement is sent, not after: a commit is never left half-known by a cancellation.</summary>
    /// <exception cref="MySqlTimeoutException">The outcome is unknown: the server did not answer.</exception>
    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await Active().ControlAsync("COMMIT", cancellationToken);
        _connection = null;
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        var connection = Active();
        _connection = null;
        if (connection.State == ConnectionState.Open)
        {
            await connection.ControlAsync("ROLLBACK", CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Active().ControlAsync("SAVEPOINT " + Identifier.Quote(savepointName), cancellationToken);

    /// <inheritdoc/>
    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Active().ControlAsync("ROLLBACK TO SAVEPOINT " + Identifier.Quote(savepointName), cancellationToken);

    /// <inheritdoc/>
    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Active().ControlAsync("RELEASE SAVEPOINT " + Identifier.Quote(savepointName), cancellationToken);

    /// <inheritdoc/>
    public override void Commit() => CommitAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Rollback() => RollbackAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Save(string savepointName) => SaveAsync(savepointName).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Rollback(string savepointName) => RollbackAsync(savepointName).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Release(string savepointName) => ReleaseAsync(savepointName).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_connection is { State: ConnectionState.Open })
        {
            await RollbackAsync();
        }

        _connection = null;
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _connection is { State: ConnectionState.Open })
        {
            Rollback();
        }

        _connection = null;

        base.Dispose(disposing);
    }

    private SafeMySqlConnection Active() =>
        _connection ?? throw new InvalidOperationException("The transaction was already committed or rolled back.");
}
