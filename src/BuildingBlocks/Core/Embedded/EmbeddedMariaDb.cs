using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>What the embedded database needs to know.</summary>
/// <param name="DataDirectory">Holds the directory <c>mariadb</c>.</param>
/// <param name="Sizing">Null: sized to the machine.</param>
/// <param name="BinaryDirectories">Null: PATH and the usual places.</param>
/// <param name="LogDays">
/// Days of binary log that are kept; 0 writes none, and removes what was written before. Null: a log that is there goes on, for whoever starts the server without
/// the settings of the service must not lose it; else none is written.
/// </param>
public sealed record EmbeddedMariaDbOptions(string DataDirectory, MariaDbSizing? Sizing = null, IReadOnlyList<string>? BinaryDirectories = null, int? LogDays = null);

/// <summary>
/// A MariaDB of our own, shared by the processes that use one data directory. One of them owns it: starts it, restarts it on the same
/// port when it dies, and hands it over or stops it when it leaves. Every process holds a shared lock while it uses the server,
/// and only who leaves last stops it.
/// </summary>
public sealed class EmbeddedMariaDb : IAsyncDisposable
{
    /// <summary>The most days of binary log that can be asked for.</summary>
    public const int MostLogDays = 90;

    // Recovery after a crash replays up to a whole redo log before the port opens.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly EmbeddedMariaDbOptions _options;
    private readonly MariaDbDirectory _directory;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly FileLock _use;
    private FileLock? _ownership;
    private MariaDbProcess? _process;
    private Task _supervision = Task.CompletedTask;

    private EmbeddedMariaDb(EmbeddedMariaDbOptions options, MariaDbDirectory directory, FileLock use, ILogger log)
    {
        (_options, _directory, _use, _log) = (options, directory, use, log);
    }

