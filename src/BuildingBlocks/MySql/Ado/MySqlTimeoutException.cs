using System.Data.Common;

namespace ThemePark.MySql;

/// <summary>What did not answer in time.</summary>
public enum MySqlTimeout
{
    /// <summary>No connection of the pool became free.</summary>
    Pool,

    /// <summary>The server could not be reached, or did not finish the handshake.</summary>
    Connect,

    /// <summary>The statement ran longer than its CommandTimeout and was killed; the connection is usable.</summary>
    Command,

    /// <summary>The server did not answer even after the statement was killed; the connection is lost.</summary>
    Silence,
}

/// <summary>A limit of the MySQL wrapper was exceeded; <see cref="Kind"/> says which.</summary>
public sealed class MySqlTimeoutException(MySqlTimeout kind, string message, Exception? inner = null) : TimeoutException(message, inner)
{
    /// <summary>Which limit was exceeded.</summary>
    public MySqlTimeout Kind { get; } = kind;
}

/// <summary>The connection to the server is gone; close it and open another. An open transaction is rolled back by the server.</summary>
public sealed class ConnectionLostException(string message, Exception? inner = null) : DbException(message, inner);
