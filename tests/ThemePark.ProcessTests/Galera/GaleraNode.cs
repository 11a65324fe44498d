using System.Data;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.ProcessTests.Galera;

/// <summary>One database node on loopback ports of its own, set as <c>deploy/galera.cnf</c> has it but for names, places and sizes.</summary>
public sealed class GaleraNode(MariaDbBinaries binaries, string root, string name)
{
    private const string Provider = "/usr/lib/galera/libgalera_smm.so";
    private const string Position = "Recovered position:";
    private static readonly MariaDbSizing Sizing = MariaDbSizing.Test with { BufferPoolBytes = 96L << 20, FlushAtCommit = 2, MaxConnections = 500 };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(5);
    private readonly int _group = MariaDbProcess.FreePort();
    private readonly int _missed = MariaDbProcess.FreePort();
    private readonly int _copy = MariaDbProcess.FreePort();
    private MariaDbProcess? _process;

    public string Name => name;
    public int Port { get; } = MariaDbProcess.FreePort();
    public MariaDbDirectory Directory { get; } = new(Path.Combine(root, name));
    public string GroupAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_group}");
    public bool Runs => _process is { HasExited: false };

    /// <summary>Makes the data with the account of the tests in it, as of a cluster that was shut down: a copy of it joins without a transfer.</summary>
    public async Task FoundAsync(CancellationToken ct)
    {
        if (!File.Exists(Provider))
        {
            throw new InvalidOperationException($"These tests need {Provider}. `./test` installs it where apt-get can (package galera-4).");
        }

        await Directory.InitialiseAsync(binaries, ct);
        OpenToRsync();
        await StartAsync("gcomm://", "", founding: true, ct);
        await using (var server = new MySqlDatabase(await Directory.ConnectionStringAsync(Port, ct), maxPoolSize: 1))
        await using (var connection = await server.OpenAsync(ct))
        {
            await connection.ExecuteAsync(new CommandDefinition("SHUTDOWN", commandType: CommandType.Text, cancellationToken: ct));
        }

        if (!await _process!.WaitForExitAsync(Patience, ct))
        {
            throw new InvalidOperationException($"{name} does not stop:\n{await Directory.EndOfLogAsync(ct)}");
        }
    }

    /// <summary>Takes over the data of a founded node.</summary>
    public async Task CopyAsync(GaleraNode founder, CancellationToken ct)
    {
        Directory.Create();
        using (var copy = Process.Start("/bin/cp", ["-a", founder.Directory.Data, Directory.Data]))
        {
            await copy.WaitForExitAsync(ct);
        }

        File.Delete(Path.Combine(Directory.Data, "galera.cache"));
        var state = Path.Combine(Directory.Data, "grastate.dat");
        await File.WriteAllTextAsync(state, (await File.ReadAllTextAsync(state, ct)).Replace("safe_to_bootstrap: 1", "safe_to_bootstrap: 0", StringComparison.Ordinal), ct);
        OpenToRsync();
    }

    /// <summary>Starts it, on what it had committed when it was killed; it may still be joining.</summary>
    /// <param name="address">Where the others are; <c>gcomm://</c> makes it the first.</param>
    public async Task StartAsync(string address, CancellationToken ct) => await StartAsync(address, await RecoveredAsync(ct), founding: false, ct);

    /// <summary>kill -9, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
    }

    private async Task StartAsync(string address, string start, bool founding, CancellationToken ct)
    {
        await Directory.WriteSettingsAsync(Port, Sizing, logDays: 0, ct);
        var plain = await File.ReadAllLinesAsync(Directory.Settings, ct);
        var galera = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "galera.cnf"), ct);
        // Who may enter is in the data from the founding on; a node that has not joined yet could not change it.
        await File.WriteAllTextAsync(
            Directory.Settings,
            string.Create(CultureInfo.InvariantCulture, $"""
            {string.Join('\n', plain.Where(line => founding || !line.StartsWith("init_file", StringComparison.Ordinal)))}
            {galera}
            bind_address = 127.0.0.1
            wsrep_provider = {Provider}
            wsrep_cluster_address = {address}
            wsrep_node_name = {name}
            wsrep_node_address = 127.0.0.1
            wsrep_sst_receive_address = 127.0.0.1:{_copy}
            wsrep_provider_options = "gcache.size=64M;gmcast.listen_addr=tcp://{GroupAddress};base_port={_group};ist.recv_addr=127.0.0.1:{_missed}"
            {start}

            """),
            ct);
        _process?.Dispose();
        _process = MariaDbProcess.Start(binaries, Directory, Port);
        if (!await _process.WaitUntilAnswersAsync(Patience, ct))
        {
            throw new InvalidOperationException($"{name} does not start:\n{await Directory.EndOfLogAsync(ct)}");
        }
    }

    /// <summary>What galera_recovery does for the service of a system: how far the data are, which a killed node could not write down.</summary>
    private async Task<string> RecoveredAsync(CancellationToken ct)
    {
        if (_process is null)
        {
            return "";
        }

        var log = Path.Combine(Directory.Root, "recover.log");
        File.Delete(log);
        using var recover = Process.Start(binaries.Server, [$"--defaults-file={Directory.Settings}", "--wsrep-recover", $"--log-error={log}"]);
        for (var watch = Stopwatch.StartNew(); !recover.HasExited && await PositionAsync(log, ct) is null && watch.Elapsed < Patience;)
        {
            await Task.Delay(50, ct);
        }

        // MariaDB 10.11.19 sometimes says how far it is and then waits for its purge for ever. It has only recovered from the crash, and may be killed.
        await recover.WaitForExitAsync(ct).WaitAsync(Ending, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        recover.Kill();
        await recover.WaitForExitAsync(ct);
        var line = await PositionAsync(log, ct) ?? throw new InvalidOperationException($"{name} does not say how far it is:\n{await File.ReadAllTextAsync(log, ct)}");
        return "wsrep_start_position = " + line[(line.IndexOf(Position, StringComparison.Ordinal) + Position.Length)..].Trim();
    }

    private static async Task<string?> PositionAsync(string log, CancellationToken ct) =>
        File.Exists(log) ? (await File.ReadAllLinesAsync(log, ct)).LastOrDefault(line => line.Contains(Position, StringComparison.Ordinal)) : null;

    // Started by root, rsync's daemon writes as nobody.
    private void OpenToRsync()
    {
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
        {
            const UnixFileMode Enter = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(Directory.Root, Enter);
            File.SetUnixFileMode(Directory.Data, Enter | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        }
    }
}
