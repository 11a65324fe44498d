using ThemePark.MySql;
using Xunit;

namespace ThemePark.Testing;

/// <summary><c>IClassFixture&lt;DatabaseFixture&gt;</c>: one migrated database for a test class.</summary>
public sealed class DatabaseFixture : IAsyncLifetime
{
    private TestDatabase? _database;

    public TestDatabase Test => _database ?? throw new InvalidOperationException("xunit has not initialised this fixture.");
    public MySqlDatabase Database => Test.Database;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
