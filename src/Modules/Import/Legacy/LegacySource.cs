using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>The way to the existing warehouse, and a look at its layout before anything is done with it.</summary>
internal sealed class LegacySource(LegacyOptions options, MySqlDatabase ours) : IAsyncDisposable
{
    internal const int Connections = 6;

    // Compared in upper case: what information_schema answers depends on the server and its file system.
    private const string Snapshots = "RIDE_STATUS_SNAPSHOTS";
    private const string Frozen = "RIDE_STATUS_SNAPSHOTS_LEGACY";

    private static readonly string[] Needed = ["snapshot_id", "ride_id", "recorded_at", "status", "wait_time", "is_open", "computed_is_open"];
    private static readonly string[] NeededOfRides = ["ride_id", "park_id", "name", "themeparks_wiki_id"];
    private static readonly string[] NeededOfParks = ["park_id", "name"];

    private readonly MySqlDatabase? _database = options.ConnectionString is { } text ? new MySqlDatabase(text, Connections) : null;

    public static Failure NotConfigured { get; } = new(
        "LEGACY_NOT_CONFIGURED", 409, "No existing warehouse is configured: set Legacy:ConnectionString.");

    public bool IsConfigured => _database is not null;

    /// <summary>Session time zone is UTC, as for every connection.</summary>
    /// <exception cref="InvalidOperationException">None is configured.</exception>
    public ValueTask<SafeMySqlConnection> OpenAsync(CancellationToken ct) => Database.OpenAsync(ct);

    /// <summary>A connection of its own: for session variables and locks.</summary>
    /// <exception cref="InvalidOperationException">None is configured.</exception>
    public ValueTask<SafeMySqlConnection> OpenDedicatedAsync(CancellationToken ct) => Database.OpenDedicatedAsync(ct);

    /// <summary>The table as it stands, or why nothing can be done with it.</summary>
    public async Task<Outcome<LegacyTable>> TryLookAsync(CancellationToken ct)
    {
        if (!IsConfigured)
        {
            return NotConfigured;
        }

        try
        {
            return await LookAsync(ct);
        }
        catch (LegacyLayoutException e)
        {
            return new Failure("LEGACY_LAYOUT", 409, e.Message);
        }
        catch (Exception e) when (MySqlErrors.IsUnreachable(e) || MySqlErrors.IsAccessDenied(e) || MySqlErrors.IsUnknownDatabase(e) || MySqlErrors.IsConnectionLost(e))
        {
            return new Failure("LEGACY_UNREACHABLE", 503, "The existing warehouse does not answer, or refuses the user of Legacy:ConnectionString.");
        }
    }

    /// <exception cref="LegacyLayoutException">A table, a column or the key is missing; the message names it.</exception>
    public async Task<LegacyTable> LookAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        var database = connection.Database;
        if (string.IsNullOrEmpty(database))
        {
            throw new LegacyLayoutException("Legacy:ConnectionString names no database.");
        }

        var tables = (await connection.QueryAsync<(string Name, string Type, string Options)>(new CommandDefinition(SelectTables, cancellationToken: ct)))
            .ToDictionary(t => t.Name, t => (t.Type, t.Options), StringComparer.OrdinalIgnoreCase);
        var live = tables.GetValueOrDefault(Snapshots).Type;
        var isFrozen = tables.GetValueOrDefault(Frozen).Type == "BASE TABLE";
        if (isFrozen && live == "BASE TABLE")
        {
            throw new LegacyLayoutException(
                $"Database {database} has both a table ride_status_snapshots and one ride_status_snapshots_legacy: nobody can say which is the legacy table.");
        }

        if (!isFrozen && live != "BASE TABLE")
        {
            throw Missing(database, "table", Snapshots.ToLowerInvariant());
        }

        var columns = (await connection.QueryAsync<(string Table, string Column, string Type)>(new CommandDefinition(SelectColumns, cancellationToken: ct)))
            .ToLookup(c => c.Table, c => (Name: c.Column.ToLowerInvariant(), Type: c.Type.ToLowerInvariant()), StringComparer.OrdinalIgnoreCase);
        var name = isFrozen ? Frozen : Snapshots;
        Check(database, name, columns[name].Select(c => c.Name), Needed);
        Check(database, "RIDES", columns["RIDES"].Select(c => c.Name), NeededOfRides);
        Check(database, "PARKS", columns["PARKS"].Select(c => c.Name), NeededOfParks);
        var time = columns[name].Single(c => c.Name == "recorded_at").Type;
        if (time is not ("timestamp" or "datetime"))
        {
            throw new LegacyLayoutException($"Column {name.ToLowerInvariant()}.recorded_at of {database} is a {time}; TIMESTAMP or DATETIME (UTC) is needed.");
        }

        var leading = (await connection.QueryAsync<string>(new CommandDefinition(SelectLeading, new { Name = name }, cancellationToken: ct)))
            .Select(c => c.ToLowerInvariant()).ToHashSet();
        if (!leading.Contains("snapshot_id"))
        {
            throw new LegacyLayoutException($"Column {name.ToLowerInvariant()}.snapshot_id of {database} leads no key; late rows could not be found.");
        }

        return new LegacyTable(
            $"{connection.DataSource}/{database}",
            database,
            isFrozen,
            live == "VIEW",
            columns[name].Select(c => c.Name).ToHashSet(),
            leading.Contains("recorded_at"),
            tables.GetValueOrDefault("QUEUE_DATA").Type == "BASE TABLE",
            tables[name].Options.Contains("partitioned", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether both databases are on one server: a lock taken here is then seen there.</summary>
    public async Task<bool> IsSameServerAsync(CancellationToken ct)
    {
        await using var here = await ours.OpenDedicatedAsync(ct);
        await using var there = await OpenAsync(ct);
        var name = $"themepark:{Guid.NewGuid():n}";
        await here.ExecuteScalarAsync<int?>(new CommandDefinition("SELECT GET_LOCK(@Name, 0)", new { Name = name }, cancellationToken: ct));
        return await there.ExecuteScalarAsync<long?>(new CommandDefinition("SELECT IS_USED_LOCK(@Name)", new { Name = name }, cancellationToken: ct)) is not null;
    }

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    private MySqlDatabase Database => _database ?? throw new InvalidOperationException(NotConfigured.Message);

    private static void Check(string database, string table, IEnumerable<string> columns, string[] needed)
    {
        var there = columns.ToHashSet();
        if (there.Count == 0)
        {
            throw Missing(database, "table", table.ToLowerInvariant());
        }

        if (needed.FirstOrDefault(c => !there.Contains(c)) is { } column)
        {
            throw Missing(database, "column", $"{table.ToLowerInvariant()}.{column}");
        }
    }

    private static LegacyLayoutException Missing(string database, string what, string name) =>
        new($"Database {database} has no {what} {name}: it is not the layout that can be brought over.");

    private const string SelectTables =
        "SELECT UPPER(table_name), table_type, COALESCE(create_options, '') FROM information_schema.TABLES WHERE table_schema = DATABASE()";

    private const string SelectColumns =
        "SELECT UPPER(table_name), column_name, data_type FROM information_schema.COLUMNS WHERE table_schema = DATABASE()";

    private const string SelectLeading =
        """
        SELECT column_name
        FROM information_schema.STATISTICS
        WHERE table_schema = DATABASE()
          AND UPPER(table_name) = @Name
          AND seq_in_index = 1
        """;
}
