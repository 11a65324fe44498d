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
    private readonly ServerReaper _reaper;
    private readonly string _serverConnectionString;
    private readonly MySqlDatabase _admin;
    private MariaDbProcess _process;

    private MariaDbServer(MariaDbBinaries binaries, MariaDbDirectory directory, MariaDbProcess process, ServerReaper reaper, string serverConnectionString)
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
    /// <param name="sizing">Left out: for tests.</param>
    /// <param name="settings">Lines that follow its settings.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<MariaDbServer> StartAsync(MariaDbSizing? sizing = null, string settings = "", CancellationToken ct = default)
    {
        var binaries = await FindAsync(ct);
        var directory = new MariaDbDirectory(NewRoot());
        // Before anything exists: a test host that dies during the start leaves nothing either.
        var reaper = ServerReaper.Start(directory.Root);
        await directory.InitialiseAsync(binaries, ct);
        for (var attempt = 1; ; attempt++)
        {
            var port = MariaDbProcess.FreePort();
            await directory.WriteSettingsAsync(port, sizing ?? MariaDbSizing.Test, logDays: 0, ct);
            await File.AppendAllTextAsync(directory.Settings, settings, ct);
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

    /// <summary>One that writes a binary log, set as <c>deploy/binlog.cnf</c> has it but for the place: beside the data.</summary>
    public static async Task<MariaDbServer> StartLoggingAsync(CancellationToken ct = default) =>
        await StartAsync(settings: await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "binlog.cnf"), ct) + "log_bin = log\n", ct: ct);

    /// <summary>A fresh database, with the schema of this build unless <paramref name="migrate"/> is false; dropped on dispose.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(bool migrate = true, CancellationToken ct = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        return await TestDatabase.CreateAsync(_serverConnectionString, name, sql => ExecuteAsync(sql, CancellationToken.None), migrate, ct);
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
        await _reaper.DisposeAsync();
    }

    /// <summary>A directory for servers that does not exist yet: in memory where there is room; containers often have only 64 MiB there.</summary>
    public static string NewRoot()
    {
        var place = Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace >= RoomBytes ? "/dev/shm" : Path.GetTempPath();
        return Path.Combine(place, $"themepark-test-{Guid.NewGuid():n}");
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var connection = await _admin.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: ct));
    }

    /// <summary>The programs, or an error that says how to get them.</summary>
    public static async Task<MariaDbBinaries> FindAsync(CancellationToken ct)
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
}
