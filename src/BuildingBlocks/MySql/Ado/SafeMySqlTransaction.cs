using System.Data;
using System.Data.Common;

namespace ThemePark.MySql;

/// <summary>A transaction of a <see cref="SafeMySqlConnection"/>; disposed without commit it rolls back.</summary>
public sealed class SafeMySqlTransaction : DbTransaction
{
    private readonly PhysicalConnection _physical;
    private readonly int _opening;
    private SafeMySqlConnection? _connection;

    internal SafeMySqlTransaction(SafeMySqlConnection connection, PhysicalConnection physical, IsolationLevel isolationLevel)
    {
        _connection = connection;
        _physical = physical;
        _opening = connection.Openings;
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

    // Closing the connection rolled back; what was opened after that, even on the same session, is not ours.
    private bool IsLive => _connection is { State: ConnectionState.Open } open && open.Openings == _opening;

    /// <summary>
    /// Commits. The token is seen before the statement is sent, not after: a commit is never left half-known by a cancellation.
    /// </summary>
    /// <exception cref="MySqlTimeoutException">The outcome is unknown: the server did not answer.</exception>
    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await ControlAsync("COMMIT", cancellationToken);
        _connection = null;
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfEnded();
        var lives = IsLive;
        _connection = null;
        if (lives)
        {
            await SafeMySqlConnection.ControlAsync(_physical, "ROLLBACK", CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        ControlAsync("SAVEPOINT " + Identifier.Quote(savepointName), cancellationToken);

    /// <inheritdoc/>
    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        ControlAsync("ROLLBACK TO SAVEPOINT " + Identifier.Quote(savepointName), cancellationToken);

    /// <inheritdoc/>
    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        ControlAsync("RELEASE SAVEPOINT " + Identifier.Quote(savepointName), cancellationToken);

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
        if (IsLive)
        {
            await RollbackAsync();
        }

        _connection = null;
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && IsLive)
        {
            Rollback();
        }

        _connection = null;

        base.Dispose(disposing);
    }

    private Task<int> ControlAsync(string sql, CancellationToken ct)
    {
        ThrowIfEnded();
        return IsLive
            ? SafeMySqlConnection.ControlAsync(_physical, sql, ct)
            : throw new ConnectionLostException("The transaction is gone: its connection was lost or closed.");
    }

    private void ThrowIfEnded()
    {
        if (_connection is null)
        {
            throw new InvalidOperationException("The transaction was already committed or rolled back.");
        }
    }
}
