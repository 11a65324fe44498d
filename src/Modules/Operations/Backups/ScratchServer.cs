using System.Data;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>A MariaDB that lives as long as a backup is tried in it, in a directory beside the backups.</summary>
internal sealed class ScratchServer : IAsyncDisposable
{
    private const string Prefix = "scratch-";
    private readonly string _directory;
    private readonly EmbeddedMariaDb _server;

    private ScratchServer(string directory, EmbeddedMariaDb server) => (_directory, _server) = (directory, server);

    /// <summary>Also ends and removes those whose process was killed.</summary>
    /// <exception cref="EmbeddedMariaDbException">It does not start.</exception>
    public static async Task<ScratchServer> StartAsync(string root, ILogger log, CancellationToken cancellationToken)
    {
        foreach (var left in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            if (await EmbeddedMariaDb.EndAbandonedAsync(left, cancellationToken))
            {
                Remove(left);
            }
        }

        var directory = Path.Combine(root, $"{Prefix}{Guid.NewGuid():n}");
        try
        {
            var server = await EmbeddedMariaDb.StartAsync(new EmbeddedMariaDbOptions(directory, MariaDbSizing.Scratch(root)), log, cancellationToken);
            return new ScratchServer(directory, server);
        }
        catch
        {
            Remove(directory);
            throw;
        }
    }

    /// <summary>An empty database.</summary>
    public async Task<MySqlDatabase> CreateAsync(string name, CancellationToken cancellationToken)
    {
        await using var all = new MySqlDatabase(_server.ConnectionString, maxPoolSize: 1);
        await using var connection = await all.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            // Statements from a binary log are as long as what they change.
            $"SET GLOBAL max_allowed_packet = 1073741824; CREATE DATABASE {Identifier.Quote(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            commandType: CommandType.Text,
            cancellationToken: cancellationToken));
        return new MySqlDatabase($"{_server.ConnectionString.TrimEnd(';')};Database={name}", maxPoolSize: 4);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Remove(_directory);
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
