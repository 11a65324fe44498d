using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>The server-wide lock of one database's migrations; the server frees it when the connection dies.</summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    private const int SecondsPerTry = 10;

    // Lock names have 64 characters, database names too.
    private const string Name = "CONCAT('migrate:', SHA1(DATABASE()))";
    private readonly SafeMySqlConnection _connection;

    private MigrationLock(SafeMySqlConnection connection)
    {
        _connection = connection;
    }

    public static async Task<MigrationLock> TakeAsync(SafeMySqlConnection connection, ILogger log, CancellationToken ct)
    {
        while (await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            $"SELECT GET_LOCK({Name}, @seconds)", new { seconds = SecondsPerTry }, commandTimeout: SecondsPerTry * 3, cancellationToken: ct)) is not 1)
        {
            log.LogInformation("Waiting for another process that migrates this database");
        }

        return new MigrationLock(connection);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.ExecuteAsync(new CommandDefinition($"DO RELEASE_LOCK({Name})", cancellationToken: CancellationToken.None));
        }
        catch (Exception e) when (MySqlErrors.IsConnectionLost(e))
        {
            // The server has freed it; the error that killed the connection is the one to show.
        }
    }
}
