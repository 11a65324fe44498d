using System.Diagnostics;
using System.Globalization;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Testing;

/// <summary>
/// A private MariaDB for tests, on a free loopback port, with its data in memory where the machine has room. It dies with the
/// process that started it, however that ends.
/// </summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    private const long RoomBytes = 2L << 30;
    private static readonly Lazy<Task<MariaDbServer>> Shared = new(() => StartAsync());
    private static int _databases;
    private readonly MariaDbBinaries _binaries;
    private readonly MariaDbDirectory _directory;
    private readonly Process _reaper;
    private readonly string _serverConnectionString;
    private readonly MySqlDatabase _admin;
    private MariaDbProcess _process;

    private MariaDbServer(MariaDbBinaries binaries, MariaDbDirectory directory, MariaDbProcess process, Process reaper, string serverConnectionString)
    {
        _binaries = binaries;
        _directory = directory;
        _process = process;
        _reaper = reaper;
        _serverConnectionString = serverConnectionString;
        _admin = new MySqlDatabase(serverConnectionString, maxPoolSize: 4);
    }

    public int Port => _process.Port;
    public int ProcessId => _process.Id;

    /// <summary>The one server of this test process, started on first use.</summary>
    public static Task<MariaDbServer> SharedAsync() => Shared.Value;

    /// <summary>A server of one's own, for tests that stop or break it.</summary>
    public static async Task<MariaDbServer> StartAsync(MariaDbSizing? sizing = null, CancellationToken ct = default)
    {
        var binaries = await FindAsync(ct);
        var root = Path.Combine(Place(), $"themepark-test-{Guid.NewGuid():n}");
        var directory = new MariaDbDirectory(root);
        // Before anything exists: a test host that dies during the start leaves nothing either.
        var reaper = StartReaper(directory);
        await directory.InitialiseAsync(binaries, ct);
        for (var attempt = 1; ; attempt++)
        {
            var port = MariaDbProcess.FreePort();
            await directory.WriteSettingsAsync(port, sizing ?? MariaDbSizing.Test, ct);
            var process = MariaDbProcess.Start(binaries, directory, port);
            if (await process.WaitUntilAnswersAsync(TimeSpan.FromMinutes(1), ct))
            {
                return new MariaDbServer(binaries, directory, process, reaper, await directory.ConnectionStringAsync(port, ct));
            }

            process.Kill();
            process.Dispose();
            if (attempt is 3)
            {
                var log = File.Exists(directory.ServerLog) ? await File.ReadAllTextAsync(directory.ServerLog, ct) : "";
                throw new InvalidOperationException($"The test server does not start:\n{log}");
            }
        }
    }

    /// <summary>A fresh database, with the schema of this build unless <paramref name="migrate"/> is false; dropped on dispose.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(bool migrate = true, CancellationToken ct = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", ct);
        var database = new TestDatabase(this, name, new MySqlDatabase($"{_serverConnectionString};Database={name}"));
        if (migrate)
        {
            await new MigrationRunner(database.Database).UpAsync(ct);
        }

        return database;
    }

    /// <summary>kill -9, and waits until the process is gone.</summary>
    public async Task KillAsync(CancellationToken ct = default)
    {
        _process.Kill();
        await _process.WaitForExitAsync(TimeSpan.FromSeconds(10), ct);
    }

    /// <summary>Starts a killed server on its data and port; returns once it answers.</summary>
    public async Task StartAgainAsync(CancellationToken ct = default)
    {
        var port = _process.Port;
        _process.Dispose();
        _process = MariaDbProcess.Start(_binaries, _directory, port);
        if (!await _process.WaitUntilAnswersAsync(TimeSpan.FromMinutes(1), ct))
        {
            throw new InvalidOperationException($"The test server does not start again:\n{await _directory.EndOfLogAsync(ct)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        _process.Kill();
        await _process.WaitForExitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        _process.Dispose();
        _reaper.StandardInput.Close();
        await _reaper.WaitForExitAsync();
        _reaper.Dispose();
    }

    internal async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var connection = await _admin.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: ct));
    }

    private static async Task<MariaDbBinaries> FindAsync(CancellationToken ct)
    {
        try
        {
            return await MariaDbBinaries.FindAsync(null, ct);
        }
        catch (EmbeddedMariaDbException e)
        {
            throw new InvalidOperationException($"These tests need MariaDB. `./test` installs it where apt-get can. {e.Message}", e);
        }
    }

    // Containers often have only 64 MiB there.
    private static string Place() =>
        Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace >= RoomBytes ? "/dev/shm" : Path.GetTempPath();

    // The pipe closes when this process ends, kill -9 included: then the reader sees its end, kills the server and removes its files.
    private static Process StartReaper(MariaDbDirectory directory)
    {
        const string Script =
            """
            exec 2>/dev/null
            trap '' INT HUP TERM
            read -r _
            if [ -f "$1/data/server.pid" ]; then kill -9 "$(cat "$1/data/server.pid")"; fi
            for process in /proc/[0-9]*; do
                if tr '\0' '\n' <"$process/cmdline" | grep -qxF -- "--defaults-file=$2"; then kill -9 "${process#/proc/}"; fi
            done
            sleep 0.2
            rm -rf "$1"
            """;
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", directory.Root, directory.Settings]) { RedirectStandardInput = true };
        return Process.Start(start) ?? throw new InvalidOperationException("/bin/sh could not be run.");
    }
}
