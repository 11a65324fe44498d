using System.Net.Sockets;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>
/// What a database error means, by the server's number. Inner exceptions count, so EF's and Dapper's wrappers need no unpacking.
/// </summary>
public static class MySqlErrors
{
    private const int TooManyConnections = 1040;
    private const int AccessDenied = 1045;
    private const int UnknownDatabase = 1049;

    /// <summary>The server's error number nearest the surface, or null.</summary>
    public static int? Number(Exception exception) =>
        Chain(exception).OfType<MySqlException>().Select(e => e.Number).FirstOrDefault(n => n != 0) is var number and not 0 ? number : null;

    /// <summary>A unique key holds the value already.</summary>
    public static bool IsDuplicateKey(Exception exception) => Number(exception) is 1062 or 1586;

    /// <summary>The transaction was rolled back as a deadlock victim, or because its row version changed (1020): run it again.</summary>
    public static bool IsDeadlock(Exception exception) => Number(exception) is 1213 or 1020;

    /// <summary>A row or metadata lock was not granted in time (1205; 3572 for NOWAIT). Only the statement was rolled back.</summary>
    public static bool IsLockTimeout(Exception exception) => Number(exception) is 1205 or 3572;

    /// <summary>The session ended under the statement; its transaction is rolled back, the outcome of a COMMIT is unknown.</summary>
    public static bool IsConnectionLost(Exception exception) =>
        Number(exception) is 1053 or 1077 or 1079 or 1158 or 1159 or 1160 or 1161 or 1152 or 1184 or 1927 or 2006 or 2013 or 2055 or 4031
        || Chain(exception).Any(e => e is ConnectionLostException or MySqlTimeoutException { Kind: MySqlTimeout.Silence })
        || Chain(exception).OfType<MySqlException>().Any(e => e.Number == 0 && Chain(e).Any(inner => inner is IOException or SocketException));

    /// <summary>
    /// No session could be had: nobody listens, no answer, all connections taken (1040); or the node of a cluster has lost the others and refuses
    /// statements (1047) or the commit (1180).
    /// </summary>
    public static bool IsUnreachable(Exception exception) =>
        Number(exception) is TooManyConnections or 1042 or 1043 or 1047 or 1129 or 1180 or 1203 or 2002 or 2003 or 2005
        || Chain(exception).Any(e => e is MySqlTimeoutException { Kind: MySqlTimeout.Connect or MySqlTimeout.Pool });

    /// <summary>The database is not there now, whether that was noticed before a statement or under it.</summary>
    public static bool IsAway(Exception exception) => IsUnreachable(exception) || IsConnectionLost(exception);

    /// <summary>User or password refused, or no right to the database (1044).</summary>
    public static bool IsAccessDenied(Exception exception) => Number(exception) is AccessDenied or 1044 or 1698;

    /// <summary>The named database does not exist.</summary>
    public static bool IsUnknownDatabase(Exception exception) => Number(exception) is UnknownDatabase;

    /// <summary>The statement exceeded a limit, ours or the server's, and was ended.</summary>
    public static bool IsTimeout(Exception exception) =>
        Number(exception) is 1969 or 3024
        || Chain(exception).Any(e => e is MySqlTimeoutException { Kind: MySqlTimeout.Command or MySqlTimeout.Silence });

    /// <summary>The same work may succeed a little later: deadlock, lock timeout, lost connection or unreachable server.</summary>
    public static bool IsTransient(Exception exception) =>
        IsDeadlock(exception) || IsLockTimeout(exception) || IsAway(exception);

    internal static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            yield return e;
            if (e is AggregateException { InnerExceptions.Count: > 1 } aggregate)
            {
                foreach (var inner in aggregate.InnerExceptions.Skip(1).SelectMany(Chain))
                {
                    yield return inner;
                }
            }
        }
    }
}
