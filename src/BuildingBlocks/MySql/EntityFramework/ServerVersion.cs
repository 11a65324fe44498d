using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using ThemePark.MySql.EntityFramework.Storage;

namespace Microsoft.EntityFrameworkCore;

/// <summary>The product and version of the server the provider writes SQL for. Same calls as Pomelo's type of this name.</summary>
public abstract partial class ServerVersion : IEquatable<ServerVersion>
{
    private protected ServerVersion(Version version) => Version = version;

    /// <summary>Major, minor and patch.</summary>
    public Version Version { get; }

    /// <summary>Whether the server is MariaDB.</summary>
    public abstract bool IsMariaDb { get; }

    /// <summary>Whether <c>INSERT … RETURNING</c> exists; else generated keys are read back with a second statement.</summary>
    internal bool ReturnsInsertedRows => IsMariaDb && Version >= new Version(10, 5);

    /// <summary>
    /// Reads <c>10.11.19-mariadb</c>, <c>8.0.36-mysql</c>, or what the server itself answers to <c>SELECT VERSION()</c>. A bare version is MySQL's.
    /// </summary>
    /// <exception cref="FormatException">The text holds no version.</exception>
    public static ServerVersion Parse(string versionString) =>
        TryParse(versionString, out var version)
            ? version
            : throw new FormatException($"'{versionString}' is not a server version such as 10.11.19-mariadb or 8.0.36-mysql.");

    /// <summary><see cref="Parse"/> without the exception.</summary>
    public static bool TryParse(string? versionString, [NotNullWhen(true)] out ServerVersion? version)
    {
        version = null;
        // Old MariaDB servers put 5.5.5- in front for the sake of replication with MySQL.
        var match = Pattern().Match((versionString ?? "").Replace("5.5.5-", "", StringComparison.Ordinal));
        if (!match.Success)
        {
            return false;
        }

        var number = Version.Parse(match.Value.Count('.') == 1 ? match.Value + ".0" : match.Value);
        version = versionString!.Contains("mariadb", StringComparison.OrdinalIgnoreCase) ? new MariaDbServerVersion(number) : new MySqlServerVersion(number);
        return true;
    }

    /// <summary>Asks the server; opens one connection, synchronously. For start-up only.</summary>
    public static ServerVersion AutoDetect(string connectionString)
    {
        using var connection = SafeConnections.Create(connectionString);
        connection.Open();
        return Parse(connection.ServerVersion);
    }

    /// <summary>Asks the server; opens one connection.</summary>
    public static async Task<ServerVersion> AutoDetectAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        await using var connection = SafeConnections.Create(connectionString);
        return await AutoDetectAsync(connection, cancellationToken);
    }

    /// <summary>Asks the server of <paramref name="connection"/>, which is opened for the moment if it is closed.</summary>
    public static async Task<ServerVersion> AutoDetectAsync(DbConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var open = connection.State == System.Data.ConnectionState.Open;
        if (!open)
        {
            await connection.OpenAsync(cancellationToken);
        }

        try
        {
            return Parse(connection.ServerVersion);
        }
        finally
        {
            if (!open)
            {
                await connection.CloseAsync();
            }
        }
    }

    /// <inheritdoc />
    public bool Equals(ServerVersion? other) => other is not null && other.IsMariaDb == IsMariaDb && other.Version == Version;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ServerVersion);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(IsMariaDb, Version);

    /// <summary>The form <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}-{(IsMariaDb ? "mariadb" : "mysql")}");

    private protected static Version AtLeast(Version version, Version least, string product) =>
        version >= least ? version : throw new NotSupportedException($"{product} {version} is too old: {least} or later is needed.");

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Pattern();
}

/// <summary>MySQL, 8.0.17 or later.</summary>
public sealed class MySqlServerVersion(Version version) : ServerVersion(AtLeast(version, new Version(8, 0, 17), "MySQL"))
{
    /// <param name="version">For example 8.0.36.</param>
    public MySqlServerVersion(string version) : this(Version.Parse(version))
    {
    }

    /// <inheritdoc />
    public override bool IsMariaDb => false;
}

/// <summary>MariaDB, 10.4 or later.</summary>
public sealed class MariaDbServerVersion(Version version) : ServerVersion(AtLeast(version, new Version(10, 4), "MariaDB"))
{
    /// <param name="version">For example 10.11.19.</param>
    public MariaDbServerVersion(string version) : this(Version.Parse(version))
    {
    }

    /// <inheritdoc />
    public override bool IsMariaDb => true;
}