    /// <summary>With no database chosen; the port stays the same as long as this object lives.</summary>
    public string ConnectionString { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>True when this process started the server or took it over.</summary>
    public bool IsOwner => _ownership is not null;

    private string OwnerLock => Path.Combine(_directory.Root, "owner.lock");
    private string UseLock => Path.Combine(_directory.Root, "use.lock");

    /// <summary>Returns once the server answers: one that runs already, or a new one.</summary>
    /// <exception cref="EmbeddedMariaDbException">No server program, or it does not start; the message says what to do.</exception>
    public static async Task<EmbeddedMariaDb> StartAsync(EmbeddedMariaDbOptions options, ILogger log, CancellationToken ct)
    {
        var directory = new MariaDbDirectory(Path.Combine(options.DataDirectory, "mariadb"));
        directory.Create();
        FileLock? use;
        // Somebody who stops the server right now holds it exclusively.
        while ((use = FileLock.TryShared(Path.Combine(directory.Root, "use.lock"))) is null)
        {
            await Task.Delay(Tick, ct);
        }

        var embedded = new EmbeddedMariaDb(options, directory, use, log);
        try
        {
            await embedded.EnterAsync(ct);
            embedded._supervision = embedded.SuperviseAsync(embedded._stopping.Token);
            return embedded;
        }
        catch
        {
            await embedded.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server of a data directory that may be thrown away. False: a process uses it, or none was ever started there.</summary>
    public static async Task<bool> EndAbandonedAsync(string dataDirectory, CancellationToken ct)
    {
        var directory = new MariaDbDirectory(Path.Combine(dataDirectory, "mariadb"));
        using var alone = Directory.Exists(directory.Root) ? FileLock.TryExclusive(Path.Combine(directory.Root, "use.lock")) : null;
        if (alone is null)
        {
            return false;
        }

        using var process = MariaDbProcess.FindUnrecorded(directory);
        process?.Kill();
        return process is null || await process.WaitForExitAsync(StopLimit, ct);
    }

    /// <summary>Leaves the server; stops it cleanly when nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        _use.Dispose();
        _ownership ??= FileLock.TryExclusive(OwnerLock);
        try
        {
            using var alone = _ownership is null ? null : FileLock.TryExclusive(UseLock);
            if (alone is not null)
            {
                await StopServerAsync();
            }
        }
        finally
        {
            _ownership?.Dispose();
            _process?.Dispose();
            _stopping.Dispose();
        }
    }

    private async Task EnterAsync(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            _ownership = FileLock.TryExclusive(OwnerLock);
            if (_ownership is not null)
            {
                _process = await AttachOrLaunchAsync(ct);
                Port = _process.Port;
                break;
            }

            if (await MariaDbEndpoint.ReadAsync(_directory, ct) is { } endpoint
                && MariaDbProcess.Attach(endpoint.Pid, endpoint.Port, _directory) is { } running)
            {
                running.Dispose();
                if (await MariaDbProcess.AnswersAsync(endpoint.Port, ct))
                {
                    Port = endpoint.Port;
                    _log.LogDebug("Using the embedded MariaDB of another process on port {Port}", Port);
                    break;
                }
            }

            if (watch.Elapsed > StartLimit)
            {
                throw new EmbeddedMariaDbException($"Another process owns {_directory.Root}, but its database does not answer. See {_directory.ServerLog}.");
            }

            await Task.Delay(Tick, ct);
        }

        ConnectionString = await _directory.ConnectionStringAsync(Port, ct);
    }

    private async Task SuperviseAsync(CancellationToken ct)
    {
        var pause = TimeSpan.Zero;
        var lived = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                await Task.Delay(Tick, ct);
                if (_ownership is null && (_ownership = FileLock.TryExclusive(OwnerLock)) is not null)
                {
                    _log.LogInformation("The process that owned the embedded MariaDB has left; this one looks after it now");
                    _process = await FindAsync(ct);
                }

                if (_ownership is null || _process is { HasExited: false })
                {
                    continue;
                }

                pause = lived.Elapsed > Settled ? TimeSpan.Zero : pause;
                _log.LogWarning("The embedded MariaDB has died; restarting it on port {Port} in {Pause}. Its log: {Log}", Port, pause, _directory.ServerLog);
                await Task.Delay(pause, ct);
                pause = TimeSpan.FromTicks(Math.Clamp(pause.Ticks * 2, TimeSpan.FromMilliseconds(500).Ticks, LongestPause.Ticks));
                await RestartAsync(ct);
                lived.Restart();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    // Connection strings are out in the world: only the old port will do.
    private async Task RestartAsync(CancellationToken ct)
    {
        try
        {
            _process?.Dispose();
            _process = null;
            _process = await LaunchAsync(Port, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LogError("The embedded MariaDB could not be restarted: {Reason}", e.Message);
        }
    }

    private async Task<MariaDbProcess> AttachOrLaunchAsync(CancellationToken ct)
    {
        if (await FindAsync(ct) is { } running)
        {
            if (running.Port is not 0 && await running.WaitUntilAnswersAsync(StartLimit, ct))
            {
                _log.LogInformation("Took over the embedded MariaDB that a killed process left on port {Port}", running.Port);
                return running;
            }

            _log.LogWarning("Ending an embedded MariaDB that does not answer (process {Process})", running.Id);
            running.Kill();
            await running.WaitForExitAsync(StopLimit, ct);
            running.Dispose();
        }

        await _directory.InitialiseAsync(await MariaDbBinaries.FindAsync(_options.BinaryDirectories, ct), ct);
        // The port of last time, when it is free: a client that still holds the old connection string finds the server again.
        var last = (await MariaDbEndpoint.ReadAsync(_directory, ct))?.Port ?? 0;
        try
        {
            return await LaunchAsync(MariaDbProcess.FreePort(last), ct);
        }
        catch (EmbeddedMariaDbException) when (!ct.IsCancellationRequested)
        {
            // Another program may have taken the port in between; a second failure is not about the port.
            return await LaunchAsync(MariaDbProcess.FreePort(), ct);
        }
    }

    private async Task<MariaDbProcess?> FindAsync(CancellationToken ct) =>
        (await MariaDbEndpoint.ReadAsync(_directory, ct) is { } endpoint ? MariaDbProcess.Attach(endpoint.Pid, endpoint.Port, _directory) : null)
        ?? MariaDbProcess.FindUnrecorded(_directory);

    private async Task<MariaDbProcess> LaunchAsync(int port, CancellationToken ct)
    {
        var hasLog = Directory.Exists(_directory.BinaryLog);
        var days = _options.LogDays ?? (hasLog ? MostLogDays : 0);
        if (days == 0 && hasLog)
        {
            // After a crash the log decides what was committed, so it goes after a clean stop only. It must go: a later one would have a gap that nobody sees.
            _process = await LaunchAsync(port, MostLogDays, ct);
            if (!await StopServerAsync())
            {
                throw new EmbeddedMariaDbException($"The embedded MariaDB does not stop, so its binary log cannot be removed. Start again. Its log: {_directory.ServerLog}");
            }

            _process.Dispose();
            _process = null;
            Directory.Delete(_directory.BinaryLog, recursive: true);
        }

        return await LaunchAsync(port, days, ct);
    }

    private async Task<MariaDbProcess> LaunchAsync(int port, int logDays, CancellationToken ct)
    {
        var binaries = await MariaDbBinaries.FindAsync(_options.BinaryDirectories, ct);
        var watch = Stopwatch.StartNew();
        await _directory.WriteSettingsAsync(port, _options.Sizing ?? MariaDbSizing.ForMachine(_directory.Root), logDays, ct);
        var process = MariaDbProcess.Start(binaries, _directory, port);
        try
        {
            await new MariaDbEndpoint(process.Id, port, binaries.Version).WriteAsync(_directory, ct);
            if (await process.WaitUntilAnswersAsync(StartLimit, ct))
            {
                _log.LogInformation("Embedded MariaDB answers on port {Port} after {Milliseconds} ms", port, watch.ElapsedMilliseconds);
                return process;
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            process.Dispose();
            throw;
        }

        var how = process.HasExited ? "ended" : "did not answer in time";
        process.Kill();
        process.Dispose();
        throw new EmbeddedMariaDbException($"{binaries.Server} {how}. The end of {_directory.ServerLog}:\n{await _directory.EndOfLogAsync(ct)}");
    }

    // False when it had to be ended.
    private async Task<bool> StopServerAsync()
    {
        _process ??= await FindAsync(CancellationToken.None);
        if (_process is null or { HasExited: true })
        {
            return true;
        }

        var limit = StopLimit;
        try
        {
            await using var database = new MySqlDatabase(await _directory.ConnectionStringAsync(_process.Port, CancellationToken.None), maxPoolSize: 1);
            await using var connection = await database.OpenDedicatedAsync(CancellationToken.None);
            // Dapper takes a single word for a stored procedure unless told.
            await connection.ExecuteAsync(new CommandDefinition("SHUTDOWN", commandType: CommandType.Text));
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            _log.LogWarning("The embedded MariaDB did not take SHUTDOWN: {Reason}", e.Message);
            limit = Tick;
        }

        if (await _process.WaitForExitAsync(limit, CancellationToken.None))
        {
            return true;
        }

        _log.LogWarning("The embedded MariaDB has not stopped in {Limit}; ending it, it will recover at its next start", limit);
        _process.Kill();
        await _process.WaitForExitAsync(StopLimit, CancellationToken.None);
        return false;
    }
}
