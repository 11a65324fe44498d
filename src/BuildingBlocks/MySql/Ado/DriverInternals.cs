using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>
/// What MySql.Data keeps to itself and a safe wrapper cannot do without: the socket (to end a read that would never return), the reader a
/// failed statement left open, the server's in-transaction flag, and the permission to answer a request for a local file. Reached by
/// reflection; the driver's version is pinned and a missing member fails at first use.
/// </summary>
internal static class DriverInternals
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const int InTransactionFlag = 1;

    private static readonly FieldInfo Driver = Field(typeof(MySqlConnection), "driver");
    private static readonly FieldInfo Settings = Field(Driver.FieldType, "ConnectionString");
    private static readonly FieldInfo Handler = Field(Driver.FieldType, "handler");
    private static readonly Type Native = typeof(MySqlConnection).Assembly.GetType("MySql.Data.MySqlClient.NativeDriver", throwOnError: true)!;
    private static readonly FieldInfo Reader = Field(Driver.FieldType, "reader");
    private static readonly FieldInfo Status = Field(Native, "serverStatus");
    private static readonly FieldInfo NetworkStream = Field(Native, "networkStream");

    public static bool InTransaction(MySqlConnection connection) =>
        Read(connection, Status) is { } status && (Convert.ToInt32(status, CultureInfo.InvariantCulture) & InTransactionFlag) != 0;

    public static MySqlDataReader? OpenReader(MySqlConnection connection) =>
        Driver.GetValue(connection) is { } driver ? Reader.GetValue(driver) as MySqlDataReader : null;

    /// <summary>
    /// The right is asked for in the handshake and then only lent: else a statement, or a hostile server, could fetch any file of this
    /// machine.
    /// </summary>
    public static void AllowLocalFile(MySqlConnection connection, bool allowed)
    {
        if (Driver.GetValue(connection) is { } driver)
        {
            ((MySqlConnectionStringBuilder)Settings.GetValue(driver)!).AllowLoadLocalInfile = allowed;
        }
    }

    public static Socket? Socket(MySqlConnection connection) => (Read(connection, NetworkStream) as NetworkStream)?.Socket;

    private static object? Read(MySqlConnection connection, FieldInfo field) =>
        Driver.GetValue(connection) is { } driver && Handler.GetValue(driver) is { } handler ? field.GetValue(handler) : null;

    private static FieldInfo Field(Type type, string name) =>
        type.GetField(name, Any) ?? throw new MissingFieldException(type.FullName, name);
}
