using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>The database a schema lives in: made when missing, checked for its collation and its tables.</summary>
internal static partial class MigrationDatabase
{
    private static readonly string[] DatabaseKeys = ["database", "initial catalog"];

    public static async Task<bool> ExistsAsync(MySqlDatabase database, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            return true;
        }
        catch (Exception e) when (MySqlErrors.IsUnknownDatabase(e))
        {
            return false;
        }
    }

    public static async Task CreateIfMissingAsync(MySqlDatabase database, CancellationToken ct)
    {
        if (!await ExistsAsync(database, ct))
        {
            await CreateAsync(database.ConnectionString, ct);
        }
    }

    /// <summary>Names differ in case in archives and must stay apart; so a database of another collation is refused before its first table.</summary>
    public static async Task RequireCollationAsync(SafeMySqlConnection connection, CancellationToken ct)
    {
        var collation = await connection.ExecuteScalarAsync<string>(new CommandDefinition("SELECT @@collation_database", cancellationToken: ct));
        if (collation is not "utf8mb4_bin")
        {
            throw new MigrationException(
                $"The database's collation is {collation}; ThemePark needs utf8mb4_bin. Run: ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        }
    }

    /// <summary>Tables and views that the applied files create and the database lacks.</summary>
    public static async Task<IReadOnlyList<string>> MissingTablesAsync(SafeMySqlConnection connection, MigrationSet migrations, CancellationToken ct)
    {
        var present = (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()", cancellationToken: ct))).ToHashSet(StringComparer.Ordinal);
        var applied = present.Contains("schema_migrations")
            ? (await connection.QueryAsync<int>(new CommandDefinition(
                "SELECT version FROM schema_migrations WHERE state = 'applied'", cancellationToken: ct))).ToHashSet()
            : [];
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var migration in migrations.Migrations.Where(migration => applied.Contains(migration.Version)))
        {
            foreach (var statement in migration.Up)
            {
                if (Create().Match(statement.Text) is { Success: true } create)
                {
                    expected[create.Groups["name"].Value] = migration.FileName;
                }
                else if (Drop().Match(statement.Text) is { Success: true } drop)
                {
                    expected.Remove(drop.Groups["name"].Value);
                }
            }
        }

        return [.. expected.Where(entry => !present.Contains(entry.Key)).Select(entry => $"{entry.Value}: its table or view {entry.Key} is missing")];
    }

    private static async Task CreateAsync(string connectionString, CancellationToken ct)
    {
        var builder = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var key = DatabaseKeys.First(builder.ContainsKey);
        var name = (string)builder[key];
        if (!PlainName().IsMatch(name))
        {
            throw new MigrationException($"The database {name} does not exist, and only names of letters, digits, _ and - are created; create it yourself.");
        }

        builder.Remove(key);
        await using var server = new MySqlDatabase(builder.ConnectionString, maxPoolSize: 1);
        await using var connection = await server.OpenDedicatedAsync(ct);
        // A name cannot be a parameter; it was checked above.
        await connection.ExecuteAsync(new CommandDefinition(
            $"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", cancellationToken: ct));
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();

    [GeneratedRegex(@"^CREATE\s+(OR\s+REPLACE\s+)?(TABLE|((ALGORITHM|DEFINER|SQL\s+SECURITY)\s*=?\s*\S+\s+)*VIEW)\s+(IF\s+NOT\s+EXISTS\s+)?`?(?<name>\w+)`?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Create();

    [GeneratedRegex(@"^DROP\s+(TABLE|VIEW)\s+(IF\s+EXISTS\s+)?`?(?<name>\w+)`?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Drop();
}
