using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>
/// The three facts MySql.Data keeps to itself and a safe wrapper cannot do without: the socket (to end a read that would never return),
/// the server's in-transaction flag and its warning count. Read by reflection; the driver's version is pinned and a missing member fails at first use.
/// </summary>
internal static class DriverInternals
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const int InTransactionFlag = 1;

    private static readonly FieldInfo Driver = Field(typeof(MySqlConnection), "driver");
    private static readonly FieldInfo Handler = Field(Driver.FieldType, "handler");
    private static readonly Type Native = typeof(MySqlConnection).Assembly.GetType("MySql.Data.MySqlClient.NativeDriver", throwOnError: true)!;
    private static readonly FieldInfo Status = Field(Native, "serverStatus");
    private static readonly FieldInfo Warnings = Field(Native, "warnings");
    private static readonly FieldInfo NetworkStream = Field(Native, "networkStream");

    public static bool InTransaction(MySqlConnection connection) =>
        Read(connection, Status) is { } status && (Convert.ToInt32(status, CultureInfo.InvariantCulture) & InTransactionFlag) != 0;

    public static int WarningCount(MySqlConnection connection) => Read(connection, Warnings) as int? ?? 0;

    public static Socket? Socket(MySqlConnection connection) => (Read(connection, NetworkStream) as NetworkStream)?.Socket;

    private static object? Read(MySqlConnection connection, FieldInfo field) =>
        Driver.GetValue(connection) is { } driver && Handler.GetValue(driver) is { } handler ? field.GetValue(handler) : null;

    private static FieldInfo Field(Type type, string name) =>
        type.GetField(name, Any) ?? throw new MissingFieldException(type.FullName, name);
}
