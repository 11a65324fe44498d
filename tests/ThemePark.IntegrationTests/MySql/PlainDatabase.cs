using System.Globalization;
using Dapper;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.MySql;

/// <summary>An empty database without the application's schema, and the connection strings to reach it in unusual ways.</summary>
public sealed class PlainDatabase : IAsyncLifetime
{
    private TestDatabase? _test;

    public MySqlDatabase Database => Test.Database;

    public string ConnectionString => Test.ConnectionString;

    private TestDatabase Test => _test ?? throw new InvalidOperationException("xunit has not initialised this fixture.");

    public async Task InitializeAsync() => _test = await TestDatabase.CreateAsync(migrate: false);

    public async Task DisposeAsync()
    {
        if (_test is not null)
        {
            await _test.DisposeAsync();
        }
    }

    /// <summary>The connection string with options replaced: <c>With("Port=1", "Connection Timeout=2")</c>.</summary>
    public string With(params string[] options) => ConnectionString + ";" + string.Join(';', options);

    public string Through(TcpRelay relay, params string[] options) =>
        With([string.Create(CultureInfo.InvariantCulture, $"Port={relay.Port}"), .. options]);

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(default);
        await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<T?> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>A table of its own for one test.</summary>
    public async Task<string> TableAsync(string columns)
    {
        var name = "t_" + Guid.NewGuid().ToString("n")[..12];
        await ExecuteAsync($"CREATE TABLE {name} ({columns})");
        return name;
    }
}
