using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;
using ThemePark.MySql;

namespace ThemePark.Host;

/// <summary>The configured database or, without <c>ConnectionStrings:ThemePark</c>, an embedded one that lives as long as this does.</summary>
public sealed class HostDatabase : IAsyncDisposable
{
    internal const string DefaultDirectory = ".data";

    private const string EmbeddedName = "themepark";

    private readonly EmbeddedMariaDb? _embedded;
    private readonly ILoggerFactory? _loggers;

    private HostDatabase(string connectionString, DataDirectory data, EmbeddedMariaDb? embedded, ILoggerFactory? loggers)
    {
        Data = data;
        _embedded = embedded;
        _loggers = loggers;
        Database = new MySqlDatabase(connectionString);
    }

    public MySqlDatabase Database { get; }

    public DataDirectory Data { get; }

    public bool IsEmbedded => _embedded is not null;

    /// <summary>Returns once an embedded database answers; a configured one is not contacted.</summary>
    /// <exception cref="EmbeddedMariaDbException">No server program, or it does not start.</exception>
    /// <exception cref="SettingException">The connection string, or what the embedded one is to log, cannot be read.</exception>
    public static async Task<HostDatabase> OpenAsync(
        IConfiguration configuration, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        var data = new DataDirectory(Path.GetFullPath(configuration["DataDirectory"] ?? DefaultDirectory));
        if (configuration.GetConnectionString("ThemePark") is { Length: > 0 } configured)
        {
            return OfSetting(configured, data);
        }

        var logDays = BackupOptions.LogDaysOf(configuration);
        // The server must answer before the host is built, so it has a log of its own.
        var loggers = LoggerFactory.Create(log => logging(log.AddConfiguration(configuration.GetSection("Logging"))));
        try
        {
            var embedded = await EmbeddedMariaDb.StartAsync(
                new EmbeddedMariaDbOptions(data.Path, LogDays: logDays), loggers.CreateLogger<EmbeddedMariaDb>(), cancellationToken);
            return new HostDatabase($"{embedded.ConnectionString.TrimEnd(';')};Database={EmbeddedName}", data, embedded, loggers);
        }
        catch
        {
            loggers.Dispose();
            throw;
        }
    }

    private static HostDatabase OfSetting(string connectionString, DataDirectory data)
    {
        try
        {
            return new HostDatabase(connectionString, data, null, null);
        }
        catch (ArgumentException e)
        {
            throw new SettingException($"Setting ConnectionStrings:ThemePark cannot be used. {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }

        _loggers?.Dispose();
    }
}
