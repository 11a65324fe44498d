using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace ThemePark.BuildingBlocks;

/// <summary>A directory that holds one server: its data, settings, password and log.</summary>
public sealed class MariaDbDirectory
{
    public const string User = "themepark";
    private const long LogLimitBytes = 16L << 20;

    public MariaDbDirectory(string path)
    {
        Root = Path.GetFullPath(path);
    }

    public string Root { get; }
    public string Data => Path.Combine(Root, "data");
    public string Settings => Path.Combine(Root, "server.cnf");
    /// <summary>The files of the binary log; not there where none is written.</summary>
    public string BinaryLog => Path.Combine(Root, "binlog");
    public string ServerLog => Path.Combine(Root, "mariadbd.log");
    private string PasswordFile => Path.Combine(Root, "password");
    private string InitFile => Path.Combine(Root, "init.sql");
    private string Temporary => Path.Combine(Root, "tmp");

    public void Create() => OwnerOnly.CreateDirectory(Root);

    /// <summary>
    /// Creates the data when there is none. The new data is made aside and renamed into place, so a process killed here leaves
    /// nothing that looks finished.
    /// </summary>
    public async Task InitialiseAsync(MariaDbBinaries binaries, CancellationToken ct)
    {
        Create();
        foreach (var leftover in Directory.EnumerateDirectories(Root, "data.new-*"))
        {
            try
            {
                Directory.Delete(leftover, recursive: true);
            }
            catch (IOException)
            {
                // An orphaned installer still writes there; the next start removes it.
            }
        }

        if (Directory.Exists(Data))
        {
            return;
        }

        var fresh = Path.Combine(Root, $"data.new-{Guid.NewGuid():n}");
        OwnerOnly.CreateDirectory(fresh);
        OwnerOnly.CreateDirectory(Temporary);
        var start = new ProcessStartInfo(binaries.Installer)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--no-defaults", $"--datadir={fresh}", $"--user={Environment.UserName}", "--skip-test-db",
                // Root enters by its system account through the socket only: there is no root password to keep.
                "--auth-root-authentication-method=socket", $"--auth-root-socket-user={Environment.UserName}",
            },
        };
        // A server that starts clears the temporary tables of its directory away, those of another server too: /tmp is everybody's.
        start.Environment["TMPDIR"] = Temporary;
        using var process = Process.Start(start) ?? throw new EmbeddedMariaDbException($"{binaries.Installer} could not be run.");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw new EmbeddedMariaDbException(
                $"{binaries.Installer} failed with exit code {process.ExitCode} for {fresh}:\n{(await errors + await output).Trim()}");
        }

        Directory.Move(fresh, Data);
    }

    /// <summary>The password of <see cref="User"/>, made on first use.</summary>
    public async Task<string> PasswordAsync(CancellationToken ct)
    {
        if (!File.Exists(PasswordFile))
        {
            await OwnerOnly.ReplaceAsync(PasswordFile, RandomNumberGenerator.GetHexString(40, lowercase: true), ct);
        }

        return (await File.ReadAllTextAsync(PasswordFile, ct)).Trim();
    }

    /// <summary>The last lines of the server's log.</summary>
    public async Task<string> EndOfLogAsync(CancellationToken ct)
    {
        const int Lines = 20;
        return File.Exists(ServerLog) ? string.Join('\n', (await File.ReadAllLinesAsync(ServerLog, ct)).TakeLast(Lines)) : "(no log)";
    }

    /// <summary>Enters the server of this directory, with no database chosen.</summary>
    public async Task<string> ConnectionStringAsync(int port, CancellationToken ct)
    {
        var password = await PasswordAsync(ct);
        return string.Create(CultureInfo.InvariantCulture, $"Server=127.0.0.1;Port={port};User ID={User};Password={password};SslMode=Disabled");
    }

    /// <summary>Writes the settings for the next start.</summary>
    /// <param name="port">A free one.</param>
    /// <param name="sizing">For the machine or the use.</param>
    /// <param name="logDays">Days of binary log that are kept; 0 writes none.</param>
    /// <param name="ct">Ends it between two files.</param>
    public async Task WriteSettingsAsync(int port, MariaDbSizing sizing, int logDays, CancellationToken ct)
    {
        OwnerOnly.CreateDirectory(Temporary);
        if (logDays > 0)
        {
            OwnerOnly.CreateDirectory(BinaryLog);
        }

        if (new FileInfo(ServerLog) is { Exists: true, Length: > LogLimitBytes })
        {
            File.Move(ServerLog, ServerLog + ".1", overwrite: true);
        }

        var password = await PasswordAsync(ct);
        // Runs before the port opens, at every start: the account and the password file can never disagree for long.
        await OwnerOnly.ReplaceAsync(
            InitFile,
            $"""
            CREATE USER IF NOT EXISTS '{User}'@'127.0.0.1' IDENTIFIED VIA mysql_native_password USING PASSWORD('{password}');
            ALTER USER '{User}'@'127.0.0.1' IDENTIFIED VIA mysql_native_password USING PASSWORD('{password}');
            GRANT ALL PRIVILEGES ON *.* TO '{User}'@'127.0.0.1' WITH GRANT OPTION;

            """,
            ct);
        await OwnerOnly.ReplaceAsync(Settings, SettingsText(port, sizing, logDays), ct);
    }

    // `socket` is relative to the data directory: a full path may exceed the 107 bytes a socket's name can have.
    private string SettingsText(int port, MariaDbSizing sizing, int logDays) => string.Create(CultureInfo.InvariantCulture, $"""
        # Written by ThemePark at every start: changes here are lost.
        [mariadbd]
        datadir = {Data}
        tmpdir = {Temporary}
        log_error = {ServerLog}
        init_file = {InitFile}
        user = {Environment.UserName}
        bind_address = 127.0.0.1
        port = {port}
        socket = server.sock
        pid_file = server.pid
        skip_name_resolve = ON
        max_connect_errors = 1000000000
        max_connections = {sizing.MaxConnections}
        max_allowed_packet = 64M
        local_infile = ON
        character_set_server = utf8mb4
        collation_server = utf8mb4_bin
        default_time_zone = '+00:00'
        transaction_isolation = READ-COMMITTED
        event_scheduler = OFF
        performance_schema = OFF
        {LogText(logDays)}
        key_buffer_size = 8M
        aria_pagecache_buffer_size = 32M
        innodb_buffer_pool_size = {sizing.BufferPoolBytes}
        innodb_log_file_size = {sizing.RedoLogBytes}
        innodb_log_buffer_size = 32M
        innodb_flush_log_at_trx_commit = {sizing.FlushAtCommit}
        innodb_flush_method = O_DIRECT
        innodb_file_per_table = ON

        """);

    // Relative to the data, as the index of the log keeps it: the directory may be moved. Only whole files expire, so they are not large.
    private static string LogText(int days) => days == 0 ? "skip_log_bin" : string.Create(CultureInfo.InvariantCulture, $"""
        log_bin = ../binlog/log
        binlog_format = ROW
        binlog_expire_logs_seconds = {days * 86_400}
        max_binlog_size = 256M
        """);
}
