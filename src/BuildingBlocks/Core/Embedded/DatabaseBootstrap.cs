using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// The database of this process: the server that <c>ConnectionStrings:ThemePark</c> names, or the embedded one when it names none.
/// Made before the host and disposed after it, so that every service can still write while it stops.
/// </summary>
public sealed class DatabaseBootstrap : IAsyncDisposable
{
    private const string EmbeddedDatabase = "themepark";
    private readonly EmbeddedMariaDb? _embedded;

    private DatabaseBootstrap(MySqlDatabase database, EmbeddedMariaDb? embedded)
    {
        Database = database;
        _embedded = embedded;
    }

    public MySqlDatabase Database { get; }

    /// <summary>Loopback port of the embedded server; null when a server of the user's is used.</summary>
    public int? EmbeddedPort => _embedded?.Port;

    /// <summary>Where this installation keeps what is not in the database: setting <c>DataDirectory</c>, default <c>.data</c>.</summary>
    public static string DataDirectory(IConfiguration configuration) => Path.GetFullPath(configuration["DataDirectory"] is { Length: > 0 } path ? path : ".data");

    /// <summary>Finds or starts the server and, unless told not to, brings the schema up to date.</summary>
    /// <exception cref="EmbeddedMariaDbException">The embedded server is missing or does not start.</exception>
    /// <exception cref="MigrationException">The schema cannot be brought up to date.</exception>
    public static async Task<DatabaseBootstrap> StartAsync(IConfiguration configuration, ILoggerFactory loggers, bool migrate, CancellationToken ct)
    {
        var connectionString = configuration.GetConnectionString("ThemePark");
        EmbeddedMariaDb? embedded = null;
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            embedded = await EmbeddedMariaDb.StartAsync(
                new EmbeddedMariaDbOptions(DataDirectory(configuration)), loggers.CreateLogger<EmbeddedMariaDb>(), ct);
            connectionString = $"{embedded.ConnectionString};Database={EmbeddedDatabase}";
        }

        DatabaseBootstrap? bootstrap = null;
        try
        {
            bootstrap = new DatabaseBootstrap(new MySqlDatabase(connectionString), embedded);
            if (migrate)
            {
                await new MigrationRunner(bootstrap.Database, logger: loggers.CreateLogger<MigrationRunner>()).UpAsync(ct);
            }

            return bootstrap;
        }
        catch
        {
            await (bootstrap?.DisposeAsync() ?? embedded?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }
}
