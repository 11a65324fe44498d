using ThemePark.MySql;

namespace ThemePark.Testing;

/// <summary>A database of one test class.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly MariaDbServer _server;

    internal TestDatabase(MariaDbServer server, string name, MySqlDatabase database)
    {
        _server = server;
        Name = name;
        Database = database;
    }

    public string Name { get; }
    public MySqlDatabase Database { get; }

    /// <summary>For hosts and tools under test: the value of <c>ConnectionStrings:ThemePark</c>.</summary>
    public string ConnectionString => Database.ConnectionString;

    /// <summary>A migrated database on the shared server.</summary>
    public static async Task<TestDatabase> CreateAsync(bool migrate = true, CancellationToken ct = default) =>
        await (await MariaDbServer.SharedAsync()).CreateDatabaseAsync(migrate, ct);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _server.ExecuteAsync($"DROP DATABASE IF EXISTS {Name}", CancellationToken.None);
    }
}
