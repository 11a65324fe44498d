using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.ProcessTests.Embedded;

/// <summary>A data directory of one test, whatever happens to the servers in it.</summary>
public sealed class EmbeddedDirectory : IDisposable
{
    // Longer than the 107 bytes a socket's path may have: such directories exist.
    public string Data { get; } = Path.Combine(Path.GetTempPath(), $"themepark-embedded-{Guid.NewGuid():n}", new string('x', 80));
    public string MariaDb => Path.Combine(Data, "mariadb");

    public Task<EmbeddedMariaDb> StartAsync() => StartAsync(logDays: null);

    public Task<EmbeddedMariaDb> StartAsync(int? logDays) =>
        EmbeddedMariaDb.StartAsync(
            new EmbeddedMariaDbOptions(Data, MariaDbSizing.Test with { FlushAtCommit = 2 }, LogDays: logDays), NullLogger.Instance, CancellationToken.None);

    /// <summary>Process ids of the servers on this directory.</summary>
    public IReadOnlyList<int> Servers()
    {
        var found = new List<int>();
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (process.ProcessName is "mariadbd" or "mysqld" && CommandLine(process.Id).Contains(MariaDb, StringComparison.Ordinal))
                {
                    found.Add(process.Id);
                }
            }
        }

        return found;
    }

    public static async Task<string?> ScalarAsync(EmbeddedMariaDb embedded, string sql)
    {
        await using var database = new MySqlDatabase(embedded.ConnectionString, maxPoolSize: 1);
        await using var connection = await database.OpenDedicatedAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<string?>(sql);
    }

    /// <summary>Tries until it works: connections fail while a server is away.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> attempt, Func<T, bool> good)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var value = await attempt();
                if (good(value) || watch.Elapsed > TimeSpan.FromSeconds(30))
                {
                    return value;
                }
            }
            catch (Exception e) when (watch.Elapsed < TimeSpan.FromSeconds(30) && (MySqlErrors.IsTransient(e) || MySqlErrors.IsUnreachable(e)))
            {
                // Not yet.
            }

            await Task.Delay(100);
        }
    }

    public void Dispose()
    {
        foreach (var id in Servers())
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }

        var root = Path.GetDirectoryName(Data)!;
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
