using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Testing;

/// <summary>A database of one test class.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<string, Task> _onServer;

    private TestDatabase(string name, Func<string, Task> onServer, MySqlDatabase database)
    {
        Name = name;
        _onServer = onServer;
        Database = database;
    }

    public string Name { get; }
    public MySqlDatabase Database { get; }

    /// <summary>For hosts and tools under test: the value of <c>ConnectionStrings:ThemePark</c>.</summary>
    public string ConnectionString => Database.ConnectionString;

    /// <summary>A migrated database on the shared server.</summary>
    public static async Task<TestDatabase> CreateAsync(bool migrate = true, CancellationToken ct = default) =>
        await (await MariaDbServer.SharedAsync()).CreateDatabaseAsync(migrate, ct);

    /// <summary>A new database on any server.</summary>
    /// <param name="serverConnectionString">With no database chosen.</param>
    /// <param name="onServer">Executes a statement on the server; for making and dropping the database.</param>
    public static async Task<TestDatabase> CreateAsync(
        string serverConnectionString, string name, Func<string, Task> onServer, bool migrate = true, CancellationToken ct = default)
    {
        await onServer($"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        var test = new TestDatabase(name, onServer, new MySqlDatabase($"{serverConnectionString};Database={name}"));
        if (migrate)
        {
            await new MigrationRunner(test.Database).UpAsync(ct);
        }

        return test;
    }

    /// <summary>A second that has just begun by the server's clock, UTC: whatever was written lies before it, what is written from now on does not.</summary>
    public async Task<DateTime> NextSecondAsync()
    {
        var now = await NowAsync();
        DateTime next;
        while ((next = await NowAsync()) == now)
        {
            await Task.Delay(20);
        }

        return next;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _onServer($"DROP DATABASE IF EXISTS {Name}");
    }

    private async Task<DateTime> NowAsync()
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return DateTime.SpecifyKind(await connection.ExecuteScalarAsync<DateTime>("SELECT UTC_TIMESTAMP()"), DateTimeKind.Utc);
    }
}
