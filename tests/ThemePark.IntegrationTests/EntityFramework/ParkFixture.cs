using Microsoft.EntityFrameworkCore;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

/// <summary>A database with the park tables. <see cref="Rides"/> is what the tables hold, as objects.</summary>
public sealed class ParkFixture : IAsyncLifetime
{
    /// <summary>What the SQL of the two kinds of server is tried on; there is no MySQL here, so its SQL runs on MariaDB.</summary>
    public static readonly ServerVersion MySqlFlavour = new MySqlServerVersion(new Version(8, 0, 36));

    private TestDatabase? _database;

    public MySqlDatabase Database => _database!.Database;
    public ServerVersion Server { get; private set; } = MySqlFlavour;
    public IReadOnlyList<Ride> Rides { get; private set; } = [];
    public IReadOnlyList<Park> Parks { get; private set; } = [];

    public static DbContextOptionsBuilder<ParkContext> Builder() =>
        new DbContextOptionsBuilder<ParkContext>().EnableSensitiveDataLogging();

    public ParkContext Context(ServerVersion? server = null, Action<DbContextOptionsBuilder>? more = null)
    {
        var builder = Builder().UseMySql(Database.ConnectionString, server ?? Server);
        more?.Invoke(builder);
        return new ParkContext(builder.Options);
    }

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(migrate: false);
        await using (var connection = await Database.OpenAsync(CancellationToken.None))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = ParkContext.Ddl;
            await command.ExecuteNonQueryAsync();
        }

        Server = await ServerVersion.AutoDetectAsync(Database.ConnectionString);
        (Parks, Rides) = SampleRides.Create();
        await using var context = Context();
        context.AddRange(Parks);
        context.AddRange(Rides);
        await context.SaveChangesAsync();
    }

    public async Task DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class ParkReads : ICollectionFixture<ParkFixture>
{
    /// <summary>Tests that only read the sample share one database.</summary>
    public const string Name = "EF park, read only";
}
