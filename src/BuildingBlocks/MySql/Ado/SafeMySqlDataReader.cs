using System.Collections;
using System.Data;
using System.Data.Common;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>
/// Rows of a statement. DATETIME is read as UTC; DateOnly, TimeOnly, DateTimeOffset and Guid through <see cref="GetFieldValue{T}"/>.
/// Closing early kills a statement that still has much to send instead of reading it to the end.
/// </summary>
#pragma warning disable CA1010 // The base class is what it is.
public sealed class SafeMySqlDataReader : DbDataReader
#pragma warning restore CA1010
{
    /// <summary>What may be read and thrown away on an early close before a kill is cheaper.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(250);

    private readonly SafeMySqlConnection _connection;
    private readonly PhysicalConnection _physical;
    private readonly MySqlDataReader _inner;
    private readonly TimeSpan _limit;
    private readonly bool _closeConnection;
    private readonly CancellationToken _token;
    private bool _atEnd;
    private bool _closed;

    internal SafeMySqlDataReader(
        SafeMySqlConnection connection, PhysicalConnection physical, MySqlDataReader inner, TimeSpan limit, bool closeConnection,
        CancellationToken token)
    {
        _connection = connection;
        _physical = physical;
        _inner = inner;
        _limit = limit;
        _closeConnection = closeConnection;
        _token = token;
    }

    /// <inheritdoc/>
    public override int Depth => 0;

    /// <inheritdoc/>
    public override int FieldCount => _inner.FieldCount;

    /// <inheritdoc/>
    public override bool HasRows => _inner.HasRows;

    /// <inheritdoc/>
    public override bool IsClosed => _closed;

    /// <inheritdoc/>
    public override int RecordsAffected => _inner.RecordsAffected;

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken) =>
        StepAsync(static inner => inner.ReadAsync(CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public override async Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        var more = await StepAsync(static inner => inner.NextResultAsync(CancellationToken.None), cancellationToken);
        _atEnd = !more;
        return more;
    }

    /// <inheritdoc/>
    public override bool Read() => ReadAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override bool NextResult() => NextResultAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async Task CloseAsync()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _connection.Detach(this);
        if (!_physical.Broken)
        {
            await EndAsync();
        }

        if (_closeConnection)
        {
            await _connection.CloseAsync();
        }
    }

    /// <inheritdoc/>
    public override void Close() => CloseAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken) => Task.FromResult(_inner.IsDBNull(ordinal));

    /// <inheritdoc/>
    public override Task<T> GetFieldValueAsync<T>(int ordinal, CancellationToken cancellationToken) => Task.FromResult(GetFieldValue<T>(ordinal));

    /// <inheritdoc/>
    public override T GetFieldValue<T>(int ordinal)
    {
        if (typeof(T) == typeof(DateTime))
        {
            return (T)(object)GetDateTime(ordinal);
        }

        if (typeof(T) == typeof(DateOnly))
        {
            return (T)(object)DateOnly.FromDateTime(_inner.GetDateTime(ordinal));
        }

        if (typeof(T) == typeof(TimeOnly))
        {
            return (T)(object)TimeOnly.FromTimeSpan(_inner.GetTimeSpan(ordinal));
        }

        if (typeof(T) == typeof(DateTimeOffset))
        {
            return (T)(object)new DateTimeOffset(GetDateTime(ordinal));
        }

        if (typeof(T) == typeof(Guid))
        {
            return (T)(object)GetGuid(ordinal);
        }

        if (typeof(T) == typeof(string))
        {
            return (T)(object)GetString(ordinal);
        }

        return _inner.GetFieldValue<T>(ordinal);
    }

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => DateTime.SpecifyKind(_inner.GetDateTime(ordinal), DateTimeKind.Utc);

    /// <inheritdoc/>
    public override object GetValue(int ordinal) =>
        _inner.GetValue(ordinal) is var value && value is DateTime time ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : value;

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => _inner.GetGuid(ordinal);

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => _inner.GetBoolean(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => _inner.GetByte(ordinal);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        _inner.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => _inner.GetChar(ordinal);

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        _inner.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => _inner.GetDataTypeName(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => _inner.GetDecimal(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => _inner.GetDouble(ordinal);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <inheritdoc/>
    public override Type GetFieldType(int ordinal) => _inner.GetFieldType(ordinal);

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => _inner.GetFloat(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => _inner.GetInt16(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => _inner.GetInt32(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => _inner.GetInt64(ordinal);

    /// <inheritdoc/>
    public override string GetName(int ordinal) => _inner.GetName(ordinal);

    /// <inheritdoc/>
    public override int GetOrdinal(string name) => _inner.GetOrdinal(name);

    /// <inheritdoc/>
    public override DataTable? GetSchemaTable() => _inner.GetSchemaTable();

    /// <inheritdoc/>
    public override string GetString(int ordinal) =>
        _inner.GetFieldType(ordinal) == typeof(Guid) && _inner.GetValue(ordinal) is Guid id ? id.ToString("D") : _inner.GetString(ordinal);

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => _inner.IsDBNull(ordinal);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    private async Task<bool> StepAsync(Func<MySqlDataReader, Task<bool>> step, CancellationToken ct)
    {
        _token.ThrowIfCancellationRequested();
        return await _physical.RunAsync(_inner, step, _limit, ct.CanBeCanceled ? ct : _token);
    }

    private async Task EndAsync()
    {
        try
        {
            // A drain can run for seconds without once yielding, so an unfinished one gets a thread it may hold.
            await _physical.RunAsync(
                (_inner, _atEnd),
                static async s =>
                {
                    await (s._atEnd ? s._inner.CloseAsync() : Task.Run(() => s._inner.CloseAsync()));
                    return true;
                },
                _atEnd ? _limit : _token.IsCancellationRequested ? TimeSpan.Zero : DrainLimit, CancellationToken.None);
        }
        catch (MySqlTimeoutException)
        {
            // Killed, or given up: either way there is nothing more to read.
        }
        catch (Exception ex) when (MySqlErrors.Number(ex) == 1317 || _physical.Broken)
        {
            // The rest of the rows is not wanted.
        }
    }
}
