using System.Globalization;
using MySql.Data.MySqlClient;

namespace ThemePark.MySql;

/// <summary>A checked connection string: what the driver gets, and the limits this wrapper keeps itself.</summary>
internal sealed class MySqlOptions
{
    private const int DefaultPoolSize = 40;
    private static readonly string[] OwnKeywords =
    [
        "pooling", "maxpoolsize", "minpoolsize", "defaultcommandtimeout", "connectionreset", "connectionlifetime", "allowloadlocalinfileinpath",
    ];

    private MySqlOptions(MySqlConnectionStringBuilder builder, int maxPoolSize, bool pooling, TimeSpan connectTimeout, int commandTimeout)
    {
        MaxPoolSize = maxPoolSize;
        Pooling = pooling;
        ConnectTimeout = connectTimeout;
        CommandTimeout = commandTimeout;
        Database = builder.Database;
        DataSource = string.Create(CultureInfo.InvariantCulture, $"{builder.Server}:{builder.Port}");

        // The driver's own pool blocks threads and its command timer breaks connections: both stay off, and come back here.
        foreach (var own in OwnKeywords)
        {
            builder.Remove(own);
        }

        DriverString = builder.ConnectionString + ";pooling=False;defaultcommandtimeout=0";
        PublicString = string.Create(
            CultureInfo.InvariantCulture,
            $"{builder.ConnectionString};pooling={pooling};maxpoolsize={maxPoolSize};defaultcommandtimeout={commandTimeout}");
    }

    public string DriverString { get; }

    public string PublicString { get; }

    public string Database { get; }

    public string DataSource { get; }

    public int MaxPoolSize { get; }

    public bool Pooling { get; }

    /// <summary>Limit for one connect, and for the wait for a free connection.</summary>
    public TimeSpan ConnectTimeout { get; }

    /// <summary>Seconds; 0 is no limit.</summary>
    public int CommandTimeout { get; }

    public static MySqlOptions Parse(string connectionString, int? maxPoolSize = null)
    {
        MySqlConnectionStringBuilder builder;
        try
        {
            builder = new MySqlConnectionStringBuilder(connectionString);
        }
        catch (Exception ex) when (ex is MySqlException or ArgumentException or FormatException
            or KeyNotFoundException or OverflowException or InvalidCastException)
        {
            // Neither the text nor the driver's message, which may quote it: a password must not reach a log.
            throw new ArgumentException(
                "The MySQL connection string is not valid: an option is unknown or has a value of the wrong kind "
                + "(the string is not shown, it holds a password).",
                nameof(connectionString));
        }

        if (string.IsNullOrWhiteSpace(builder.Server) || builder.Server.Contains(',', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                "The MySQL connection string must name exactly one server: the driver's host lists are process-wide state.",
                nameof(connectionString));
        }

        if (string.IsNullOrWhiteSpace(builder.UserID))
        {
            throw new ArgumentException("The MySQL connection string names no user (User ID).", nameof(connectionString));
        }

        if (builder.UseCompression || builder.ConnectionProtocol != MySqlConnectionProtocol.Tcp)
        {
            throw new ArgumentException(
                "The MySQL connection string asks for compression, a pipe or a socket file; only plain TCP works.", nameof(connectionString));
        }

        builder.CharacterSet = "utf8mb4";
        builder.AllowUserVariables = false;
        builder.UseAffectedRows = false;
        builder.AllowLoadLocalInfile = true;
        builder.PersistSecurityInfo = true;
        builder.AutoEnlist = false;
        builder.ConvertZeroDateTime = false;
        builder.AllowZeroDateTime = false;
        builder.TreatTinyAsBoolean = true;
        builder.OldGuids = false;
        builder.Keepalive = 0;
        if (builder.ConnectionTimeout == 0)
        {
            builder.ConnectionTimeout = 15;
        }

        var pool = maxPoolSize ?? (builder.ContainsKey("maxpoolsize") ? (int)builder.MaximumPoolSize : DefaultPoolSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(pool, 1, nameof(maxPoolSize));
        return new MySqlOptions(
            builder, pool, builder.Pooling, TimeSpan.FromSeconds(builder.ConnectionTimeout), (int)builder.DefaultCommandTimeout);
    }
}
